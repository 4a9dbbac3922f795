import { describe, expect, it } from 'vitest';
import {
  coverageOf,
  reportAsHtml,
  reportAsJson,
  reportAsJunit,
  reportAsText,
  runClientConformance,
  summarize,
  virtualClientTarget,
  type ClientConformanceOptions,
} from '../../src/index.ts';
import { REFERENCE_CLIENT } from './reference-client.ts';

/** Each byte on its own. */
function byteByByte(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from(bytes, (_byte, index) => bytes.subarray(index, index + 1));
}

describe('the whole suite against the reference client', () => {
  it('finds nothing wrong, and proves what it claims to prove', async () => {
    const report = await runClientConformance(virtualClientTarget(REFERENCE_CLIENT), { mutants: true });
    const wrong = report.results.filter(({ verdict }) => verdict !== 'pass');
    const survived = report.mutants.filter(({ killed }) => !killed);
    expect([wrong.length, survived.length], reportAsText(report)).toEqual([0, 0]);
    const coverage = coverageOf(report);
    // Of 133 and 72 that bind a client; what is missing cannot be observed, and clientStatus says why.
    expect(summarize(coverage, '5.0', 'client').numberedProven).toBe(129);
    expect(summarize(coverage, '3.1.1', 'client').numberedProven).toBe(67);
    expect(reportAsText(report)).toContain('129 of 133 statements that bind a client executed, 129 proven, 0 failed');
    expect(reportAsHtml(report)).toContain('caught: a client that never says PINGREQ');
    expect(reportAsJson(report)).toContain('"role": "client"');
    expect(reportAsJunit(report)).toContain('client/keep-alive/pingreq');
  });

  it.each<[string, ClientConformanceOptions]>([
    ['every byte arrives on its own', { mangle: byteByByte }],
    ['what is sent together arrives together', { coalesce: true }],
  ])('comes to the same verdicts when %s', async (_how, options) => {
    const report = await runClientConformance(virtualClientTarget(REFERENCE_CLIENT), options);
    const wrong = report.results.filter(({ verdict }) => verdict !== 'pass');
    expect(wrong, reportAsText(report)).toEqual([]);
  });
});
