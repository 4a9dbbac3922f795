import { createServer, type Server, type Socket } from 'node:net';
import { connect, createClient } from '@skua/client/node';
import { Aedes } from 'aedes';
import { afterAll, expect, test } from 'vitest';
import { startBroker } from '../src/broker-process.ts';
import { startMosquitto } from '../src/mosquitto-broker.ts';
import { describeWith, mosquittoServer } from '../src/required-program.ts';
import { RunningProgram } from '../src/running-program.ts';

// Our client with brokers that others wrote, and with the built one, over TCP and WebSocket.

afterAll(() => RunningProgram.stopAll());

async function exchange(url: string, protocolVersion: 5 | 4): Promise<void> {
  await using client = await connect(url, { protocolVersion, clientIdentifier: `c${protocolVersion}` });
  const stream = await client.subscribe('exchange/#', { qos: 2 });
  const heard = new Map<number, number[]>([0, 1, 2].map((qos) => [qos, []]));
  const hearing = (async () => {
    let count = 0;
    for await (const message of stream) {
      heard.get(message.qos)?.push(Number(message.text()));
      count += 1;
      if (count === 300) break;
    }
  })();
  const receipts = [];
  for (let index = 0; index < 300; index += 1) {
    const qos = index % 3 === 0 ? 0 : index % 3 === 1 ? 1 : 2;
    receipts.push(await client.publish(`exchange/${qos}`, String(index), { qos }));
    // In small lots: what a server may drop for a subscriber with many messages under way is its own affair.
    if (index % 15 === 14) await Promise.all(receipts.map(({ acknowledged }) => acknowledged));
  }
  await Promise.all(receipts.map(({ acknowledged }) => acknowledged));
  await hearing;
  for (const qos of [0, 1, 2]) {
    expect(heard.get(qos)).toEqual(Array.from({ length: 100 }, (_, index) => index * 3 + qos));
  }
  await client.respond('twice', (request) => request.text() + request.text(), { qos: 1 });
  expect((await client.request('twice', 'ab', { qos: 1, timeout: 10_000 })).text()).toBe('abab');
}

async function resume(url: string, protocolVersion: 5 | 4): Promise<void> {
  const identity = { clientIdentifier: `r${protocolVersion}`, protocolVersion } as const;
  const keeping = protocolVersion === 5 ? { sessionExpiryInterval: 60 } : {};
  const first = await connect(url, { ...identity, ...keeping, cleanStart: protocolVersion === 5 });
  await first.subscribe('kept', () => {}, { qos: 2 });
  await first.close();
  const publisher = await connect(url, { protocolVersion });
  for (const qos of [1, 2] as const) await (await publisher.publish('kept', `${qos}`, { qos })).acknowledged;
  await publisher.close();
  const heard: string[] = [];
  const client = createClient(url, {
    ...identity,
    ...keeping,
    cleanStart: false,
    onMessage: (message) => void heard.push(message.text()),
  });
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['1', '2']);
  await client.close({ sessionExpiryInterval: 0 });
}

describeWith([mosquittoServer], 'mosquitto', () => {
  test.each([5, 4] as const)('version %i', async (protocolVersion) => {
    const broker = await startMosquitto();
    const url = `mqtt://127.0.0.1:${broker.port}`;
    await exchange(url, protocolVersion);
    await resume(url, protocolVersion);
  });
});

test.each([5, 4] as const)('the built broker, version %i, TCP and WebSocket', async (protocolVersion) => {
  const broker = await startBroker(
    'listener 0 127.0.0.1\nlistener 0 127.0.0.1\nprotocol websockets\nallow_anonymous true\n',
  );
  for (const url of [`mqtt://127.0.0.1:${broker.portOf('mqtt')}`, `ws://127.0.0.1:${broker.portOf('ws')}/mqtt`]) {
    await exchange(url, protocolVersion);
    await resume(url, protocolVersion);
  }
  expect(await broker.stop()).toBe(0);
});

test('aedes, version 4, and 5 that falls back to it', async () => {
  const aedes = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    aedes.handle(socket);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `mqtt://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  await exchange(url, 4);
  await using client = await connect(url, { fallback: true, attempts: 2 });
  expect(client.protocolVersion).toBe(4);
  await client.close();
  for (const socket of sockets) socket.destroy();
  server.close();
  await new Promise<void>((resolve) => {
    aedes.close(() => resolve());
  });
});
