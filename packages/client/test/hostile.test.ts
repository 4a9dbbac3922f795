import type { EncodablePacket } from '@skua/codec';
import { describe, expect, test } from 'vitest';
import type { ClientOptions } from '../src/index.ts';
import { ScriptedServer } from './scripted-server.ts';

const publish = (over: object = {}): EncodablePacket => ({
  type: 'publish',
  dup: false,
  qos: 0,
  retain: false,
  topicName: 't',
  packetIdentifier: 0,
  payload: Uint8Array.of(1),
  properties: {},
  ...over,
});
const answer = (type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp', packetIdentifier: number): EncodablePacket => ({
  type,
  packetIdentifier,
  reasonCode: 0,
  properties: {},
});
const connack: EncodablePacket = { type: 'connack', sessionPresent: false, reasonCode: 0, properties: {} };

interface Case {
  readonly name: string;
  readonly options?: ClientOptions;
  /** Before anything else, in place of CONNACK. */
  readonly first?: readonly EncodablePacket[];
  /** On a connection that is established. */
  readonly packets?: readonly EncodablePacket[];
  readonly hex?: string;
  readonly reasonCode: number;
  readonly statement?: string;
}

const CASES: readonly Case[] = [
  { name: 'a second CONNACK', packets: [connack], reasonCode: 0x82, statement: 'MQTT-3.2.0-2' },
  { name: 'PUBLISH before CONNACK', first: [publish()], reasonCode: 0x82, statement: 'MQTT-3.2.0-1' },
  {
    name: 'Session Present for a new session',
    first: [{ ...connack, sessionPresent: true }],
    reasonCode: 0x82,
    statement: 'MQTT-3.2.2-4',
  },
  {
    name: 'an Authentication Method that nobody asked for',
    first: [{ ...connack, properties: { authenticationMethod: 'X' } }],
    reasonCode: 0x82,
    statement: 'MQTT-4.12.0-5',
  },
  {
    name: 'AUTH without authentication',
    packets: [{ type: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'X' } }],
    reasonCode: 0x82,
    statement: 'U-3.15-1',
  },
  { name: 'SUBACK for nothing', hex: '9004000100 00', reasonCode: 0x82, statement: 'MQTT-3.8.4-2' },
  { name: 'UNSUBACK for nothing', hex: 'b004000100 00', reasonCode: 0x82, statement: 'MQTT-3.10.4-5' },
  {
    name: 'a Topic Alias that we do not allow',
    packets: [publish({ properties: { topicAlias: 1 } })],
    reasonCode: 0x94,
  },
  {
    name: 'a Topic Alias that was never set',
    options: { topicAliasMaximum: 5 },
    packets: [publish({ topicName: '', properties: { topicAlias: 2 } })],
    reasonCode: 0x82,
  },
  {
    name: 'more than the Receive Maximum',
    options: { receiveMaximum: 2, onMessage: () => new Promise(() => {}) },
    packets: [1, 2, 3].map((packetIdentifier) => publish({ qos: 1, packetIdentifier })),
    reasonCode: 0x93,
    statement: 'MQTT-4.9.0-2',
  },
  {
    name: 'a QoS 1 message twice on one connection',
    options: { onMessage: () => new Promise(() => {}) },
    packets: [publish({ qos: 1, packetIdentifier: 7 }), publish({ qos: 1, dup: true, packetIdentifier: 7 })],
    reasonCode: 0x82,
    statement: 'MQTT-4.4.0-1',
  },
  {
    name: 'a packet that is too large',
    options: { maximumPacketSize: 100 },
    packets: [publish({ payload: new Uint8Array(200) })],
    reasonCode: 0x95,
  },
  { name: 'a header that announces 256 MB', options: { maximumPacketSize: 1000 }, hex: '30ffffff7f', reasonCode: 0x95 },
  { name: 'SUBSCRIBE from a server', hex: '8206000100000174', reasonCode: 0x82 },
  { name: 'PINGREQ from a server', hex: 'c000', reasonCode: 0x82 },
  { name: 'QoS 3', hex: '3605000174000100', reasonCode: 0x81, statement: 'MQTT-3.3.1-4' },
  { name: 'reserved flags', hex: '4f020001', reasonCode: 0x81 },
  {
    name: 'problem information that was declined',
    options: { requestProblemInformation: false },
    packets: [{ type: 'puback', packetIdentifier: 1, reasonCode: 0, properties: { reasonString: 'x' } }],
    reasonCode: 0x82,
    statement: 'U-3.1.2.11.7-2',
  },
];

