import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parseTopicFilter, parseTopicName, topicMatchesFilter, TopicTree } from '../src/index.ts';
import type { TopicFilter, TopicName } from '../src/index.ts';
import { LevelTrie } from '../src/level-trie.ts';
import { narrowTopicFilter, topicFilter, topicName, wideTopicFilter, wideTopicName } from './arbitraries.ts';
import { checkTrie, isBare } from './check-trie.ts';

const anyFilter = fc.oneof(topicFilter, wideTopicFilter, narrowTopicFilter);
const anyName = fc.oneof(topicName, wideTopicName);
type Entry = readonly [name: TopicName, value: number];

const operation = fc.record({ set: fc.boolean(), name: anyName, value: fc.integer() });

afterEach(() => vi.restoreAllMocks());

function matches(tree: TopicTree<number>, filter: TopicFilter): string[] {
  const found: Entry[] = [];
  tree.match(filter, (value, name) => found.push([name, value]));
  return sorted(found);
}

function sorted(entries: Iterable<Entry>): string[] {
  return Array.from(entries, (entry) => entry.join(' ')).toSorted();
}

describe('TopicTree', () => {
  test('matches what the oracle matches', () => {
    fc.assert(
      fc.property(fc.array(anyName, { maxLength: 40 }), fc.array(anyFilter, { maxLength: 10 }), (names, filters) => {
        const tree = new TopicTree<number>();
        for (const name of names) tree.set(name, name.length);
        for (const filter of filters) {
          const expected = [...new Set(names)].filter((name) => topicMatchesFilter(name, filter));
          expect(matches(tree, filter)).toEqual(sorted(expected.map((name) => [name, name.length])));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('agrees with a Map after every operation, and is bare when all are deleted', () => {
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 60 }),
        fc.array(anyFilter, { maxLength: 4 }),
        (operations, filters) => {
          const spy = vi.spyOn(LevelTrie.prototype, 'ensure');
          const tree = new TopicTree<number>();
          const model = new Map<TopicName, number>();
          for (const { set, name, value } of operations) {
            const previous = model.get(name);
            expect(set ? tree.set(name, value) : tree.delete(name)).toBe(previous);
            if (set) model.set(name, value);
            else model.delete(name);
            expect([tree.size, tree.isEmpty, tree.get(name)]).toEqual([model.size, model.size === 0, model.get(name)]);
            for (const filter of filters) {
              const expected = [...model].filter(([each]) => topicMatchesFilter(each, filter));
              expect(matches(tree, filter)).toEqual(sorted(expected));
            }
            const trie = spy.mock.contexts.find((context) => context instanceof LevelTrie);
            if (trie !== undefined) checkTrie(trie, [...model.keys()]);
          }
          const all: Entry[] = [];
          tree.forEach((value, name) => all.push([name, value]));
          expect(sorted(all)).toEqual(sorted(model));
          for (const name of model.keys()) tree.delete(name);
          const trie = spy.mock.contexts.find((context) => context instanceof LevelTrie);
          expect([tree.size, trie === undefined || isBare(trie)]).toEqual([0, true]);
          vi.restoreAllMocks();
        },
      ),
      { numRuns: 300 },
    );
  });

  test('#, +/# and + do not show topics that begin with $, forEach does', () => {
    const tree = new TopicTree<number>();
    for (const text of ['$SYS/uptime', '$SYS', '$', 'a', 'a/$b', '/$c']) tree.set(parseTopicName(text), 1);
    const names = (filter: string): string[] =>
      matches(tree, parseTopicFilter(filter)).map((entry) => entry.split(' ')[0] ?? '');
    expect(names('#')).toEqual(['/$c', 'a', 'a/$b']);
    expect(names('+/#')).toEqual(['/$c', 'a', 'a/$b']);
    expect(names('+')).toEqual(['a']);
    expect(names('+/+')).toEqual(['/$c', 'a/$b']);
    expect(names('$SYS/#')).toEqual(['$SYS', '$SYS/uptime']);
    let count = 0;
    tree.forEach(() => count++);
    expect(count).toBe(6);
  });
});

describe('a TopicTree that is changed while it is visited', () => {
  const all = parseTopicFilter('#');
  const names = Array.from({ length: 30 }, (_, i) => parseTopicName(i % 3 === 0 ? `a/${i}` : `a/${i}/b`));

  function filled(): TopicTree<number> {
    const tree = new TopicTree<number>();
    for (const [i, name] of names.entries()) tree.set(name, i);
    return tree;
  }

  test('a value that stays is visited once, a deleted one not after its deletion', () => {
    const change = fc.record({ set: fc.boolean(), name: fc.oneof(fc.constantFrom(...names), topicName) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (changes, perVisit) => {
        const tree = filled();
        const model = new Map(names.map((name, i) => [name, i]));
        const touched = new Set<TopicName>();
        const visits = new Map<TopicName, number>();
        const pending = [...changes];
        tree.match(all, (value, name) => {
          expect(value).toBe(model.get(name));
          visits.set(name, (visits.get(name) ?? 0) + 1);
          for (const { set, name: changed } of pending.splice(0, perVisit)) {
            touched.add(changed);
            if (set) {
              tree.set(changed, pending.length);
              model.set(changed, pending.length);
            } else {
              tree.delete(changed);
              model.delete(changed);
            }
          }
        });
        for (const name of names) if (!touched.has(name)) expect(visits.get(name)).toBe(1);
        const left = [...model].filter(([name]) => topicMatchesFilter(name, all));
        expect(matches(tree, all)).toEqual(sorted(left));
      }),
      { numRuns: 500 },
    );
  });

  test('an error of the visitor comes out, and the tree is as it was', () => {
    const tree = filled();
    const visit = (): void => {
      throw new Error('visitor');
    };
    expect(() => tree.match(all, visit)).toThrow('visitor');
    expect(() => tree.forEach(visit)).toThrow('visitor');
    expect([tree.size, matches(tree, all).length]).toEqual([30, 30]);
    for (const name of names) tree.delete(name);
    expect(tree.isEmpty).toBe(true);
  });
});
