import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { startCommand } from '../src/brokers/start-command.ts';
import { checkHistory } from '../src/checks/check-history.ts';
import { makeReport, reportAsText } from '../src/report.ts';
import { runCycles } from '../src/run-cycles.ts';

const PROGRAM = join(dirname(createRequire(import.meta.url).resolve('skua-broker/package.json')), 'bin/skua-broker');

test('a broker that keeps nothing is found out, and the report says so', async () => {
  const plan = { kind: startCommand(`${process.execPath} ${PROGRAM} -q -p {port}`), cycles: 2, seed: 1 };
  const run = await runCycles({ ...plan, patienceMs: 300, lifeMsMax: 400 });
  const report = makeReport(plan, run, checkHistory(run.history.events));
  const broken = report.violations.filter(({ count }) => count > 0).map(({ kind }) => kind);
  expect(broken).toContain('lost');
  expect(broken).toContain('session');
  expect(broken).not.toContain('invented');
  expect(broken).not.toContain('damaged');
  expect(report.passed).toBe(false);
  const text = reportAsText(report);
  expect(text).toContain('Promises were broken.');
  expect(text).toMatch(/p\d sends message \d+ to 'load\//);
});

test('a broker that does not start is found out', async () => {
  const plan = { kind: startCommand(`${process.execPath} --version`), cycles: 2, seed: 1 };
  const report = makeReport(plan, await runCycles(plan), []);
  expect(report.violations.find(({ kind }) => kind === 'start')?.count).toBe(1);
  expect(report.examples[0]?.story.join('\n')).toMatch(/^v\d+/);
});
