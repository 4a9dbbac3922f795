import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreState } from '@skua/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkFile, LmdbStore, STORE_FILE } from '../src/index.ts';
import { LmdbMedium } from '../src/lmdb-medium.ts';
import { TableStore } from '../src/table-store.ts';
import { expectSameState, modelState, stateOf } from './same-state.ts';
import { message, opened, queued, sampleBatches } from './sample-content.ts';

let folder: string;
let directory: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skua-lmdb-'));
  directory = join(folder, 'store');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The file of a store with small moves to the tables, which are many. */
async function openOften(): Promise<TableStore> {
  await (await LmdbStore.open({ directory })).close();
  const limits = { recordsMin: 60, recordsMax: 120, journalBytesMax: 1e9, clearedMax: 10 };
  return TableStore.open(LmdbMedium.open(join(directory, STORE_FILE)), limits);
}

test('power lost at any moment of a commit leaves the batch before or the whole batch', async () => {
  const store = await openOften();
  const path = join(directory, STORE_FILE);
  const model = new StoreState();
  const copy = join(folder, 'copy');
  mkdirSync(copy);
  let before = readFileSync(path);
  for (const [index, batch] of sampleBatches(14).entries()) {
    const stateBefore = modelState(model);
    model.apply(batch);
    await store.append(batch);
    const after = readFileSync(path);
    // Of the pages that the commit wrote some are on the disk, in no order; the meta page is only written behind a sync.
    for (const kept of [0, 1, 2, 3]) {
      const torn = Buffer.alloc(after.length);
      before.copy(torn);
      for (let page = 2; page < after.length / 4096; page += 1) {
        if ((page * 7 + index) % 4 < kept) after.copy(torn, page * 4096, page * 4096, page * 4096 + 4096);
      }
      // The file may have grown or not.
      expect(await stateIn(copy, kept % 2 === 0 ? torn : torn.subarray(0, before.length))).toEqual(stateBefore);
    }
    expect(await stateIn(copy, after)).toEqual(modelState(model));
    before = after;
  }
  await store.close();
});

async function stateIn(place: string, bytes: Uint8Array): Promise<unknown> {
  writeFileSync(join(place, STORE_FILE), bytes);
  const store = await LmdbStore.open({ directory: place });
  const state = await stateOf(store, 20);
  await store.close();
  return state;
}

test('a message that comes and goes leaves room that is used again', async () => {
  const store = await openOften();
  const path = join(directory, STORE_FILE);
  await store.append([opened('c')]);
  let next = 1;
  let peak = 0;
  for (let round = 0; round < 10; round += 1) {
    const parts = Array.from({ length: 10 }, () => Array.from({ length: 30 }, () => [next++, next++] as const));
    for (const part of parts) {
      await store.append(
        part.flatMap(([messageId, deliveryId]) => [
          { type: 'messageStored', messageId, message: message('t', 200 + (messageId % 300)) },
          queued('c', deliveryId, messageId),
        ]),
      );
    }
    if (round === 0) peak = checkFile(path).bytes;
    for (const part of parts) {
      await store.append(
        part.map(([, deliveryId]) => ({ type: 'deliveryFinished', clientIdentifier: 'c', deliveryId })),
      );
    }
  }
  expect(checkFile(path).bytes).toBeLessThan(peak * 2);
  expect(store.statistics()).toMatchObject({ messages: 0, deliveries: 0 });
  await store.close();
});

test('a long queue of a session that ends goes in parts, also over a restart', async () => {
  const store = await openOften();
  await store.append([opened('c'), opened('d')]);
  const entries = Array.from({ length: 2500 }, (_none, index) => index * 3 + 1).flatMap((messageId) => [
    { type: 'messageStored', messageId, message: message('t', 10) } as const,
    queued('c', messageId + 1, messageId),
    ...(messageId % 2 === 0 ? [queued('d', messageId + 2, messageId)] : []),
  ]);
  await store.append(entries);
  await store.append([{ type: 'retainedSet', message: message('moved', 1) }]);
  await store.append([{ type: 'sessionEnded', clientIdentifier: 'c' }]);
  expect(store.statistics().sessions).toBe(1);
  await store.close();
  const again = await LmdbStore.open({ directory });
  for (let round = 0; round < 3; round += 1) {
    await again.append(sampleSessions(round, 9000));
    const { records } = await again.verify();
    expect(records.problems).toEqual([]);
  }
  expect(again.statistics()).toMatchObject({ messages: 1250, deliveries: 1250 });
  await again.close();
});

/** More records than may gather before they move to the tables. */
function sampleSessions(round: number, count: number): ReturnType<typeof opened>[] {
  return Array.from({ length: count }, (_none, index) => ({
    type: 'retainedSet' as const,
    message: message(`r/${index}`, round),
  }));
}

describe('a copy', () => {
  test.each(['backup', 'compact'] as const)('%s while batches are appended is a store of that moment', async (way) => {
    const store = await LmdbStore.open({ directory });
    const model = new StoreState();
    for (const batch of sampleBatches(10)) {
      model.apply(batch);
      await store.append(batch);
    }
    const copy = join(folder, way);
    const later = [{ type: 'retainedSet', message: message('later', 1) }] as const;
    await Promise.all([store[way](copy), store.append(later)]);
    await expect(store[way](copy)).rejects.toThrow('is not empty: choose a new directory for the copy');
    await store.close();
    const opening = await LmdbStore.open({ directory: copy });
    const states = [modelState(model)];
    model.apply(later);
    states.push(modelState(model));
    expect(states).toContainEqual(await stateOf(opening, 50));
    await opening.append(later);
    await expectSameState(opening, model, 50);
    expect((await opening.verify()).records.problems).toEqual([]);
    await opening.close();
  });
});

describe('the directory', () => {
  test('is locked while a store uses it, and free afterwards', async () => {
    const store = await LmdbStore.open({ directory });
    expect(store.isNew).toBe(true);
    await expect(LmdbStore.open({ directory })).rejects.toMatchObject({
      code: 'locked',
      message: `${directory} is used by the process ${process.pid}: end it, or give this one another directory.`,
    });
    await store.close();
    const again = await LmdbStore.open({ directory });
    expect(again.isNew).toBe(false);
    await again.close();
  });

  test.each([
    ['that is gone', { pid: 2 ** 22 + 1, startedAt: '1', boot: undefined }],
    ['whose number another one has', { pid: process.pid, startedAt: '1', boot: undefined }],
    ['of another boot', { pid: process.pid, boot: 'another' }],
    ['that cannot be read', 'half a li'],
  ])('with the lock of a process %s is taken over', async (_what, left) => {
    mkdirSync(directory);
    const boot = readBoot();
    const lock = typeof left === 'string' ? left : JSON.stringify({ ...left, boot: left.boot ?? boot });
    writeFileSync(join(directory, 'skua.lock'), lock);
    const store = await LmdbStore.open({ directory });
    await store.close();
  });
});

function readBoot(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}

test('too little room refuses batches and says so; reading goes on', async () => {
  const first = await LmdbStore.open({ directory });
  await first.append([opened('c')]);
  await first.close();
  const store = await LmdbStore.open({ directory, spaceReserveBytes: Number.MAX_SAFE_INTEGER });
  await expect(store.append([opened('d')])).rejects.toMatchObject({ code: 'full' });
  expect(store.statistics()).toMatchObject({ sessions: 1, batchesAppended: 0 });
  expect(store.statistics().lastError).toContain('bytes left, less than the');
  expect(await store.readDeliveries('c', { after: 0, deliveriesMax: 1, bytesMax: 1 })).toMatchObject({
    hasMore: false,
  });
  await store.close();
});
