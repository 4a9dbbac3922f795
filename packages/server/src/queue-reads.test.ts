import type { QueuePage, QueueReadRequest } from '@skua/broker';
import { MemoryStore } from '@skua/store';
import { expect, test } from 'vitest';
import { VirtualClock } from '../test/virtual-clock.ts';
import { JournalWriter } from './journal-writer.ts';
import { QueueReads } from './queue-reads.ts';

type Settle<T> = { readonly resolve: (value: T) => void; readonly reject: (error: Error) => void };

/** Commits and reads when the test says so. */
class ManualStore extends MemoryStore {
  readonly appends: Settle<void>[] = [];
  readonly reads: Settle<QueuePage>[] = [];

  override append(): Promise<void> {
    return new Promise((resolve, reject) => this.appends.push({ resolve, reject }));
  }

  override readDeliveries(): Promise<QueuePage> {
    return new Promise((resolve, reject) => this.reads.push({ resolve, reject }));
  }
}

const EMPTY: QueuePage = { deliveries: [], hasMore: false };
const request = (sequence: number): QueueReadRequest => ({
  clientIdentifier: 'c',
  after: 0,
  deliveriesMax: 10,
  bytesMax: 1000,
  sequence,
});

function setUp(): {
  store: ManualStore;
  clock: VirtualClock;
  writer: JournalWriter;
  reads: QueueReads;
  told: unknown[];
} {
  const store = new ManualStore();
  const clock = new VirtualClock();
  const told: unknown[] = [];
  const ignore = (): void => {};
  const owner = { isAwaited: () => true, stored: ignore, failed: ignore, recovered: ignore, backlogged: ignore };
  const limits = { backlogMax: 100, backlogBytesMax: 1000, retryMs: 1000, retryMaxMs: 1000, flushMs: 50 };
  const writer = new JournalWriter(store, owner, clock, limits);
  const readsOwner = {
    pageRead: (asked: QueueReadRequest) => void told.push(asked),
    readFailed: (error: unknown) => void told.push(String(error)),
  };
  return { store, clock, writer, reads: new QueueReads(store, writer, readsOwner, clock, 1000), told };
}

async function promises(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

test('a page waits until the store was given what it must see', async () => {
  const { store, writer, reads, told } = setUp();
  const asked = request(1);
  reads.readQueue(asked);
  writer.append({ type: 'retainedRemoved', topicName: 'a' }, 1);
  reads.begin();
  expect([store.reads.length, reads.isAwaited(0), reads.isAwaited(1)]).toEqual([0, true, false]);
  writer.flush();
  reads.begin();
  expect([store.reads.length, reads.isAwaited(0)]).toEqual([1, false]);
  store.reads[0]!.resolve(EMPTY);
  await promises();
  expect(told).toEqual([asked]);
});

test('a page is read again when the batch that it was to see has failed meanwhile', async () => {
  const { store, clock, writer, reads, told } = setUp();
  writer.append({ type: 'retainedRemoved', topicName: 'a' }, 1);
  writer.flush();
  const asked = request(1);
  reads.readQueue(asked);
  reads.begin();
  store.appends[0]!.reject(new Error('full'));
  await promises();
  store.reads[0]!.resolve(EMPTY);
  await promises();
  expect([told, store.reads.length]).toEqual([[], 1]);
  clock.advance(1000);
  reads.begin();
  expect(store.reads).toHaveLength(2);
  store.appends[1]!.resolve();
  await promises();
  store.reads[1]!.resolve(EMPTY);
  await promises();
  expect(told).toEqual([asked]);
});

test('a read that fails is told and tried again, until it is stopped', async () => {
  const { store, clock, reads, told } = setUp();
  const asked = request(0);
  reads.readQueue(asked);
  reads.begin();
  store.reads[0]!.reject(new Error('unreadable'));
  await promises();
  expect(told).toEqual(['Error: unreadable']);
  clock.advance(1000);
  store.reads[1]!.resolve(EMPTY);
  await promises();
  expect(told).toEqual(['Error: unreadable', asked]);
  reads.readQueue(request(0));
  reads.begin();
  reads.stop();
  store.reads[2]!.resolve(EMPTY);
  await promises();
  expect(told).toHaveLength(2);
});
