import { expect, it } from 'vitest';
import { SCENARIOS } from '../scenarios/scenarios.ts';
import { readArguments } from './read-arguments.ts';

it('measures everything against everybody and appends, unless told otherwise', () => {
  const all = readArguments([]);
  expect(all.scenarios).toEqual(SCENARIOS);
  expect([all.peers, all.rounds, all.measureMs, all.append]).toEqual([['mosquitto', 'aedes'], 3, 3_000, true]);
});

it('takes names, numbers and positionals', () => {
  const some = readArguments([
    'main',
    '--scenario',
    'qos1,idle',
    '--peer',
    'aedes',
    '--rounds',
    '5',
    '--seconds',
    '0.5',
  ]);
  expect(some.scenarios.map(({ name }) => name)).toEqual(['qos1', 'idle']);
  expect([some.peers, some.rounds, some.measureMs, some.positionals]).toEqual([['aedes'], 5, 500, ['main']]);
  expect(some.append).toBe(false);
});

it.each([
  [['--scenario', 'qos3'], /no scenario is called "qos3"; known: qos0, qos1/],
  [['--peer', 'emqx'], /no peer is called "emqx"; known: mosquitto, aedes/],
  [['--rounds', '0'], /--rounds is 0; allowed: 1 to 1000/],
  [['--seconds', 'long'], /--seconds is long/],
  [['--fast'], /--fast/],
])('refuses %j', (args, message) => {
  expect(() => readArguments(args)).toThrow(message);
});

it('has no two scenarios of one name', () => {
  const names = SCENARIOS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
