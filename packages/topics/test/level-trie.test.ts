import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LevelTrie } from '../src/level-trie.ts';
import { narrowTopicFilter, topicFilter, wideTopicFilter } from './arbitraries.ts';
import { checkTrie, isBare } from './check-trie.ts';

const operation = fc.record({
  put: fc.boolean(),
  path: fc.oneof(topicFilter, wideTopicFilter, narrowTopicFilter),
  value: fc.integer(),
});

describe('LevelTrie', () => {
  test('agrees with a Map after every operation, and keeps its invariants', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
        const trie = new LevelTrie<number>();
        const model = new Map<string, number>();
        for (const { put, path, value } of operations) {
          if (put) {
            const node = trie.ensure(path);
            expect(node.leaf).toBe(model.get(path));
            node.leaf = value;
            model.set(path, value);
          } else {
            expect(trie.remove(path)).toBe(model.get(path));
            model.delete(path);
          }
          expect(trie.find(path)?.leaf).toBe(model.get(path));
          checkTrie(trie, [...model.keys()]);
        }
        expect(new Set(trie.leafNodes().map(({ text }) => text))).toEqual(new Set(model.keys()));
        for (const path of model.keys()) trie.remove(path);
        expect(isBare(trie)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('does not find what is only part of a path, or only a branch', () => {
    const trie = new LevelTrie<number>();
    trie.ensure('a/b/c').leaf = 1;
    trie.ensure('a/b/d').leaf = 2;
    for (const path of ['a', 'a/b', 'a/b/', 'a/b/c/', 'a/b/c/d', 'b', '', '/a/b/c', 'a/b/cc', 'a/bb/c']) {
      expect(trie.find(path), path).toBeUndefined();
      expect(trie.remove(path), path).toBeUndefined();
    }
    checkTrie(trie, ['a/b/c', 'a/b/d']);
  });

  test('a branch that gets a leaf of its own has the path as its text', () => {
    const trie = new LevelTrie<number>();
    for (const path of ['x/y', 'x/a/b', 'x/a/c']) trie.ensure(path).leaf = 1;
    trie.ensure('x/a').leaf = 1;
    checkTrie(trie, ['x/y', 'x/a/b', 'x/a/c', 'x/a']);
  });

  test('a node that lost its leaf holds a text of its own, not the removed path', () => {
    const trie = new LevelTrie<number>();
    for (const path of ['x/parent', 'x/parent/a', 'x/parent/b', 'y']) trie.ensure(path).leaf = 1;
    trie.remove('x/parent');
    const branch = trie.root.list?.find(({ text }) => text.startsWith('x'));
    expect([branch?.text, branch?.start]).toEqual(['x/parent', 0]);
    trie.ensure('x/z').leaf = 1; // splits the branch, whose lower half must not keep the upper one's text
    expect(branch?.text).toBe('parent');
  });
});
