import { clientStatus } from '../client/client-status.ts';
import { formatTranscript, toHex } from '../harness/transcript.ts';
import { nounOf, type AnyReport, type AnyResult } from './any-report.ts';
import { coverageOf, summarize, type StatementCoverage } from './coverage.ts';
import { escapeMarkup } from './escape-markup.ts';

/**
 * The report as one page that needs nothing else: totals, the behaviour fingerprint, every test with its decoded transcript
 * and what to send to see it again, and every statement with its outcome.
 */
export function reportAsHtml(report: AnyReport): string {
  const coverage = coverageOf(report);
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><title>MQTT conformance of ${escapeMarkup(report.target)}</title>`,
    `<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head>`,
    '<body>',
    `<h1>MQTT conformance of ${escapeMarkup(report.target)}</h1>`,
    summaryTable(report, coverage),
    '<h2>Tests</h2>',
    ...report.results.map((result) => testSection(report, result)),
    '<h2>Choices that the specification leaves open</h2>',
    fingerprint(report),
    '<h2>Statements</h2>',
    statementTable(coverage, report.role),
    '</body></html>',
    '',
  ].join('\n');
}

function summaryTable(report: AnyReport, coverage: readonly StatementCoverage[]): string {
  const count = (verdict: string): number => report.results.filter((result) => result.verdict === verdict).length;
  const killed = report.mutants.filter((outcome) => outcome.killed).length;
  const rows = [
    ...(['pass', 'fail', 'skipped', 'inconclusive'] as const).map((verdict) => [`tests: ${verdict}`, count(verdict)]),
    ...(report.mutants.length > 0
      ? [[`broken ${nounOf(report)}s caught`, `${killed} of ${report.mutants.length}`]]
      : []),
    ...(['5.0', '3.1.1'] as const).flatMap((version) => {
      const summary = summarize(coverage, version, report.role);
      return [
        [`${version}: statements executed`, `${summary.numberedExecuted} of ${summary.numbered}`],
        [`${version}: statements proven`, `${summary.numberedProven} of ${summary.numbered}`],
        [`${version}: hard rules without a number proven`, `${summary.unnumberedProven} of ${summary.unnumbered}`],
      ];
    }),
  ];
  return `<table>${rows.map(([name, value]) => `<tr><th>${name}</th><td>${value}</td></tr>`).join('')}</table>`;
}

function testSection(report: AnyReport, { test, verdict, detail, choices, transcript }: AnyResult): string {
  const sent = transcript.flatMap((entry) =>
    entry.kind === 'sent' ? [`${escapeMarkup(entry.client)}: ${toHex(entry.bytes)}`] : [],
  );
  const mutants = report.mutants
    .filter((outcome) => outcome.test === test)
    .map(
      ({ mutant, killed }) =>
        `<li class="${killed ? 'pass' : 'fail'}">${killed ? 'caught' : 'missed'}: a ${nounOf(report)} that ${escapeMarkup(mutant.name)}</li>`,
    );
  return [
    `<details${verdict === 'fail' ? ' open' : ''}><summary><b class="${verdict}">${verdict}</b> ${escapeMarkup(test.title)}`,
    ` <code>${test.statements.map((id) => escapeMarkup(id)).join(', ')}</code></summary>`,
    detail === undefined ? '' : `<p>${escapeMarkup(detail)}</p>`,
    ...choices.map(({ question, answer }) => `<p>${escapeMarkup(question)}: ${escapeMarkup(answer)}</p>`),
    mutants.length === 0 ? '' : `<ul>${mutants.join('')}</ul>`,
    `<pre>${escapeMarkup(formatTranscript(transcript))}</pre>`,
    sent.length === 0 ? '' : `<p>To see it again, send:</p><pre>${sent.join('\n')}</pre>`,
    '</details>',
  ].join('');
}

function fingerprint(report: AnyReport): string {
  const rows = report.results.flatMap(({ choices }) => choices);
  if (rows.length === 0) return '<p>None was met.</p>';
  const cells = rows.map(
    ({ question, answer }) => `<tr><th>${escapeMarkup(question)}</th><td>${escapeMarkup(answer)}</td></tr>`,
  );
  return `<table>${cells.join('')}</table>`;
}

function statementTable(coverage: readonly StatementCoverage[], role: AnyReport['role']): string {
  const rows = coverage.map(({ statement, outcome }) => {
    const status = role === 'server' ? statement.server : clientStatus(statement);
    const note =
      status.kind === 'covered by'
        ? `covered by ${status.by}: ${status.reason}`
        : status.kind === 'needs configuration'
          ? `needs ${status.configuration}`
          : status.kind === 'not observable'
            ? status.reason
            : '';
    return `<tr><td><code>${statement.id}</code></td><td>${statement.binds}</td><td class="${CLASS_OF[outcome]}">${outcome}</td><td>${escapeMarkup(statement.says)}</td><td>${escapeMarkup(note)}</td></tr>`;
  });
  return `<table><tr><th>statement</th><th>binds</th><th>outcome</th><th>what it says</th><th>note</th></tr>${rows.join('')}</table>`;
}

const CLASS_OF: Readonly<Record<StatementCoverage['outcome'], string>> = {
  failed: 'fail',
  proven: 'pass',
  passed: 'pass',
  'not run': 'skipped',
  'no test': 'skipped',
};

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } th, td { text-align: left; vertical-align: top; padding: .15rem .8rem .15rem 0; }
details { border-top: 1px solid #8884; padding: .3rem 0; } summary { cursor: pointer; }
pre { overflow-x: auto; font-size: 12px; } code { font-size: 12px; opacity: .75; }
.pass { color: #2a7d2a; } .fail { color: #c62828; } .skipped, .inconclusive { color: #8a6d00; }
`;
