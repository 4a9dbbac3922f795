import { describe, expect, test } from 'vitest';
import { parseSubscriptionFilter } from './shared-subscription.ts';
import { TopicError, type TopicRule } from './topic-error.ts';
import { parseTopicFilter } from './topic-filter.ts';
import { parseTopicName } from './topic-name.ts';

type Case = readonly [text: string, rule: TopicRule, position: number, statement: string, statementV3?: string];

const LONG = 'x'.repeat(65_535);

function errorOf(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    return error;
  }
}

function check(parse: (text: string) => unknown, subject: string, cases: readonly Case[]): void {
  for (const [text, rule, position, statement, statementV3] of cases) {
    const error = errorOf(parse, text);
    const shown = JSON.stringify(text.slice(0, 40));
    expect(error, shown).toBeInstanceOf(TopicError);
    expect(error, shown).toMatchObject({ name: 'TopicError', rule, subject, position, statement, statementV3 });
    expect(error, shown).toHaveProperty('message', expect.stringContaining(`at offset ${position} [${statement}]`));
  }
}

const CASES_OF_BOTH: readonly Case[] = [
  ['', 'empty', 0, 'MQTT-4.7.3-1', 'v3 MQTT-4.7.3-1'],
  [`${LONG}x`, 'tooLong', 65_535, 'MQTT-4.7.3-3', 'v3 MQTT-4.7.3-3'],
  [`${'x'.repeat(65_534)}ä`, 'tooLong', 65_534, 'MQTT-4.7.3-3', 'v3 MQTT-4.7.3-3'],
  [`${'€'.repeat(21_845)}x`, 'tooLong', 21_845, 'MQTT-4.7.3-3', 'v3 MQTT-4.7.3-3'],
  [`${'x'.repeat(65_532)}🐦`, 'tooLong', 65_532, 'MQTT-4.7.3-3', 'v3 MQTT-4.7.3-3'],
  ['\0', 'nullCharacter', 0, 'MQTT-4.7.3-2', 'v3 MQTT-4.7.3-2'],
  ['a/b\0', 'nullCharacter', 3, 'MQTT-4.7.3-2', 'v3 MQTT-4.7.3-2'],
  ['a/\ud83d', 'loneSurrogate', 2, 'MQTT-1.5.4-1', 'v3 MQTT-1.5.3-1'],
  ['\udc26/a', 'loneSurrogate', 0, 'MQTT-1.5.4-1', 'v3 MQTT-1.5.3-1'],
  ['\ud83d\ud83d\udc26', 'loneSurrogate', 0, 'MQTT-1.5.4-1', 'v3 MQTT-1.5.3-1'],
  ['\ud83d\udc26\udc26', 'loneSurrogate', 2, 'MQTT-1.5.4-1', 'v3 MQTT-1.5.3-1'],
];

