import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parseTopicFilter, parseTopicName, SubscriptionTree, topicMatchesFilter } from '../src/index.ts';
import type { TopicFilter, TopicName } from '../src/index.ts';
import { LevelTrie } from '../src/level-trie.ts';
import { narrowTopicFilter, topicFilter, topicName, wideTopicFilter, wideTopicName } from './arbitraries.ts';
import { checkTrie, isBare } from './check-trie.ts';

type Entry = readonly [filter: TopicFilter, key: string, value: number];

const anyFilter = fc.oneof(topicFilter, wideTopicFilter, narrowTopicFilter);
const anyName = fc.oneof(topicName, wideTopicName);
const operation = fc.record({
  insert: fc.boolean(),
  filter: anyFilter,
  key: fc.constantFrom('one', 'two', 'three'),
  value: fc.integer(),
});

afterEach(() => vi.restoreAllMocks());

/** A tree, and a look at the trie inside it, which is known once the tree has been inserted into. */
function observedTree(): { tree: SubscriptionTree<number>; trie: () => LevelTrie<unknown> | undefined } {
  const spy = vi.spyOn(LevelTrie.prototype, 'ensure');
  return {
    tree: new SubscriptionTree<number>(),
    trie: () => spy.mock.contexts.find((context) => context instanceof LevelTrie),
  };
}

function matches(tree: SubscriptionTree<number>, name: TopicName): Entry[] {
  const found: Entry[] = [];
  tree.match(name, (value, key, filter) => found.push([filter, key, value]));
  return found;
}

function sorted(entries: readonly Entry[]): string[] {
  return entries.map((entry) => entry.join(' ')).toSorted();
}

