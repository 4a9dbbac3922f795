import { readdirSync, readFileSync } from 'node:fs';
import type { Vector } from './vector.ts';

/** The folder of the committed corpus. */
export const corpusFolder: URL = new URL('../corpus/', import.meta.url);

/** All vectors of the committed corpus, sorted by file and name. Reads the files at every call. */
export function loadVectors(): readonly Vector[] {
  return readdirSync(corpusFolder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .flatMap((name) => parse(readFileSync(new URL(name, corpusFolder), 'utf8')));
}

function parse(text: string): readonly Vector[] {
  const vectors: readonly Vector[] = JSON.parse(text);
  return vectors;
}
