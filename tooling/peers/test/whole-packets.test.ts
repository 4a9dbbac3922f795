import { reportAsText, runConformance } from '@skua/conformance';
import { expect, it } from 'vitest';
import { DURABLE_SKUA, SKUA } from '../src/skua.ts';

it.each([
  ['without a store', SKUA],
  ['with a store on the disk', DURABLE_SKUA],
])(
  'the built broker %s breaks no statement over TCP',
  async (_how, factory) => {
    const report = await runConformance(factory);
    const wrong = report.results.filter(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive');
    expect(wrong, reportAsText(report)).toEqual([]);
  },
  300_000, // only a hang takes this long
);
