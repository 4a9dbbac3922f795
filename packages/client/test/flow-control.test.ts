import type { EncodablePacket } from '@skua/codec';
import { expect, test } from 'vitest';
import type { Client, MessageStream, ReceivedMessage, SubscribeOptions } from '../src/index.ts';
import { ScriptedServer } from './scripted-server.ts';

const publish = (packetIdentifier: number, qos: 0 | 1 | 2 = 1): EncodablePacket => ({
  type: 'publish',
  dup: false,
  qos,
  retain: false,
  topicName: 't',
  packetIdentifier: qos === 0 ? 0 : packetIdentifier,
  payload: new TextEncoder().encode(String(packetIdentifier)),
  properties: {},
});

async function subscribed(
  options: SubscribeOptions,
  handler?: (message: ReceivedMessage) => void | Promise<void>,
): Promise<{ server: ScriptedServer; client: Client; stream: MessageStream }> {
  const server = new ScriptedServer();
  const client = await server.connected();
  const pending =
    handler === undefined
      ? client.subscribe('t', { qos: 2, ...options })
      : (client.subscribe('t', handler, { qos: 2, ...options }) as Promise<MessageStream>); // oxlint-disable-line typescript/no-unsafe-type-assertion
  await server.settle();
  await server.send({ type: 'suback', packetIdentifier: 1, reasonCodes: [2], properties: {} });
  server.take();
  return { server, client, stream: await pending };
}

const acknowledged = (server: ScriptedServer): unknown[] =>
  server.take().map((packet) => [packet.type, 'packetIdentifier' in packet && packet.packetIdentifier]);

test('an iterator acknowledges when it advances', async () => {
  const { server, client, stream } = await subscribed({});
  await server.send(publish(1), publish(2, 2), publish(3));
  const iterator = stream[Symbol.asyncIterator]();
  expect((await iterator.next()).value?.text()).toBe('1');
  await server.settle();
  expect(acknowledged(server)).toEqual([]);
  await iterator.next();
  await server.settle();
  expect(acknowledged(server)).toEqual([['puback', 1]]);
  await iterator.next();
  await server.settle();
  expect(acknowledged(server)).toEqual([['pubrec', 2]]);
  const pending = iterator.next();
  await server.settle();
  expect(acknowledged(server)).toEqual([['puback', 3]]);
  client.destroy();
  expect(await pending).toEqual({ done: true, value: undefined });
});

test('manual acknowledgements leave in the order of the messages', async () => {
  const held: ReceivedMessage[] = [];
  const { server, client } = await subscribed({ acknowledge: 'manual' }, (message) => void held.push(message));
  await server.send(publish(1), publish(2), publish(3));
  held[2]?.acknowledge();
  held[1]?.acknowledge(0x87);
  held[1]?.acknowledge();
  await server.settle();
  expect(acknowledged(server)).toEqual([]);
  held[0]?.acknowledge();
  await server.settle();
  expect(server.take()).toMatchObject([
    { packetIdentifier: 1, reasonCode: 0 },
    { packetIdentifier: 2, reasonCode: 0x87 },
    { packetIdentifier: 3, reasonCode: 0 },
  ]);
  client.destroy();
});

test('handlers that take their time come one after the other, and acknowledge when they are done', async () => {
  const done: (() => void)[] = [];
  const { server, client } = await subscribed({}, () => new Promise((resolve) => void done.push(resolve)));
  await server.send(publish(1), publish(2));
  expect(done).toHaveLength(1);
  done[0]?.();
  await server.settle();
  expect(done).toHaveLength(2);
  expect(acknowledged(server)).toEqual([['puback', 1]]);
  client.destroy();
});

test('a handler that throws hurts nobody: the message counts as handled, and an event tells', async () => {
  const { server, client } = await subscribed({}, () => {
    throw new Error('in the handler');
  });
  const failures: unknown[] = [];
  client.on('handlerFailed', ({ error }) => failures.push(error));
  client.on('handlerFailed', () => {
    throw new Error('in the listener');
  });
  client.on('failed', ({ error }) => failures.push(error));
  await server.send(publish(1));
  await server.settle();
  expect(acknowledged(server)).toEqual([['puback', 1]]);
  expect(failures).toMatchObject([{ message: 'in the handler' }, { message: 'in the listener' }]);
  client.destroy();
});

test.each([
  ['dropNewest', ['1', '2']],
  ['dropOldest', ['4', '5']],
] as const)('a full buffer at QoS 0: %s', async (bufferOverflow, expected) => {
  const { server, client, stream } = await subscribed({ bufferMax: 2, bufferOverflow });
  await server.send(...[1, 2, 3, 4, 5].map((number) => publish(number, 0)));
  const iterator = stream[Symbol.asyncIterator]();
  expect([(await iterator.next()).value?.text(), (await iterator.next()).value?.text()]).toEqual(expected);
  expect(stream.dropped).toBe(3);
  client.destroy();
});

test('a full buffer can stop the reading; PINGREQ goes on, and silence then is no reason to give up', async () => {
  const { server, client, stream } = await subscribed({ bufferMax: 2, bufferOverflow: 'pause' });
  for (let number = 1; number <= 10; number += 1) await server.send(publish(number, 0));
  await server.pass(300_000);
  expect(client.state.status).toBe('connected');
  expect(server.take('pingreq').length).toBeGreaterThan(3);
  const texts: (string | undefined)[] = [];
  const iterator = stream[Symbol.asyncIterator]();
  for (let number = 1; number <= 10; number += 1) {
    texts.push((await iterator.next()).value?.text());
    await server.settle();
  }
  expect(texts).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
  expect(stream.dropped).toBe(0);
  client.destroy();
});

test('a QoS 2 message that comes again while the application works on it is not given to it twice', async () => {
  const done: (() => void)[] = [];
  const { server, client } = await subscribed({}, () => new Promise((resolve) => void done.push(resolve)));
  await server.send(publish(7, 2));
  await server.cut();
  await server.pass(1000);
  await server.accept({ sessionPresent: true });
  server.take();
  await server.send({ ...publish(7, 2), dup: true } as EncodablePacket); // oxlint-disable-line typescript/no-unsafe-type-assertion
  expect(done).toHaveLength(1);
  expect(acknowledged(server)).toEqual([]);
  done[0]?.();
  await server.settle();
  expect(acknowledged(server)).toEqual([['pubrec', 7]]);
  await server.send({ type: 'pubrel', packetIdentifier: 7, reasonCode: 0, properties: {} });
  expect(acknowledged(server)).toEqual([['pubcomp', 7]]);
  client.destroy();
});
