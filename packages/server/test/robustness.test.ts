import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { tcpListener } from '@skua/transport-node';
import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { createServer, type ServerEvent } from '../src/index.ts';
import { hostileStream, randomFrom } from './mutated-packets.ts';
import { nextMessage } from './next-message.ts';

const host = '127.0.0.1';
const seed = Number(process.env['SKUA_SEED'] ?? 20_261_123);
const CONNECTIONS = 10_000;
const PACKETS_PER_CONNECTION = 10;
const CONNECTIONS_AT_A_TIME = 50;

test(`100,000 mutated packets leave two well-behaved clients undisturbed (SKUA_SEED=${seed})`, async () => {
  const faults: ServerEvent[] = [];
  const server = createServer({
    onEvent: (event) => {
      if (event.type === 'internalError' || event.type === 'hookFailed') faults.push(event);
    },
  });
  const [address] = await server.listen(tcpListener({ host, port: 0 }));
  const port = address?.port ?? 0;
  const url = address?.url ?? '';
  const subscriber = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0, clientId: 'control-in' });
  const publisher = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0, clientId: 'control-out' });
  await subscriber.subscribeAsync('control', { qos: 1 });
  const random = randomFrom(seed);

  const waves = CONNECTIONS / CONNECTIONS_AT_A_TIME;
  const heapBytes: number[] = [];
  for (let wave = 0; wave < waves; wave += 1) {
    const arrived = nextMessage(subscriber);
    const attacks: Promise<void>[] = [];
    for (let index = 0; index < CONNECTIONS_AT_A_TIME; index += 1) {
      attacks.push(attack(port, hostileStream(random, PACKETS_PER_CONNECTION, wave * 7 + index)));
    }
    await publisher.publishAsync('control', String(wave), { qos: 1 });
    expect(await arrived).toEqual(['control', String(wave)]);
    await Promise.all(attacks);
    if (wave === Math.floor(waves / 4) || wave === waves - 1) heapBytes.push(heapUsed());
  }

  expect(faults).toEqual([]);
  const { counters } = server.broker;
  expect(counters.connectionsOpened).toBe(CONNECTIONS + 2);
  expect(counters.clientsNow).toBe(2);
  expect(counters.protocolErrors).toBeGreaterThan(CONNECTIONS / 4);
  const [early = 0, late = 0] = heapBytes;
  expect(late - early).toBeLessThan(32 * 1024 * 1024);
  await Promise.all([subscriber.endAsync(), publisher.endAsync()]);
  await server.close();
  expect(counters.connectionsNow).toBe(0);
  expect(server.memory.usedBytes).toBe(0);
}, 60_000);

/** Sends everything, reads whatever comes, and ends with the server or after it has said everything. */
async function attack(port: number, stream: Uint8Array): Promise<void> {
  const socket = connectSocket({ port, host });
  socket.on('error', () => {});
  socket.resume();
  socket.end(stream);
  await once(socket, 'close').catch(() => {});
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed;
}
