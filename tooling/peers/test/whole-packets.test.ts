import { reportAsText, runConformance } from '@skua/conformance';
import { expect, it } from 'vitest';
import { SKUA } from '../src/skua.ts';

it(
  'the built broker breaks no statement over TCP',
  async () => {
    const report = await runConformance(SKUA);
    const wrong = report.results.filter(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive');
    expect(wrong, reportAsText(report)).toEqual([]);
  },
  300_000, // only a hang takes this long
);
