import type { FlowScenario } from './scenario.ts';

/** A scenario under the name by which `--scenario` asks for it, with its title in the tables. */
export interface NamedScenario {
  readonly name: string;
  readonly title: string;
  readonly scenario: FlowScenario;
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
const PAIRS: FlowScenario = { ...TEN_TO_TEN, publishers: 500, subscribers: 500, window: 1 };
const FAN_OUT: FlowScenario = { ...TEN_TO_TEN, pattern: 'fanOut', publishers: 1, subscribers: 50, window: 100 };

const row = (name: string, title: string, scenario: FlowScenario): NamedScenario => ({ name, title, scenario });

/** Every scenario, in the order of the tables. */
export const SCENARIOS: readonly NamedScenario[] = [
  row('qos0', '10 to 10, QoS 0', TEN_TO_TEN),
  row('qos1', '10 to 10, QoS 1', { ...TEN_TO_TEN, qos: 1, window: 100 }),
  row('qos2', '10 to 10, QoS 2', { ...TEN_TO_TEN, qos: 2, window: 100 }),
  row('fan-in', '50 to 1, QoS 0', { ...TEN_TO_TEN, pattern: 'fanIn', publishers: 50, subscribers: 1, window: 100 }),
  row('fan-out', '1 to 50, QoS 0', FAN_OUT),
  row('fan-out-qos1', '1 to 50, QoS 1', { ...FAN_OUT, qos: 1 }),
  row('fan-out-1000', '1 to 1,000, QoS 0', { ...FAN_OUT, subscribers: 1000, window: 20 }),
  row('payload-1k', '1 KiB, 10 to 10', { ...TEN_TO_TEN, payloadBytes: 1024, window: 100 }),
  row('payload-16k', '16 KiB, 4 to 4', {
    ...TEN_TO_TEN,
    publishers: 4,
    subscribers: 4,
    payloadBytes: 16_384,
    window: 20,
  }),
  row('properties', '5.0 with properties, 10 to 10', { ...TEN_TO_TEN, protocolVersion: 5, properties: true }),
  row('shared', 'shared subscription, 10 to 10 members', { ...TEN_TO_TEN, pattern: 'shared', protocolVersion: 5 }),
  row('pairs', '500 pairs, one in flight, QoS 0', PAIRS),
  row('pairs-qos1', '500 pairs, one in flight, QoS 1', { ...PAIRS, qos: 1 }),
  row('ping-pong', 'one pair, one in flight', { ...PAIRS, publishers: 1, subscribers: 1 }),
  row('open-loop', '200 pairs, 20,000 a second', {
    ...PAIRS,
    publishers: 200,
    subscribers: 200,
    window: 2000,
    rate: 20_000,
  }),
  row('tls', 'TLS 1.3, 10 to 10', { ...TEN_TO_TEN, transport: 'tls' }),
  row('web-socket', 'WebSocket, 10 to 10', { ...TEN_TO_TEN, transport: 'webSocket' }),
];
