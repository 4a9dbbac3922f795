import { readFileSync, writeFileSync } from 'node:fs';
import type { Run } from '../run/run-all.ts';
import { machine } from './benchmarks-section.ts';
import type { RowOutcome } from './comparison.ts';

/** What a command has measured. */
export interface SavedRuns {
  /** The commit of Skua. */
  readonly commit: string;
  readonly runs: readonly Run[];
}

/** Writes everything that was measured and what came of it as JSON. */
export function saveRuns(file: string, saved: SavedRuns, outcomes: readonly RowOutcome[]): void {
  writeFileSync(file, JSON.stringify({ machine: machine(), ...saved, outcomes }, undefined, 2));
}

/** What {@link saveRuns} has written, without the outcomes. */
export function readRuns(file: string): SavedRuns {
  const saved: SavedRuns = JSON.parse(readFileSync(file, 'utf8'));
  return saved;
}