describe('every forbidden form is named by rule, position and statement', () => {
  test('Topic Name', () => {
    check(parseTopicName, 'Topic Name', [
      ...CASES_OF_BOTH,
      ['#', 'wildcardInTopicName', 0, 'MQTT-4.7.0-1', 'v3 MQTT-4.7.1-1'],
      ['a/+', 'wildcardInTopicName', 2, 'MQTT-4.7.0-1', 'v3 MQTT-4.7.1-1'],
      ['sport/tennis#', 'wildcardInTopicName', 12, 'MQTT-4.7.0-1', 'v3 MQTT-4.7.1-1'],
    ]);
  });

  test('Topic Filter', () => {
    check(parseTopicFilter, 'Topic Filter', [
      ...CASES_OF_BOTH,
      ['sport/tennis#', 'multiLevelWildcardNotAlone', 12, 'MQTT-4.7.1-1', 'v3 MQTT-4.7.1-2'],
      ['##', 'multiLevelWildcardNotLast', 0, 'MQTT-4.7.1-1', 'v3 MQTT-4.7.1-2'],
      ['+#', 'singleLevelWildcardNotAlone', 0, 'MQTT-4.7.1-2', 'v3 MQTT-4.7.1-3'],
      ['sport/tennis/#/ranking', 'multiLevelWildcardNotLast', 13, 'MQTT-4.7.1-1', 'v3 MQTT-4.7.1-2'],
      ['#/', 'multiLevelWildcardNotLast', 0, 'MQTT-4.7.1-1', 'v3 MQTT-4.7.1-2'],
      ['sport+', 'singleLevelWildcardNotAlone', 5, 'MQTT-4.7.1-2', 'v3 MQTT-4.7.1-3'],
      ['+a', 'singleLevelWildcardNotAlone', 0, 'MQTT-4.7.1-2', 'v3 MQTT-4.7.1-3'],
      ['a/+b', 'singleLevelWildcardNotAlone', 2, 'MQTT-4.7.1-2', 'v3 MQTT-4.7.1-3'],
      ['a/++/b', 'singleLevelWildcardNotAlone', 2, 'MQTT-4.7.1-2', 'v3 MQTT-4.7.1-3'],
    ]);
  });

  test('Shared Subscription', () => {
    check(parseSubscriptionFilter, 'Shared Subscription', [
      ['$share/', 'shareNameEmpty', 7, 'MQTT-4.8.2-1'],
      ['$share//a', 'shareNameEmpty', 7, 'MQTT-4.8.2-1'],
      ['$share/group', 'shareNameNotFollowed', 12, 'MQTT-4.8.2-2'],
      ['$share/group/', 'sharedFilterEmpty', 13, 'MQTT-4.8.2-2'],
      ['$share/+/a', 'shareNameWildcard', 7, 'MQTT-4.8.2-2'],
      ['$share/gr#up/a', 'shareNameWildcard', 9, 'MQTT-4.8.2-2'],
      ['$share/g\0/a', 'nullCharacter', 8, 'MQTT-4.7.3-2', 'v3 MQTT-4.7.3-2'],
      ['$share/\udc26/a', 'loneSurrogate', 7, 'MQTT-1.5.4-1', 'v3 MQTT-1.5.3-1'],
      ['$share/g/a#', 'multiLevelWildcardNotAlone', 10, 'MQTT-4.7.1-1', 'v3 MQTT-4.7.1-2'],
      ['$share/g/+a', 'singleLevelWildcardNotAlone', 9, 'MQTT-4.7.1-2', 'v3 MQTT-4.7.1-3'],
      [`$share/g/${LONG}`, 'tooLong', 65_535, 'MQTT-4.7.3-3', 'v3 MQTT-4.7.3-3'],
      [`$share/${LONG}`, 'tooLong', 65_535, 'MQTT-4.7.3-3', 'v3 MQTT-4.7.3-3'],
    ]);
  });

  test("the caller's limit on levels has a position, but no statement", () => {
    const cases: readonly (readonly [(text: string, levelsMax: number) => unknown, string, number])[] = [
      [parseTopicName, 'a/b/c/d', 3],
      [parseTopicFilter, 'a/+/c/#', 3],
      [parseSubscriptionFilter, 'a/b/c/d', 3],
      [parseSubscriptionFilter, '$share/g/a/b/c/d', 12],
    ];
    for (const [parse, text, position] of cases) {
      expect(errorOf((each) => parse(each, 4), text)).not.toBeInstanceOf(TopicError);
      const error = errorOf((each) => parse(each, 2), text);
      expect(error).toMatchObject({ rule: 'tooManyLevels', position, statement: undefined, statementV3: undefined });
    }
    expect(errorOf((each) => parseTopicName(each, 0), 'a')).toMatchObject({ rule: 'tooManyLevels', position: 0 });
  });

  test('the message shows the place, escaped, and not the whole text', () => {
    const error = new TopicError('nullCharacter', 'Topic Name', `${'x'.repeat(999)}\n\0${'y'.repeat(999)}`, 1_000);
    expect(error.message).toBe(
      `Topic Name …"${'x'.repeat(23)}\\n\\u0000${'y'.repeat(15)}"…: ` +
        'contains the null character U+0000, at offset 1000 [MQTT-4.7.3-2]',
    );
  });
});
