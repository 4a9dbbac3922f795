import { describe, expect, test } from 'vitest';
import { parseTopicFilter, parseTopicName, SubscriptionTree, topicMatchesFilter, TopicTree } from '../src/index.ts';

// 65,535 bytes is the most that a topic can have, so 32,768 levels with a character in each, or 65,536 empty ones.
const DEEP = Array.from({ length: 32_768 }, () => 'a').join('/');
const EMPTY_LEVELS = '/'.repeat(65_535);
const PLUSES = DEEP.replaceAll('a', '+');

describe('the longest and deepest topics', () => {
  test('as filters', () => {
    const tree = new SubscriptionTree<number>();
    const multi = `${DEEP.slice(0, -2)}/#`;
    const filters = [DEEP, EMPTY_LEVELS, PLUSES, multi, 'a/#', '/#', '+/#', '#', `${'+/'.repeat(30_000)}#`];
    const parsed = filters.map((text) => parseTopicFilter(text));
    for (const filter of parsed) tree.insert(filter, 'key', 1);
    for (const text of [DEEP, EMPTY_LEVELS, DEEP.slice(2), `b/${DEEP.slice(2)}`, 'a']) {
      const name = parseTopicName(text);
      let count = 0;
      tree.match(name, (_value, _key, filter) => {
        count++;
        expect(topicMatchesFilter(name, filter)).toBe(true);
      });
      expect(count).toBe(parsed.filter((filter) => topicMatchesFilter(name, filter)).length);
    }
    for (const filter of parsed) expect(tree.remove(filter, 'key')).toBe(1);
    expect([tree.size, tree.filterCount]).toEqual([0, 0]);
  });

  test('a node at each of 1,000 levels: filters that each contain the one before', () => {
    const subscriptions = new SubscriptionTree<number>();
    const topics = new TopicTree<number>();
    const texts = Array.from({ length: 1_000 }, (_, i) => DEEP.slice(0, 2 * i + 1));
    for (const text of texts) {
      subscriptions.insert(parseTopicFilter(`${text}/#`), 'key', 1);
      topics.set(parseTopicName(text), 1);
    }
    let count = 0;
    subscriptions.match(parseTopicName(DEEP), () => count++);
    expect(count).toBe(1_000);
    subscriptions.forEach(() => count++);
    topics.match(parseTopicFilter('#'), () => count++);
    topics.match(parseTopicFilter('a/+/#'), () => count++);
    topics.forEach(() => count++);
    expect(count).toBe(5 * 1_000 - 1);
    for (const text of texts) {
      subscriptions.remove(parseTopicFilter(`${text}/#`), 'key');
      topics.delete(parseTopicName(text));
    }
    expect([subscriptions.size, topics.size]).toEqual([0, 0]);
  });

  test('as names', () => {
    const tree = new TopicTree<number>();
    const names = [DEEP, EMPTY_LEVELS, DEEP.slice(2), `${DEEP.slice(0, -1)}b`, 'a'].map((text) => parseTopicName(text));
    for (const name of names) tree.set(name, 1);
    for (const text of [DEEP, EMPTY_LEVELS, PLUSES, PLUSES.slice(2), '#', '+/#', 'a/#', `${DEEP.slice(0, -2)}/+`]) {
      const filter = parseTopicFilter(text);
      let count = 0;
      tree.match(filter, () => count++);
      expect(count).toBe(names.filter((name) => topicMatchesFilter(name, filter)).length);
    }
    for (const name of names) expect(tree.delete(name)).toBe(1);
    expect(tree.size).toBe(0);
  });

  test('every combination of a and + at twelve levels is found once', () => {
    const tree = new SubscriptionTree<number>();
    for (let bits = 0; bits < 4_096; bits++) {
      const levels = Array.from({ length: 12 }, (_, i) => ((bits >> i) & 1 ? '+' : 'a'));
      tree.insert(parseTopicFilter(levels.join('/')), 'key', bits);
    }
    const found = new Set<number>();
    tree.match(parseTopicName(DEEP.slice(0, 23)), (bits) => found.add(bits));
    expect(found.size).toBe(4_096);
    let count = 0;
    tree.match(parseTopicName(DEEP.slice(0, 23).replaceAll('a', 'b')), () => count++);
    expect(count).toBe(1);
  });
});
