import { readFileSync, writeFileSync } from 'node:fs';
import type { Run } from '../run/run-all.ts';
import { machine } from './benchmarks-section.ts';
import type { RowOutcome } from './comparison.ts';

/** Writes everything that was measured and what came of it as JSON. */
export function saveRuns(file: string, outcomes: readonly RowOutcome[], runs: readonly Run[]): void {
  writeFileSync(file, JSON.stringify({ machine: machine(), outcomes, runs }, undefined, 2));
}

/** The runs that {@link saveRuns} has written. */
export function readRuns(file: string): readonly Run[] {
  const { runs }: { readonly runs: readonly Run[] } = JSON.parse(readFileSync(file, 'utf8'));
  return runs;
}
