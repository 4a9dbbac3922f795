import { expect, it } from 'vitest';
import type { BrokerUnderTest } from '../brokers/broker-under-test.ts';
import { baselineOf, type Run } from '../run/run-all.ts';
import type { FigureName } from '../scenarios/figure.ts';
import type { RunResult } from '../scenarios/run-result.ts';
import type { NamedScenario, Row } from '../scenarios/scenarios.ts';
import { allMet, compare } from './comparison.ts';

const broker = (name: 'skua' | 'mosquitto', title: string): BrokerUnderTest => ({
  name,
  title,
  supports: () => true,
  start: async () => Promise.reject(new Error('not started here')),
});
const BROKERS = [broker('skua', 'Skua'), broker('mosquitto', 'mosquitto 1')];
const FINE: RunResult = {
  figures: {},
  lost: 0,
  duplicates: 0,
  outOfOrder: 0,
  failures: [],
  brokerBusy: 0.99,
  generatorBusy: 0.5,
  otherBusy: 0,
};
const scenario = (row: Row): NamedScenario => ({ name: 's', title: 'S', scenario: { kind: 'start' }, rows: [row] });
const run = (title: string, figures: Partial<Record<FigureName, number>>, rest: Partial<RunResult> = {}): Run => ({
  scenario: 's',
  broker: title,
  round: 0,
  result: { ...FINE, figures, ...rest },
});

it('takes medians, and calls a ratio above 1 better whichever way the figure goes', () => {
  const runs = [3, 1, 2].map((cpuUs) => run('Skua', { cpuUs, perSecond: 10 * cpuUs }));
  runs.push(run('mosquitto 1', { cpuUs: 20, perSecond: 5 }), run('mosquitto 1', { cpuUs: 40, perSecond: 5 }));
  const [cpu] = compare([scenario({ figure: 'cpuUs', floors: { mosquitto: 15 } })], BROKERS, runs);
  expect(cpu?.medians).toEqual({ Skua: 2, 'mosquitto 1': 30 });
  expect(cpu?.comparisons).toEqual([{ with: 'mosquitto 1', ratio: 15, floor: 15, met: true }]);
  const [rate] = compare([scenario({ figure: 'perSecond', floors: { mosquitto: 4.1 } })], BROKERS, runs);
  expect(rate?.comparisons).toEqual([{ with: 'mosquitto 1', ratio: 4, floor: 4.1, met: false }]);
});

it.each<[string, Partial<RunResult>, RegExp]>([
  ['lost a message', { lost: 1 }, /1 lost/],
  ['saw one twice', { duplicates: 2 }, /2 twice/],
  ['saw one late', { outOfOrder: 3 }, /3 out of order/],
  ['had a failure', { failures: ['closed'] }, /closed/],
  ['was limited by the generator', { generatorBusy: 0.97, brokerBusy: 0.7 }, /generator was the limit/],
])('leaves out a run that %s', (_, fault, why) => {
  const runs = [run('Skua', { cpuUs: 1 }, fault), run('mosquitto 1', { cpuUs: 9 })];
  const outcomes = compare([scenario({ figure: 'cpuUs', floors: { mosquitto: 2 } })], BROKERS, runs);
  expect(outcomes[0]?.medians).toEqual({ Skua: undefined, 'mosquitto 1': 9 });
  expect(outcomes[0]?.notes).toEqual([expect.stringMatching(why)]);
  expect(allMet(outcomes)).toBe(false);
});

it('reports a run in which both sides were busy', () => {
  const runs = [run('Skua', { cpuUs: 1 }, { generatorBusy: 0.99, brokerBusy: 0.95 })];
  expect(compare([scenario({ figure: 'cpuUs' })], BROKERS, runs)[0]?.medians['Skua']).toBe(1);
});

it('holds figures to limits and to the baseline', () => {
  const limited = (limit: number): boolean =>
    allMet(compare([scenario({ figure: 'startMs', limit })], BROKERS, [run('Skua', { startMs: 150 })]));
  expect([limited(150), limited(149)]).toEqual([true, false]);
  const runs = [run('Skua', { cpuUs: 11 }), { ...run('Skua', { cpuUs: 10 }), scenario: baselineOf('s') }];
  const own = (ownFloor: number): boolean => allMet(compare([scenario({ figure: 'cpuUs', ownFloor })], BROKERS, runs));
  expect([own(0.9), own(0.95)]).toEqual([true, false]);
});
