// The client beside MQTT.js, 5.0, the same broker and the same rounds: `pnpm --filter @skua/bench run bench:client`.
//
// The rounds of both alternate, so that what the machine does meanwhile hits both; figures are medians. The broker is a
// process of its own. Receiving is measured beside a peer that does nothing but send.

import { fileURLToPath } from 'node:url';
import { connect, createClient } from '@skua/client/node';
import { connect as connectMqttJs, connectAsync, type MqttClient } from 'mqtt';
import { skua } from '../brokers/skua.ts';
import { freePort, startBroker } from '../brokers/started-broker.ts';
import { clientSize, mqttJsSize } from './size.ts';

const ROUNDS = 5;
const TOPIC = 'bench/topic/with/some/levels';
const PAYLOAD = Buffer.alloc(128, 65);
const QUEUED = 50_000;

interface Row {
  readonly name: string;
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
}

const rows: Row[] = [];
const broker = await skua().start({ transport: 'tcp' });
const url = `mqtt://127.0.0.1:${broker.port}`;

for (const [qos, count, peerCount] of [
  [0, 10_000, 5000],
  [0, 100_000, 10_000],
  [1, 50_000, 20_000],
  [2, 20_000, 10_000],
] as const) {
  const name = `publish ${count} at QoS ${qos} with receipts (MQTT.js: ${peerCount}), /s`;
  rows.push(
    await compare(
      name,
      () => publishOurs(qos, count),
      () => publishMqttJs(qos, peerCount),
    ),
  );
}
await broker.stop();

const port = await freePort();
const received = 200_000;
const args = [fileURLToPath(new URL('./flood-peer.mjs', import.meta.url)), String(port), String(received)];
const peer = await startBroker({ command: process.execPath, args, port });
const flood = `mqtt://127.0.0.1:${port}`;
rows.push(
  await compare(
    `receive ${received} at QoS 0, /s`,
    () => receiveOurs(flood),
    () => receiveMqttJs(flood),
  ),
);
await peer.stop();

rows.push(await compare('queued message while offline, bytes', memoryOurs, memoryMqttJs, 1));
const [ourSize, peerSize] = [await clientSize(), await mqttJsSize()];
rows.push({ name: 'bundle for browsers, bytes of brotli', ours: ourSize, peer: peerSize, ratio: peerSize / ourSize });

console.log('| what | Skua | MQTT.js | ratio |\n| --- | ---: | ---: | ---: |');
for (const { name, ours, peer: theirs, ratio } of rows) {
  console.log(
    `| ${name} | ${Math.round(ours).toLocaleString('en')} | ${Math.round(theirs).toLocaleString('en')} | ${ratio.toFixed(1)} |`,
  );
}
process.exit(0);

async function compare(
  name: string,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
  rounds = ROUNDS,
): Promise<Row> {
  const figures: [number, number][] = [];
  for (let round = 0; round < rounds; round += 1) figures.push([await ours(), await theirs()]);
  const ourMedian = median(figures.map(([figure]) => figure));
  const peerMedian = median(figures.map(([, figure]) => figure));
  const isCost = name.includes('bytes');
  return { name, ours: ourMedian, peer: peerMedian, ratio: isCost ? peerMedian / ourMedian : ourMedian / peerMedian };
}

async function publishOurs(qos: 0 | 1 | 2, count: number): Promise<number> {
  const client = await connect(url);
  const started = performance.now();
  const admissions = Array.from({ length: count }, () => client.publish(TOPIC, PAYLOAD, { qos }));
  for (const receipt of await Promise.all(admissions)) await receipt.acknowledged;
  const rate = (count / (performance.now() - started)) * 1000;
  await client.close();
  return rate;
}

async function publishMqttJs(qos: 0 | 1 | 2, count: number): Promise<number> {
  const client = await connectAsync(url, { protocolVersion: 5 });
  client.setMaxListeners(0);
  client.stream.setMaxListeners(0);
  const started = performance.now();
  await Promise.all(Array.from({ length: count }, () => client.publishAsync(TOPIC, PAYLOAD, { qos })));
  const rate = (count / (performance.now() - started)) * 1000;
  await client.endAsync();
  return rate;
}

async function receiveOurs(server: string): Promise<number> {
  const client = await connect(server);
  let heard = 0;
  const started = performance.now();
  await new Promise<void>((resolve) => {
    void client.subscribe('#', () => {
      heard += 1;
      if (heard === received) resolve();
    });
  });
  const rate = (received / (performance.now() - started)) * 1000;
  client.destroy();
  return rate;
}

async function receiveMqttJs(server: string): Promise<number> {
  const client = await connectAsync(server, { protocolVersion: 5 });
  let heard = 0;
  const started = performance.now();
  await new Promise<void>((resolve) => {
    client.on('message', () => {
      heard += 1;
      if (heard === received) resolve();
    });
    client.subscribe('#');
  });
  const rate = (received / (performance.now() - started)) * 1000;
  client.end(true);
  return rate;
}

async function memoryOurs(): Promise<number> {
  const client = createClient('mqtt://127.0.0.1:1', { queue: { messagesMax: QUEUED } });
  const bytes = await memoryOf((payload) => void client.publish(TOPIC, payload, { qos: 1 }));
  client.destroy();
  return bytes;
}

async function memoryMqttJs(): Promise<number> {
  const client: MqttClient = connectMqttJs('mqtt://127.0.0.1:1', { protocolVersion: 5, reconnectPeriod: 60_000 });
  client.on('error', () => {});
  const bytes = await memoryOf((payload) => {
    client.publishAsync(TOPIC, payload, { qos: 1 }).catch(() => {});
  });
  client.end(true);
  return bytes;
}

async function memoryOf(publish: (payload: Buffer) => void): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  const before = inUse();
  // One payload for all: what is measured is what the client adds.
  for (let index = 0; index < QUEUED; index += 1) publish(PAYLOAD);
  await new Promise((resolve) => setTimeout(resolve, 10));
  return (inUse() - before) / QUEUED;
}

function median(values: number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

function inUse(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
