import { createServer } from '@skua/server';
import { expect, test } from 'vitest';
import { createClient, type ClientOptions, type Receipt, type ReceivedMessage } from '../src/index.ts';
import { ChaosNetwork, type Chaos } from './chaos-network.ts';
import { settlePromises } from './virtual-time.ts';

// A publisher and a subscriber over a network that cuts, falls silent and delays, against the real server in the same
// virtual time. Whatever happens: every promise settles once, QoS 1 arrives at least once, QoS 2 exactly once, both in
// order, and nothing is left.
//
// SKUA_CHAOS_SEED and SKUA_CHAOS_RUNS choose others, SKUA_CHAOS_SEED=random a new one each time.

const RUNS = Number(process.env['SKUA_CHAOS_RUNS'] ?? 60);
const FIRST_SEED =
  process.env['SKUA_CHAOS_SEED'] === 'random'
    ? Math.floor(Math.random() * 2 ** 31)
    : Number(process.env['SKUA_CHAOS_SEED'] ?? 1);
const MESSAGES = 25;
const TIMEOUT_MS = 60_000 + RUNS * 100;

for (const protocolVersion of [5, 4] as const) {
  test(
    `${RUNS} seeds from ${FIRST_SEED}, protocol version ${protocolVersion}`,
    async () => {
      for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed += 1) {
        await runSeed(seed, protocolVersion).catch((error: unknown) => {
          throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
        });
      }
    },
    TIMEOUT_MS,
  );
}

async function runSeed(seed: number, protocolVersion: 4 | 5): Promise<void> {
  const network = new ChaosNetwork(seed, CHAOS[seed % CHAOS.length] ?? CALM);
  const { time, random, dial } = network;
  const server = createServer({ clock: time, schedule: time.schedule, random });
  network.server = server;
  const common: ClientOptions = {
    protocolVersion,
    clock: time,
    schedule: time.schedule,
    random,
    keepAlive: 5,
    connectTimeoutMs: 4000,
    reconnect: { initialMs: 50, maximumMs: 1000 },
    ...(protocolVersion === 4 ? { cleanStart: false } : { sessionExpiryInterval: 3600 }),
    receiveMaximum: 1 + Math.floor(random() * 20),
    automaticTopicAliases: random() < 0.5,
    topicAliasMaximum: Math.floor(random() * 3),
  };
  const heard: string[] = [];
  const handle = async (message: ReceivedMessage): Promise<void> => {
    heard.push(`${message.qos}:${message.text()}`);
    if (random() < 0.3) await new Promise<void>((resolve) => void time.setTimeout(resolve, random() * 100));
  };
  // A session whose CONNACK was lost is one that the subscriber does not know of yet: its first connection is made in calm.
  network.isChaotic = false;
  const subscriber = createClient({ ...common, dial, clientIdentifier: 'subscriber' });
  const publisher = createClient({ ...common, dial, clientIdentifier: 'publisher' });
  const subscription = subscriber.subscribe(['chaos/1', 'chaos/2'], handle, { qos: 2 });
  await network.runUntil(() => subscriber.state.status === 'connected' && publisher.state.status === 'connected');
  let isSubscribed = false;
  void subscription.then(() => (isSubscribed = true));
  await network.runUntil(() => isSubscribed);
  network.isChaotic = true;

  const sent: string[] = [];
  const settled: string[] = [];
  const watch = (name: string, receipt: Receipt): void => {
    receipt.acknowledged.then(
      () => settled.push(name),
      (error: unknown) => settled.push(`${name} failed: ${String(error)}`),
    );
  };
  for (let index = 0; index < MESSAGES; index += 1) {
    const qos = random() < 0.5 ? 1 : 2;
    const name = `${qos}:${index}`;
    sent.push(name);
    void publisher.publish(`chaos/${qos}`, String(index), { qos }).then((receipt) => watch(name, receipt));
    for (let pause = Math.floor(random() * 6); pause > 0; pause -= 1) await network.step();
  }
  const restTill = time.now() + random() * 20_000;
  await network.runUntil(() => time.now() > restTill || settled.length === MESSAGES);
  network.isChaotic = false;
  await network.runUntil(() => settled.length >= MESSAGES && isComplete(sent, heard));

  expect(settled.toSorted()).toEqual(sent.toSorted());
  const ofQos = (list: readonly string[], qos: number): string[] => list.filter((name) => name.startsWith(`${qos}:`));
  expect(ofQos(heard, 2)).toEqual(ofQos(sent, 2));
  expect([...new Set(ofQos(heard, 1))]).toEqual(ofQos(sent, 1));
  expect(publisher.statistics).toMatchObject({ inflight: 0, queued: 0, waiting: 0, dropped: 0 });

  let closed = 0;
  for (const client of [publisher, subscriber]) void client.close().then(() => (closed += 1));
  await network.runUntil(() => closed === 2);
  const closing = server.close();
  for (let steps = 0; steps < 100; steps += 1) await network.step();
  await closing;
  await settlePromises();
  expect(time.timers).toBe(0);
}

function isComplete(sent: readonly string[], heard: readonly string[]): boolean {
  return new Set(heard).size === sent.length;
}

const CALM: Chaos = { dialFails: 0, cut: 0, halfOpen: 0, delay: 0.2, bytesMax: 0 };
const CHAOS: readonly Chaos[] = [
  CALM,
  { dialFails: 0.2, cut: 0.9, halfOpen: 0, delay: 0.1, bytesMax: 600 },
  { dialFails: 0, cut: 0.5, halfOpen: 0.4, delay: 0.3, bytesMax: 2000 },
  { dialFails: 0.5, cut: 0.3, halfOpen: 0.3, delay: 0.5, bytesMax: 1000 },
  { dialFails: 0, cut: 1, halfOpen: 0, delay: 0, bytesMax: 300 },
];
