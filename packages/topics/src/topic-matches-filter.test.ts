import { expect, test } from 'vitest';
import { parseTopicFilter } from './topic-filter.ts';
import { topicMatchesFilter } from './topic-matches-filter.ts';
import { parseTopicName } from './topic-name.ts';

type Case = readonly [filter: string, matching: readonly string[], others: readonly string[]];

// The comments of section 4.7 as a table, and the corners that matchers are known to get wrong.
const CASES: readonly Case[] = [
  ['a', ['a'], ['A', 'a/', '/a', 'a/b', 'aa', 'b']],
  ['/finance', ['/finance'], ['finance', '/finance/', '//finance']],
  ['/', ['/'], ['a', '//', 'a/', '/a']],
  ['a//b', ['a//b'], ['a/b', 'a///b', 'a/x/b']],
  [
    'sport/tennis/player1/#',
    [
      'sport/tennis/player1',
      'sport/tennis/player1/ranking',
      'sport/tennis/player1/score/wimbledon',
      'sport/tennis/player1/',
    ],
    ['sport/tennis', 'sport/tennis/player10', 'sport/tennis/player1x/ranking'],
  ],
  ['sport/#', ['sport', 'sport/', 'sport/a/b'], ['sports', '/sport', '$sport']],
  ['#', ['a', '/', 'a/b', '/$a', 'a/$SYS'], ['$', '$SYS', '$SYS/a', '$/a']],
  ['+', ['a', ' '], ['/', 'a/', '/a', 'a/b', '$a', '$']],
  ['+/+', ['/finance', '/', 'a/', 'a/b', '/$a'], ['a', 'a/b/c', '$a/b', '$/']],
  ['/+', ['/finance', '/', '/$SYS'], ['finance', '/a/b']],
  ['+/#', ['a', 'a/', 'a/b/c', '/', '/a'], ['$SYS', '$SYS/a', '$']],
  ['+/+/#', ['a/b', '/', 'a/', 'a/b/c/d'], ['a', '$a/b', '$a/b/c']],
  ['sport/+', ['sport/', 'sport/a', 'sport/$a'], ['sport', 'sport/a/', 'sport/a/b']],
  [
    'sport/+/player1',
    ['sport/tennis/player1', 'sport//player1'],
    ['sport/player1', 'sport/a/b/player1', 'sport/a/player'],
  ],
  ['+/tennis/#', ['sport/tennis', 'sport/tennis/a', '/tennis/a/b'], ['tennis', 'sport/tenni', '$sport/tennis']],
  ['a/+/#', ['a/b', 'a/', 'a/b/c'], ['a', 'b/c']],
  ['+/monitor/Clients', ['x/monitor/Clients'], ['$SYS/monitor/Clients']],
  ['$SYS/#', ['$SYS', '$SYS/', '$SYS/monitor/Clients'], ['SYS', '$SYSTEM', 'a/$SYS']],
  ['$SYS/monitor/+', ['$SYS/monitor/Clients', '$SYS/monitor/'], ['$SYS/monitor', '$SYS/monitor/a/b']],
  ['ä/\u00e4', ['ä/\u00e4'], ['a\u0308/a\u0308']], // composed and decomposed are different [MQTT-4.7.3-4]
  ['\ufeffa', ['\ufeffa'], ['a']],
];

test('topicMatchesFilter does what section 4.7 says', () => {
  for (const [filter, matching, others] of CASES) {
    for (const name of matching) {
      expect(topicMatchesFilter(parseTopicName(name), parseTopicFilter(filter)), `${filter} ${name}`).toBe(true);
    }
    for (const name of others) {
      expect(topicMatchesFilter(parseTopicName(name), parseTopicFilter(filter)), `${filter} ${name}`).toBe(false);
    }
  }
});
