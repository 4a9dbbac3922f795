import { reportAsText, runConformance } from '@skua/conformance';
import { expect, it } from 'vitest';
import { SKUA } from '../src/skua.ts';

it(
  'the built broker comes to the same verdicts when every byte arrives on its own',
  async () => {
    const mangle = (bytes: Uint8Array): readonly Uint8Array[] =>
      Array.from(bytes, (_byte, index) => bytes.subarray(index, index + 1));
    const report = await runConformance(SKUA, { mangle });
    const wrong = report.results.filter(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive');
    expect(wrong, reportAsText(report)).toEqual([]);
  },
  300_000, // only a hang takes this long
);