describe('SubscriptionTree', () => {
  test('matches what the oracle matches', () => {
    fc.assert(
      fc.property(
        fc.array(anyFilter, { maxLength: 80, size: 'large' }),
        fc.array(anyName, { maxLength: 10 }),
        (filters, names) => {
          const tree = new SubscriptionTree<number>();
          for (const filter of filters) tree.insert(filter, 'key', 1);
          for (const name of names) {
            const expected = [...new Set(filters)].filter((filter) => topicMatchesFilter(name, filter));
            expect(sorted(matches(tree, name))).toEqual(sorted(expected.map((filter) => [filter, 'key', 1])));
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('agrees with a list of entries after every operation, and is bare when all are removed', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), fc.array(anyName, { maxLength: 4 }), (operations, names) => {
        const { tree, trie } = observedTree();
        const model = new Map<string, Entry>();
        for (const { insert, filter, key, value } of operations) {
          const id = `${key} ${filter}`;
          const previous = model.get(id)?.[2];
          if (insert) {
            model.set(id, [filter, key, value]);
            expect(tree.insert(filter, key, value)).toBe(previous);
          } else {
            model.delete(id);
            expect(tree.remove(filter, key)).toBe(previous);
          }
          const entries = [...model.values()];
          const filters = new Set(entries.map(([each]) => each));
          expect([tree.size, tree.filterCount, tree.isEmpty]).toEqual([model.size, filters.size, model.size === 0]);
          expect(tree.get(filter, key)).toBe(model.get(id)?.[2]);
          for (const name of names) {
            const expected = entries.filter(([each]) => topicMatchesFilter(name, each));
            expect(sorted(matches(tree, name))).toEqual(sorted(expected));
          }
          const inner = trie();
          if (inner !== undefined) checkTrie(inner, [...filters]);
        }
        const all: Entry[] = [];
        tree.forEach((value, key, filter) => all.push([filter, key, value]));
        expect(sorted(all)).toEqual(sorted([...model.values()]));
        for (const [filter, key] of model.values()) tree.remove(filter, key);
        const inner = trie();
        expect([tree.size, tree.filterCount, inner === undefined || isBare(inner)]).toEqual([0, 0, true]);
        vi.restoreAllMocks();
      }),
      { numRuns: 300 },
    );
  });

  test('keeps any number of subscribers of one filter apart', () => {
    const tree = new SubscriptionTree<number>();
    const filter = parseTopicFilter('a/+');
    const keys = Array.from({ length: 100 }, (_, i) => `client${i}`);
    for (const [i, key] of keys.entries()) expect(tree.insert(filter, key, i)).toBeUndefined();
    for (const [i, key] of keys.entries()) expect(tree.insert(filter, key, i + 1)).toBe(i);
    expect([tree.size, tree.filterCount]).toEqual([100, 1]);
    expect(tree.remove(filter, 'client0')).toBe(1);
    expect(tree.insert(filter, 'client50', 0)).toBe(51); // not a second entry in the place of the first
    expect(tree.size).toBe(99);
    for (const key of keys) tree.remove(filter, key);
    expect(tree.isEmpty).toBe(true);
  });

  test('a Topic Name that is also a part of longer ones, and a property name of objects', () => {
    const tree = new SubscriptionTree<number>();
    for (const text of ['constructor', '__proto__', 'constructor/#', '__proto__/+']) {
      tree.insert(parseTopicFilter(text), '__proto__', 1);
    }
    expect(
      matches(tree, parseTopicName('constructor'))
        .map(([filter]) => filter)
        .toSorted(),
    ).toEqual(['constructor', 'constructor/#']);
    expect(matches(tree, parseTopicName('toString'))).toEqual([]);
    expect(matches(tree, parseTopicName('__proto__/x'))).toHaveLength(1);
  });
});

describe('a SubscriptionTree that is changed while it is visited', () => {
  const name = parseTopicName('a/b');
  const filters = ['a/b', 'a/+', 'a/#', '+/b', '+/+', '#'].map((text) => parseTopicFilter(text));

  function filled(): SubscriptionTree<number> {
    const tree = new SubscriptionTree<number>();
    for (const filter of filters) for (let key = 0; key < 4; key++) tree.insert(filter, String(key), key);
    return tree;
  }

  test('an entry that stays is visited once, a removed one not after its removal, and the visit ends', () => {
    const change = fc.record({ insert: fc.boolean(), filter: fc.constantFrom(...filters), key: fc.nat({ max: 6 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (changes, perVisit) => {
        const tree = filled();
        const present = new Set<string>();
        tree.forEach((_value, key, filter) => present.add(`${filter} ${key}`));
        const touched = new Set<string>();
        const visits = new Map<string, number>();
        const pending = [...changes];
        tree.match(name, (_value, key, filter) => {
          const id = `${filter} ${key}`;
          expect(present.has(id)).toBe(true);
          visits.set(id, (visits.get(id) ?? 0) + 1);
          for (const { insert, filter: changed, key: number } of pending.splice(0, perVisit)) {
            const changedId = `${changed} ${number}`;
            touched.add(changedId);
            if (insert) tree.insert(changed, String(number), number);
            else tree.remove(changed, String(number));
            if (insert) present.add(changedId);
            else present.delete(changedId);
          }
        });
        for (const filter of filters) {
          for (let key = 0; key < 4; key++) {
            if (!touched.has(`${filter} ${key}`)) expect(visits.get(`${filter} ${key}`)).toBe(1);
          }
        }
        expect(sorted(matches(tree, name)).map((entry) => entry.split(' ').slice(0, 2).join(' '))).toEqual(
          [...present].toSorted(),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('a visitor that always inserts does not keep the visit going', () => {
    const tree = filled();
    let visits = 0;
    tree.match(name, () => tree.insert(parseTopicFilter('a/b'), `new${visits++}`, 0));
    expect(visits).toBeLessThanOrEqual(24 * 2);
  });

  test('a visitor that removes everything is not called again', () => {
    const tree = filled();
    let visits = 0;
    tree.match(name, () => {
      visits++;
      for (const filter of filters) for (let key = 0; key < 4; key++) tree.remove(filter, String(key));
    });
    expect([visits, tree.size]).toEqual([1, 0]);
  });

  test('a visitor may match and list the same tree', () => {
    const tree = filled();
    let inner = 0;
    let outer = 0;
    tree.match(name, () => {
      outer++;
      tree.match(name, () => inner++);
      tree.forEach(() => inner++);
    });
    expect([outer, inner]).toEqual([24, 24 * 48]);
  });

  test('an error of the visitor comes out, and the tree is as it was', () => {
    const tree = filled();
    for (const stopAt of [0, 1, 5, 23]) {
      let visits = 0;
      const visit = (): void => {
        if (visits++ === stopAt) throw new Error('visitor');
      };
      expect(() => tree.match(name, visit)).toThrow('visitor');
      visits = 0;
      expect(() => tree.forEach(visit)).toThrow('visitor');
      expect([matches(tree, name).length, tree.size, tree.filterCount]).toEqual([24, 24, 6]);
    }
    for (const filter of filters) for (let key = 0; key < 4; key++) tree.remove(filter, String(key));
    expect(tree.isEmpty).toBe(true);
  });
});
