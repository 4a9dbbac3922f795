// How large a store's file becomes: `node src/durable/space.ts [MESSAGES] [ROUNDS]`, on the build. Messages of 200 bytes come
// for a thousand sessions without a connection, and go; the file may not grow past twice what it had at its fullest.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LmdbStore } from '@skua/store-lmdb';
import { clientOf, opened, queuedMessages, SESSIONS } from './offline-entries.ts';

const BATCH = 2000;
const [messages = 1_000_000, rounds = 10] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'skua-bench-'));
const store = await LmdbStore.open({ directory: join(folder, 'store') });
await store.load();
await store.append(Array.from({ length: SESSIONS }, (_none, index) => opened(clientOf(index))));

let fullest = 0;
let largest = 0;
for (let round = 0; round < rounds; round += 1) {
  const from = round * messages;
  for (let at = 0; at < messages; at += BATCH) await store.append(queuedMessages(from + at, BATCH));
  if (round === 0) fullest = bytesUsed();
  for (let at = 0; at < messages; at += BATCH) {
    await store.append(
      Array.from({ length: BATCH }, (_none, index) => ({
        type: 'deliveryFinished',
        clientIdentifier: clientOf(from + at + index),
        deliveryId: 2 * (from + at + index) + 2,
      })),
    );
  }
  largest = Math.max(largest, bytesUsed());
  const { messages: left } = store.statistics();
  process.stdout.write(`round ${round + 1}: ${mebibytes(bytesUsed())} MiB, ${left} messages left\n`);
}
await store.close();
rmSync(folder, { recursive: true });
const ratio = largest / fullest;
process.stdout.write(`fullest at first ${mebibytes(fullest)} MiB, largest ${ratio.toFixed(2)} times that; limit 2\n`);
process.exitCode = ratio <= 2 ? 0 : 1;

function bytesUsed(): number {
  return store.statistics().bytesUsed ?? 0;
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
