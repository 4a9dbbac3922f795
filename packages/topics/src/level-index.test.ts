import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Indexed, LevelIndex } from './level-index.ts';
import { hashLevel } from './levels.ts';

interface Node extends Indexed {
  readonly id: number;
}

const node = (level: string, id = 0): Node => ({ text: `p/${level}/rest`, start: 2, hash: -1, id });
const lookup = (index: LevelIndex<Node>, level: string): Node | undefined => index.get(level, 0, hashLevel(level, 0));

// Pairs of blocks that lead FNV-1a from one state to one next state; found by birthday search, a second of work for each.
const COLLIDING_BLOCKS: readonly (readonly [string, string])[] = [
  ['.vgvzcx', '1xeivts'],
  ['1df4iz2', '.99i0od'],
  ['.m0198c', '.2lmga3'],
  ['.atwyhw', '1bkpgvs'],
  ['1vm8jcc', '.yyujbi'],
  ['.hnx2tt', '..jazvw'],
  ['.hnx2tt', '..jazvw'],
  ['.hnx2tt', '..jazvw'],
];

/** 256 levels whose hashes are entirely equal, as an attacker would send them: one block of each pair, in order. */
function collidingLevels(): string[] {
  let levels = [''];
  for (const pair of COLLIDING_BLOCKS) levels = levels.flatMap((level) => pair.map((block) => level + block));
  return levels;
}

const operation = (levels: readonly string[]): fc.Arbitrary<{ level: string; kind: 'add' | 'delete' }> =>
  fc.record({ level: fc.constantFrom(...levels), kind: fc.constantFrom('add', 'add', 'delete') });

function checkAgainstMap(operations: readonly { level: string; kind: 'add' | 'delete' }[]): void {
  const index = new LevelIndex<Node>();
  const model = new Map<string, Node>();
  operations.forEach(({ level, kind }, id) => {
    const known = model.get(level);
    if (kind === 'delete') {
      if (known !== undefined) index.delete(known);
      model.delete(level);
    } else {
      const added = node(level, id);
      if (known === undefined) index.add(added);
      else index.replace(known, added);
      model.set(level, added);
    }
    expect(index.size).toBe(model.size);
  });
  for (const { level } of operations) expect(lookup(index, level)).toBe(model.get(level));
  expect(new Set(index.values())).toEqual(new Set(model.values()));
}

describe('LevelIndex', () => {
  test('agrees with a Map', () => {
    const levels = Array.from({ length: 300 }, (_, i) => String(i));
    fc.assert(fc.property(fc.array(operation(levels), { maxLength: 600, size: 'max' }), checkAgainstMap));
  });

  test('agrees with a Map where all levels have the same hash', () => {
    const levels = collidingLevels();
    expect(new Set(levels.map((level) => hashLevel(level, 0))).size).toBe(1);
    expect(new Set(levels).size).toBe(256);
    fc.assert(
      fc.property(fc.array(operation(levels), { minLength: 100, maxLength: 400, size: 'max' }), checkAgainstMap),
      { numRuns: 30 },
    );
  });

  test('grows to thousands and shrinks again, and finds everything on the way', () => {
    const index = new LevelIndex<Node>();
    const nodes = Array.from({ length: 5_000 }, (_, i) => node(String(i), i));
    for (const each of nodes) index.add(each);
    for (const [i, each] of nodes.entries()) expect(lookup(index, String(i))).toBe(each);
    for (const [i, each] of nodes.entries()) {
      index.delete(each);
      expect(lookup(index, String(i))).toBeUndefined();
      if (i + 1 < nodes.length) expect(lookup(index, String(nodes.length - 1))).toBe(nodes.at(-1));
    }
    expect([index.size, index.values()]).toEqual([0, []]);
  });

  test('levels chosen for their hash do not make a look-up long', () => {
    let reads = 0;
    const counted = (level: string): Indexed => {
      let hash = 0;
      return {
        text: level,
        start: 0,
        get hash() {
          reads++;
          return hash;
        },
        set hash(value) {
          hash = value;
        },
      };
    };
    const index = new LevelIndex<Indexed>();
    const levels = collidingLevels();
    for (const level of levels) index.add(counted(level));
    reads = 0;
    for (const level of levels) expect(index.get(level, 0, hashLevel(level, 0))?.text).toBe(level);
    expect(reads).toBeLessThan(levels.length * 65);
  });
});
