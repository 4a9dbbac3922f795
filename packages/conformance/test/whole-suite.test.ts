import { describe, expect, it } from 'vitest';
import { coverageOf, reportAsText, runConformance, summarize } from '../src/index.ts';
import { IN_PROCESS, IN_PROCESS_WITH_STORE } from './in-process-target.ts';

/** Each byte on its own. */
function byteByByte(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from(bytes, (_byte, index) => bytes.subarray(index, index + 1));
}

describe('the whole suite against our core', () => {
  it('breaks nothing, and proves what it claims to prove', async () => {
    const report = await runConformance(IN_PROCESS, { mutants: true });
    const wrong = report.results.filter(({ verdict }) => verdict !== 'pass');
    const survived = report.mutants.filter(({ killed }) => !killed);
    expect([wrong.length, survived.length], reportAsText(report)).toEqual([0, 0]);
    const coverage = coverageOf(report);
    // Of 202 and 106 that bind a server; what is missing cannot be observed, and the catalogue says why.
    expect(summarize(coverage, '5.0').numberedProven).toBeGreaterThanOrEqual(197);
    expect(summarize(coverage, '3.1.1').numberedProven).toBeGreaterThanOrEqual(101);
    expect(summarize(coverage, '5.0').unnumberedProven).toBe(81);
    expect(summarize(coverage, '3.1.1').unnumberedProven).toBe(2);
  });

  it('comes to the same verdicts with a store', async () => {
    const report = await runConformance(IN_PROCESS_WITH_STORE);
    const wrong = report.results.filter(({ verdict }) => verdict !== 'pass');
    expect(wrong, reportAsText(report)).toEqual([]);
  });

  it.each([
    ['every byte arrives on its own', { mangle: byteByByte }],
    ['what is sent together arrives together', { coalesce: true }],
  ])('comes to the same verdicts when %s', async (_how, options) => {
    const report = await runConformance(IN_PROCESS, options);
    const wrong = report.results.filter(({ verdict }) => verdict !== 'pass');
    expect(wrong, reportAsText(report)).toEqual([]);
  });
});
