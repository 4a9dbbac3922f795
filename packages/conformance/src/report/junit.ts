import { formatTranscript } from '../harness/transcript.ts';
import type { AnyReport } from './any-report.ts';
import { escapeMarkup } from './escape-markup.ts';

/** The report as JUnit XML, for CI systems: one test case a test, inconclusive as an error. */
export function reportAsJunit(report: AnyReport): string {
  const cases = report.results.map((result) => {
    const name = escapeMarkup(`${result.test.title} [${result.test.statements.join(', ')}]`);
    const open = `  <testcase classname="${escapeMarkup(result.test.id)}" name="${name}"`;
    const message = escapeMarkup(result.detail ?? '');
    const transcript = escapeMarkup(formatTranscript(result.transcript));
    if (result.verdict === 'pass') return `${open}/>`;
    if (result.verdict === 'skipped') return `${open}><skipped message="${message}"/></testcase>`;
    const element = result.verdict === 'fail' ? 'failure' : 'error';
    return `${open}><${element} message="${message}">${transcript}</${element}></testcase>`;
  });
  const count = (verdict: string): number => report.results.filter((result) => result.verdict === verdict).length;
  const head =
    `<testsuite name="MQTT conformance of ${escapeMarkup(report.target)}" tests="${report.results.length}"` +
    ` failures="${count('fail')}" errors="${count('inconclusive')}" skipped="${count('skipped')}">`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...cases, '</testsuite>', ''].join('\n');
}
