import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EXCUSES } from '../src/excuses.ts';
import { generateCorpus } from '../src/generate.ts';
import { loadVectors } from '../src/index.ts';
import { corpusFolder } from '../src/load-vectors.ts';

const vectors = loadVectors();

test('generating gives exactly the committed files', () => {
  const generated = generateCorpus();
  expect(readdirSync(corpusFolder).toSorted()).toEqual([...generated.keys()].toSorted());
  for (const [name, text] of generated) {
    // Not toBe: a diff of half a megabyte helps nobody.
    expect(text === readFileSync(new URL(name, corpusFolder), 'utf8'), `${name} is stale: run src/generate.ts`).toBe(
      true,
    );
  }
});

test('there are at least 2,000 vectors, each with a name of its own', () => {
  expect(vectors.length).toBeGreaterThanOrEqual(2000);
  expect(new Set(vectors.map((vector) => vector.name)).size).toBe(vectors.length);
});

test('the same bytes to the same reader have the same outcome wherever they stand', () => {
  const seen = new Map<string, { name: string; packets: string }>();
  for (const vector of vectors) {
    const key = `${vector.version} ${vector.role} ${vector.maximumPacketSize ?? ''} ${vector.hex}`;
    const packets = JSON.stringify(vector.expect.filter((outcome) => 'packet' in outcome));
    const before = seen.get(key);
    if (before !== undefined)
      expect(`${packets} of ${before.name}`, vector.name).toBe(`${before.packets} of ${before.name}`);
    seen.set(key, { name: vector.name, packets });
  }
});

test('each vector is whole: hex, outcomes, and a statement for whatever may be refused', () => {
  for (const vector of vectors) {
    expect(vector.hex, vector.name).toMatch(/^([0-9a-f]{2})+$/);
    expect(vector.section, vector.name).toMatch(/^\d(\.\d+)+$/);
    expect(vector.expect.length, vector.name).toBeGreaterThan(0);
    for (const outcome of vector.expect) {
      if ('packet' in outcome) continue;
      expect(vector.statements, vector.name).toContain(outcome.statement);
      expect(outcome.reasonCodes.length, vector.name).toBeGreaterThan(0);
      expect(vector.canonical, vector.name).toBeUndefined();
    }
  }
});

test('each cited statement exists', () => {
  const known = statementList('../../tidy/statements.json');
  const cited = new Set(vectors.flatMap((vector) => vector.statements));
  const all = new Set([...known['5.0'], ...known['3.1.1'].map((id) => `v3 ${id}`)]);
  expect([...cited].filter((id) => !all.has(id))).toEqual([]);
});

test('each rule that a codec can judge is broken by a vector, or excused', () => {
  const rules = statementList('../src/codec-rules.json');
  const broken = new Set(
    vectors
      .filter((vector) => vector.expect.some((outcome) => 'error' in outcome))
      .flatMap((vector) => vector.statements),
  );
  const excused = new Set(EXCUSES.map(({ version, statement }) => (version === '5.0' ? statement : `v3 ${statement}`)));
  const all = [...rules['5.0'], ...rules['3.1.1'].map((id) => `v3 ${id}`)];
  expect(
    all.filter((id) => !broken.has(id) && !excused.has(id)),
    'neither broken nor excused',
  ).toEqual([]);
  expect(
    [...excused].filter((id) => broken.has(id) || !all.includes(id)),
    'excused for nothing',
  ).toEqual([]);
});

function statementList(file: string): Readonly<Record<'5.0' | '3.1.1', readonly string[]>> {
  const lists: Readonly<Record<'5.0' | '3.1.1', readonly string[]>> = JSON.parse(
    readFileSync(new URL(file, import.meta.url), 'utf8'),
  );
  return lists;
}
