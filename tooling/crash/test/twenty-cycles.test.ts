import { expect, test } from 'vitest';
import { skua } from '../src/brokers/skua.ts';
import { checkHistory } from '../src/checks/check-history.ts';
import { makeReport, reportAsText } from '../src/report.ts';
import { runCycles } from '../src/run-cycles.ts';

test(
  'the built broker keeps every promise when it is killed twenty times',
  async () => {
    const plan = { kind: skua(), cycles: 20, seed: 20 };
    const run = await runCycles({ ...plan, lifeMsMax: 500 });
    const report = makeReport(plan, run, checkHistory(run.history.events));
    expect(report.passed, reportAsText(report)).toBe(true);
    expect(report.counts['times killed while starting']).toBeGreaterThan(0);
    expect(report.counts['messages acknowledged']).toBeGreaterThan(100);
  },
  300_000, // only a hang takes this long
);
