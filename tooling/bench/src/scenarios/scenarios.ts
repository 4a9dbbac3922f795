import type { BrokerName } from '../brokers/broker-under-test.ts';
import type { FigureName } from './figure.ts';
import type { FlowScenario, Scenario } from './scenario.ts';

/** A figure of a scenario that is shown, and what it has to reach. */
export interface Row {
  readonly figure: FigureName;
  /** Floors of ratios against peers; a ratio of 2 means that Skua is twice as good. */
  readonly floors?: Readonly<Partial<Record<BrokerName, number>>>;
  /** Skua's own figure must not be worse than this. */
  readonly limit?: number;
  /** Floor of the ratio against Skua's own figure in the scenario's baseline. */
  readonly ownFloor?: number;
}

/** A scenario under the name by which `--scenario` asks for it, with its title in the tables. */
export interface NamedScenario {
  readonly name: string;
  readonly title: string;
  readonly scenario: Scenario;
  /** Who is measured; all of them when left out. */
  readonly brokers?: readonly BrokerName[];
  /** What Skua is measured in as well, in the same rounds, to be compared with itself. */
  readonly baseline?: Scenario;
  readonly rows: readonly Row[];
}

const TEN_TO_TEN: FlowScenario = {
  kind: 'flow',
  pattern: 'pairs',
  publishers: 10,
  subscribers: 10,
  qos: 0,
  payloadBytes: 64,
  window: 500,
  protocolVersion: 4,
  transport: 'tcp',
};
const QOS_1: FlowScenario = { ...TEN_TO_TEN, qos: 1, window: 100 };
const PAIRS: FlowScenario = { ...TEN_TO_TEN, publishers: 500, subscribers: 500, window: 1 };
const ONE_PAIR: FlowScenario = { ...PAIRS, publishers: 1, subscribers: 1, oneCpu: true };
const TWO_HUNDRED_PAIRS: FlowScenario = { ...PAIRS, publishers: 200, subscribers: 200, window: 2_000, rate: 20_000 };
const FAN_IN: FlowScenario = { ...TEN_TO_TEN, pattern: 'fanIn', publishers: 50, subscribers: 1 };
const FAN_OUT: FlowScenario = { ...TEN_TO_TEN, pattern: 'fanOut', publishers: 1, subscribers: 50, window: 100 };
const FOUR_TO_FOUR: FlowScenario = { ...TEN_TO_TEN, publishers: 4, subscribers: 4, payloadBytes: 16_384, window: 20 };

