// Queues of sessions without a connection, on the disk: `node src/durable/offline.ts [MESSAGES]`, on the build. How much
// memory a million messages for a thousand sessions take, how fast one session's million is taken, and how long the
// acknowledgement of a single message takes beside the store's own commit.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LmdbStore } from '@skua/store-lmdb';
import { skua } from '../brokers/skua.ts';
import type { ClientOptions } from '../load/client.ts';
import { Histogram } from '../load/histogram.ts';
import { clientOf, opened, queuedMessages, SESSIONS } from './offline-entries.ts';
import { Drainer, SteadyPublisher } from './offline-clients.ts';

const ONE_AT_A_TIME = 3000;
const [messages = 1_000_000] = process.argv.slice(2).map(Number);
const configuration = ['max_queued_messages 0'];

const broker = await skua().start({ transport: 'tcp', withStore: true, configuration });
const client = (clientIdentifier: string, keepsSession = false): ClientOptions => ({
  endpoint: { transport: 'tcp', port: broker.port },
  protocolVersion: 4,
  clientIdentifier,
  keepsSession,
  onFailure: (reason) => {
    throw new Error(reason);
  },
});
const topicOf = (index: number): string => `bench/offline/${String(index).padStart(4, '0')}`;

// A thousand sessions, and one that gets as much alone.
for (let index = 0; index <= SESSIONS; index += 1) {
  const subscriber = new Drainer(client(`offline-${index}`, true));
  await subscriber.connect();
  await subscriber.subscribe([topicOf(index)], 1);
  subscriber.destroy();
}
const topics = Array.from({ length: SESSIONS }, (_none, index) => topicOf(index));
const warm = new SteadyPublisher(client('warm'), ['bench/nobody/0000'], 500);
await warm.connect();
await warm.publish(100_000);
await delay(1000);
const before = anonymousMebibytes();
const publisher = new SteadyPublisher(client('publisher'), topics, 500);
await publisher.connect();
const queueing = await seconds(() => publisher.publish(messages));
await delay(2000);
say(`${messages} messages of 200 bytes for ${SESSIONS} sessions, queued`, `${rate(messages, queueing)}/s`);
say('memory grown meanwhile', `${(anonymousMebibytes() - before).toFixed(0)} MiB (limit 100)`);

const alone = new SteadyPublisher(client('alone'), [topicOf(SESSIONS)], 500);
await alone.connect();
await alone.publish(messages);
await delay(2000);
const full = anonymousMebibytes();
const drainer = new Drainer(client(`offline-${SESSIONS}`, true));
let highest = 0;
const watch = setInterval(() => (highest = Math.max(highest, anonymousMebibytes())), 100);
const draining = await seconds(async () => {
  await drainer.connect();
  await drainer.receive(messages);
});
clearInterval(watch);
say(`one session's ${messages} taken at QoS 1`, `${rate(messages, draining)}/s (limit 50,000)`);
say('memory grown meanwhile', `${(highest - full).toFixed(0)} MiB`);

const single = new SteadyPublisher(client('single'), [topicOf(SESSIONS)], 1);
await single.connect();
const answer = await each(() => single.publish(1));
for (const connected of [warm, publisher, alone, drainer, single]) connected.destroy();
await broker.stop();
const folder = mkdtempSync(join(tmpdir(), 'skua-bench-'));
const store = await LmdbStore.open({ directory: join(folder, 'store') });
await store.load();
await store.append([opened(clientOf(0))]);
let number = 0;
const commit = await each(() => store.append(queuedMessages(SESSIONS * number++, 1)));
await store.close();
rmSync(folder, { recursive: true });
say('one message at a time, its acknowledgement', `${answer.p50} µs, p99 ${answer.p99} µs`);
say("the store's own commit", `${commit.p50} µs, p99 ${commit.p99} µs (limit for the line above: 300 µs more)`);
process.exit(0);

async function seconds(work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

/** Microseconds. */
async function each(work: () => Promise<void>): Promise<{ readonly p50: number; readonly p99: number }> {
  const histogram = new Histogram();
  for (let time = 0; time < ONE_AT_A_TIME; time += 1) histogram.record(Math.round((await seconds(work)) * 1e6));
  return { p50: histogram.percentile(0.5), p99: histogram.percentile(0.99) };
}

/** Of the broker's process; pages of the store's file, which the system can take back at any time, are not among it. */
function anonymousMebibytes(): number {
  const status = readFileSync(`/proc/${broker.pid}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}

function rate(count: number, time: number): string {
  return Math.round(count / time).toLocaleString('en');
}

function say(what: string, figure: string): void {
  process.stdout.write(`${what}: ${figure}\n`);
}
