import { parseTopicFilter, parseTopicName } from '@skua/topics';
import { describe, expect, it } from 'vitest';

import { MatchCache } from './match-cache.ts';

describe('MatchCache', () => {
  it('never holds more than it may, and keeps a stable part when there are more topics than room', () => {
    const cache = new MatchCache<object>(8);
    let hits = 0;
    for (let round = 0; round < 50; round++) {
      for (let topic = 0; topic < 16; topic++) {
        const name = parseTopicName(`t/${topic}`);
        if (cache.get(name) === undefined) cache.offer(name, {});
        else hits++;
        expect(cache.size).toBeLessThanOrEqual(8);
      }
    }
    expect(hits).toBeGreaterThan(50 * 4); // first in first out would have none at all
  });

  it('takes out exactly what a filter matches', () => {
    const cache = new MatchCache<object>(100);
    const names = ['a', 'a/b', 'a/b/c', 'b', '$s/b'].map((text) => parseTopicName(text));
    const remaining = (filter: string): string[] => {
      for (const name of [...names, ...names]) cache.offer(name, {});
      cache.invalidate(parseTopicFilter(filter));
      return names.filter((name) => cache.get(name) !== undefined);
    };
    expect(remaining('a/b')).toEqual(['a', 'a/b/c', 'b', '$s/b']);
    expect(remaining('a/#')).toEqual(['b', '$s/b']);
    expect(remaining('+/b')).toEqual(['a', 'a/b/c', 'b', '$s/b']);
    expect(remaining('#')).toEqual(['$s/b']);
  });

  it('lets a topic in when it comes again soon, and forgets one that came once', () => {
    const cache = new MatchCache<object>(100);
    const name = parseTopicName('a/b');
    const value = {};
    cache.offer(name, value);
    expect(cache.get(name)).toBeUndefined();
    cache.offer(name, value);
    expect(cache.get(name)).toBe(value);
    const once = parseTopicName('once');
    cache.offer(once, value);
    for (let other = 0; other < 100_000; other++) cache.offer(parseTopicName(`other/${other}`), value);
    cache.offer(once, value);
    expect([cache.size, cache.get(once)]).toEqual([1, undefined]);
  });

  it('of size 0 holds nothing', () => {
    const cache = new MatchCache<object>(0);
    for (let count = 0; count < 20; count++) cache.offer(parseTopicName('a'), {});
    expect(cache.size).toBe(0);
  });
});