/** Every scenario, in the order of the tables. */
export const SCENARIOS: readonly NamedScenario[] = [
  flow('qos0', '10 to 10, QoS 0, window 500', TEN_TO_TEN, 8, 12),
  flow('qos1', '10 to 10, QoS 1, window 100', QOS_1, 8, 8),
  flow('qos2', '10 to 10, QoS 2, window 100', { ...TEN_TO_TEN, qos: 2, window: 100 }, 10, 12),
  flow('fan-in', '50 to 1 with `#`, QoS 0, window 500', FAN_IN, 4, 30),
  flow('fan-out', '1 to 50, QoS 0', FAN_OUT, 8, 15),
  flow('fan-out-qos1', '1 to 50, QoS 1', { ...FAN_OUT, qos: 1 }, 5, 7),
  flow('fan-out-1000', '1 to 1,000, QoS 0, window 20', { ...FAN_OUT, subscribers: 1_000, window: 20 }, 6, 9),
  flow('payload-1k', '10 to 10, 1 KiB', { ...TEN_TO_TEN, payloadBytes: 1_024, window: 100 }, 4, 5),
  flow('payload-16k', '4 to 4, 16 KiB', FOUR_TO_FOUR, 1.5, 3),
  flow('properties', '10 to 10, 5.0, four properties', { ...TEN_TO_TEN, protocolVersion: 5, properties: true }, 5),
  flow('shared', '10 to 10 members, shared', { ...TEN_TO_TEN, pattern: 'shared', protocolVersion: 5 }, 5),
  {
    name: 'pairs',
    title: '500 pairs, one in flight, QoS 0',
    scenario: PAIRS,
    rows: [
      { figure: 'cpuUs', floors: { mosquitto: 1 / 1.5, aedes: 2 } },
      { figure: 'perSecond', floors: { mosquitto: 1 } },
    ],
  },
  {
    name: 'pairs-qos1',
    title: '500 pairs, one in flight, QoS 1',
    scenario: { ...PAIRS, qos: 1 },
    rows: [
      { figure: 'cpuUs', floors: { mosquitto: 1 / 1.5, aedes: 2 } },
      { figure: 'perSecond', floors: { mosquitto: 1 } },
    ],
  },
  {
    name: 'ping-pong',
    title: 'one pair, one in flight, one CPU for all',
    scenario: ONE_PAIR,
    rows: [{ figure: 'p50Us', floors: { mosquitto: 1 / 2, aedes: 2 } }],
  },
  {
    name: 'open-loop',
    title: '200 pairs, 20,000 a second in all',
    scenario: TWO_HUNDRED_PAIRS,
    rows: [{ figure: 'p99Us', floors: { mosquitto: 1 / 3, aedes: 1 } }],
  },
  flow('tls', '10 to 10, TLS 1.3', { ...TEN_TO_TEN, transport: 'tls' }, 3, 6),
  flow('web-socket', '10 to 10, WebSocket', { ...TEN_TO_TEN, transport: 'webSocket' }, 2, 5),
  own('filters-100k', '10 to 10 beside 100,000 filters', { ...TEN_TO_TEN, otherFilters: 100_000 }, 1 / 1.1),
  own('filters-1m', '10 to 10 beside 1,000,000 filters', { ...TEN_TO_TEN, otherFilters: 1_000_000 }, 1 / 1.1),
  own(
    'churn',
    '10 to 10 beside 10,000 (un)subscribes/s',
    { ...TEN_TO_TEN, churn: { sessions: 10, perSecond: 10_000 } },
    1 / 1.3,
  ),
  {
    name: 'durable',
    title: '10 to 10 durable sessions, QoS 1, on the disk',
    scenario: { ...QOS_1, store: 'durable' },
    brokers: ['skua', 'mosquitto'],
    rows: [
      { figure: 'cpuUs', floors: { mosquitto: 1 } },
      { figure: 'perSecond', limit: 100_000 },
    ],
  },
  {
    name: 'durable-rate',
    title: 'the same, 50,000 a second in all',
    scenario: { ...QOS_1, window: 2_000, rate: 50_000, store: 'durable' },
    brokers: ['skua'],
    rows: [{ figure: 'p99Us', limit: 25_000 }],
  },
  {
    name: 'store-beside',
    title: '10 to 10, QoS 1, beside a store that is not needed',
    scenario: { ...QOS_1, store: 'beside' },
    brokers: ['skua'],
    baseline: QOS_1,
    rows: [{ figure: 'cpuUs', ownFloor: 1 / 1.05 }],
  },
  {
    name: 'retained',
    title: '100,000 retained, then `#`',
    scenario: { kind: 'retained', messages: 100_000, payloadBytes: 64, window: 500 },
    rows: [
      { figure: 'storeCpuUs', floors: { mosquitto: 3 } },
      { figure: 'replayCpuUs', floors: { mosquitto: 2 } },
    ],
  },
  {
    name: 'idle',
    title: '15,000 idle connections',
    scenario: { kind: 'idle', connections: 15_000, atATime: 100 },
    rows: [
      { figure: 'kibEach', floors: { aedes: 1 }, limit: 12 },
      { figure: 'connectCpuUs', floors: { aedes: 1 }, limit: 90 },
    ],
  },
  {
    name: 'start',
    title: 'start, warm disk',
    scenario: { kind: 'start' },
    rows: [
      { figure: 'startMs', limit: 200 },
      { figure: 'restingMib', limit: 70 },
    ],
  },
  {
    name: 'isolation',
    title: '10 to 10 beside a subscriber that stops reading',
    scenario: { kind: 'isolation', others: TEN_TO_TEN, stalledPayloadBytes: 4_096, stalledRate: 4_000 },
    brokers: ['skua'],
    rows: [
      { figure: 'keptShare', limit: 95 },
      // Its queue and its output may take 16 MiB and 1 MiB; the rest is what the heap needs to move such amounts.
      { figure: 'grownMib', limit: 40 },
      { figure: 'uncountedDrops', limit: 0 },
    ],
  },
];

/** A flow that is compared by the CPU for each delivery. */
function flow(name: string, title: string, scenario: FlowScenario, mosquitto: number, aedes?: number): NamedScenario {
  const floors = aedes === undefined ? { mosquitto } : { mosquitto, aedes };
  return { name, title, scenario, rows: [{ figure: 'cpuUs', floors }] };
}

/** A flow in which Skua is compared with itself in the first scenario. */
function own(name: string, title: string, scenario: FlowScenario, floor: number): NamedScenario {
  return {
    name,
    title,
    scenario,
    brokers: ['skua'],
    baseline: TEN_TO_TEN,
    rows: [{ figure: 'cpuUs', ownFloor: floor }],
  };
}