test.each(CASES)('$name ends the connection with $reasonCode', async (hostile) => {
  const { options, first, packets = [], hex, reasonCode, statement } = hostile;
  const server = new ScriptedServer();
  const client = await server.client({ ...options, reconnect: { initialMs: 1000 } });
  const told: string[] = [];
  client.on('state', ({ status }) => told.push(status));
  if (first === undefined) await server.accept();
  else await server.send(...first);
  await server.send(...packets);
  if (hex !== undefined) await server.sendHex(hex);
  expect(client.state).toMatchObject({ status: 'waiting', cause: { reasonCode } });
  if (statement !== undefined) expect(client.state).toMatchObject({ cause: { statement } });
  expect(server.take('disconnect')).toMatchObject([{ reasonCode }]);
  expect(server.isEnded).toBe(true);
  expect(client.explain()).toContain(`0x${reasonCode.toString(16)}`);
  // And it comes back.
  await server.pass(2000);
  expect(server.dials).toBe(2);
  await server.accept();
  expect(client.state.status).toBe('connected');
  client.destroy();
});

describe('answers that are not expected', () => {
  test('an unknown PUBREC gets PUBREL 0x92, an unknown PUBREL PUBCOMP 0x92; PUBACK and PUBCOMP are passed over', async () => {
    const server = new ScriptedServer();
    const client = await server.connected();
    server.take();
    await server.send(answer('puback', 5), answer('pubcomp', 6), answer('pubrec', 7), answer('pubrel', 8));
    expect(server.received).toMatchObject([
      { type: 'pubrel', packetIdentifier: 7, reasonCode: 0x92 },
      { type: 'pubcomp', packetIdentifier: 8, reasonCode: 0x92 },
    ]);
    expect(client.state.status).toBe('connected');
    client.destroy();
  });

  test.each([
    ['PUBACK for a QoS 2 message', 2, 'puback'],
    ['PUBREC for a QoS 1 message', 1, 'pubrec'],
    ['PUBCOMP before PUBREL', 2, 'pubcomp'],
  ] as const)('%s ends the connection, and the message is sent again', async (_name, qos, type) => {
    const server = new ScriptedServer();
    const client = await server.connected({}, {});
    const { acknowledged } = await client.publish('t', 'x', { qos });
    await server.settle();
    await server.send(answer(type, 1));
    expect(client.state).toMatchObject({ status: 'waiting', cause: { reasonCode: 0x82 } });
    await server.pass(1000);
    await server.accept({ sessionPresent: true });
    expect(server.take('publish')).toMatchObject([{ dup: true, packetIdentifier: 1, qos }]);
    await server.send(...(qos === 1 ? [answer('puback', 1)] : [answer('pubrec', 1), answer('pubcomp', 1)]));
    expect(await acknowledged).toMatchObject({ reasonCode: 0 });
    client.destroy();
  });

  test.each([
    ['too few', '9004000100 00'],
    ['too many', '90060001000000 00'],
  ])('SUBACK with %s Reason Codes ends the connection; the request is made again', async (_name, hex) => {
    const server = new ScriptedServer();
    const client = await server.connected();
    const subscribing = client.subscribe(['a', 'b'], () => {});
    await server.settle();
    await server.sendHex(hex);
    expect(client.state).toMatchObject({ status: 'waiting', cause: { reasonCode: 0x82, statement: 'MQTT-3.8.4-6' } });
    await server.pass(1000);
    await server.accept();
    const [again] = server.take('subscribe');
    if (again?.type !== 'subscribe') throw new Error('no SUBSCRIBE came');
    const { packetIdentifier } = again;
    await server.send({ type: 'suback', packetIdentifier, reasonCodes: [1, 2], properties: {} });
    expect((await subscribing).results.map(({ reasonCode }) => reasonCode)).toEqual([1, 2]);
    client.destroy();
  });

  test('messages that nobody handles in time are dropped at QoS 0', async () => {
    const server = new ScriptedServer();
    const client = await server.connected({ onMessage: () => new Promise(() => {}) });
    for (let index = 0; index < 3000; index += 1) {
      await server.send(publish({ payload: new Uint8Array(10) }));
    }
    expect(client.statistics.receivedDropped).toBe(1999);
    client.destroy();
  });
});
