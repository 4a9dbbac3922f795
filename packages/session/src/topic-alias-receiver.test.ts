import { parseTopicName } from '@skua/topics';
import { describe, expect, test } from 'vitest';

import { TopicAliasReceiver } from './topic-alias-receiver.ts';

const first = parseTopicName('a/b');
const second = parseTopicName('c');

describe('TopicAliasReceiver', () => {
  test('sets, uses and replaces an alias', () => {
    const aliases = new TopicAliasReceiver(2);
    expect(aliases.resolve(first, 2)).toBe(first);
    expect(aliases.resolve('', 2)).toBe(first);
    expect(aliases.resolve(second, 2)).toBe(second);
    expect(aliases.resolve('', 2)).toBe(second);
    expect(aliases.size).toBe(1);
  });

  test('passes a Topic Name without alias through', () => {
    const aliases = new TopicAliasReceiver(0);
    expect(aliases.resolve(first, undefined)).toBe(first);
    expect(aliases.size).toBe(0);
  });

  test('aliases are those of one connection', () => {
    new TopicAliasReceiver(1).resolve(first, 1);
    expect(() => new TopicAliasReceiver(1).resolve('', 1)).toThrow('was not set');
  });

  test.each([
    ['alias 0', 5, first, 0, 0x94],
    ['an alias above the maximum', 5, first, 6, 0x94],
    ['an alias above the maximum without Topic Name', 5, '', 6, 0x94],
    ['any alias when none is allowed', 0, first, 1, 0x94],
    ['an alias that was not set', 5, '', 1, 0x82],
    ['neither', 5, '', undefined, 0x82],
  ] as const)('%s is a Protocol Error', (_name, maximum, topicName, alias, reasonCode) => {
    const aliases = new TopicAliasReceiver(maximum);
    const error = expect.objectContaining({ name: 'ProtocolError', reasonCode });
    expect(() => aliases.resolve(topicName, alias)).toThrow(error);
    expect(aliases.size).toBe(0);
  });
});
