import type { JournalEntry, Message } from '@skua/broker';
import { MemoryStore, type Store } from '@skua/store';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../test/virtual-clock.ts';
import { JournalWriter } from './journal-writer.ts';

/** Keeps every batch until the test decides. */
class ManualStore extends MemoryStore implements Store {
  readonly batches: (readonly JournalEntry[])[] = [];
  #settle: { resolve: () => void; reject: (error: Error) => void }[] = [];

  override append(entries: readonly JournalEntry[]): Promise<void> {
    this.batches.push(entries);
    return new Promise((resolve, reject) => {
      this.#settle.push({ resolve, reject });
    });
  }

  async settle(error?: Error): Promise<void> {
    const first = this.#settle.shift();
    if (error === undefined) first?.resolve();
    else first?.reject(error);
    // Let what waits for the promise run.
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  }
}

interface Setting {
  readonly writer: JournalWriter;
  readonly store: ManualStore;
  readonly clock: VirtualClock;
  readonly calls: string[];
  /** The sequence number that somebody waits for. */
  awaited: number;
}

function setUp(limits: { backlogMax?: number; backlogBytesMax?: number } = {}): Setting {
  const store = new ManualStore();
  const clock = new VirtualClock();
  const calls: string[] = [];
  const owner = {
    isAwaited: (sequence: number) => setting.awaited > sequence,
    stored: (sequence: number) => void calls.push(`stored ${sequence}`),
    failed: (error: unknown, entries: number) => void calls.push(`failed ${String(error)} ${entries}`),
    recovered: () => void calls.push('recovered'),
    backlogged: (backlogged: boolean) => void calls.push(`backlogged ${backlogged}`),
  };
  const writer = new JournalWriter(store, owner, clock, {
    backlogMax: 100,
    backlogBytesMax: 1_000_000,
    retryMs: 1000,
    retryMaxMs: 3000,
    flushMs: 50,
    ...limits,
  });
  const setting: Setting = { writer, store, clock, calls, awaited: Number.POSITIVE_INFINITY };
  return setting;
}

const entry = (topicName: string): JournalEntry => ({ type: 'retainedRemoved', topicName });
const names = (batch: readonly JournalEntry[] | undefined): string[] =>
  (batch ?? []).map((one) => (one.type === 'retainedRemoved' ? one.topicName : one.type));

describe('batches', () => {
  test('a turn is a batch, and the next ones gather while it is on its way', async () => {
    const { writer, store, calls } = setUp();
    writer.flush();
    expect(store.batches).toHaveLength(0);
    writer.append(entry('a'), 1);
    writer.append(entry('b'), 2);
    expect(store.batches).toHaveLength(0);
    writer.flush();
    writer.append(entry('c'), 3);
    writer.flush();
    writer.append(entry('d'), 4);
    writer.flush();
    expect(store.batches.map(names)).toEqual([['a', 'b']]);
    expect(writer.backlog).toBe(4);
    await store.settle();
    expect(calls).toEqual(['stored 2']);
    expect(store.batches.map(names)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    await store.settle();
    expect(calls).toEqual(['stored 2', 'stored 4']);
    expect(writer.backlog).toBe(0);
  });

  test('a batch that fails acknowledges nothing and is tried again as it was, with longer and longer pauses', async () => {
    const { writer, store, clock, calls } = setUp();
    writer.append(entry('a'), 1);
    writer.append(entry('b'), 2);
    writer.flush();
    writer.append(entry('c'), 3);
    await store.settle(new Error('full'));
    expect(calls).toEqual(['failed Error: full 2']);
    expect(writer.isFailing).toBe(true);
    expect([writer.isSubmitted(2), writer.isStored(2)]).toEqual([false, false]);
    writer.append(entry('a'), 4); // would supersede what may have been stored
    writer.flush();
    for (const pause of [1000, 2000, 3000, 3000]) {
      clock.advance(pause - 1);
      expect(store.batches).toHaveLength(1);
      clock.advance(1);
      expect(store.batches.splice(1).map(names)).toEqual([['a', 'b']]);
      expect([writer.isSubmitted(2), writer.isStored(2)]).toEqual([true, false]);
      await store.settle(new Error('still full'));
    }
    expect(writer.failures).toBe(5);
    writer.retry(); // the store says that it is well
    calls.splice(0);
    await store.settle();
    expect(calls).toEqual(['recovered', 'stored 2']);
    expect(store.batches.slice(1).map(names)).toEqual([
      ['a', 'b'],
      ['c', 'a'],
    ]);
    await store.settle();
    expect(calls).toEqual(['recovered', 'stored 2', 'stored 4']);
    expect(writer.isFailing).toBe(false);
    expect(writer.statistics()).toMatchObject({ failures: 5, entriesStored: 4, batchEntries: { count: 2, sum: 4 } });
  });

  test('entries that nobody waits for gather until somebody does, or for a while', async () => {
    const setting = setUp();
    const { writer, store, clock, calls } = setting;
    setting.awaited = 0;
    writer.append(entry('a'), 1);
    writer.flush();
    clock.advance(49);
    writer.append(entry('b'), 2);
    writer.flush();
    expect(store.batches).toHaveLength(0);
    clock.advance(1);
    expect(store.batches.map(names)).toEqual([['a', 'b']]);
    await store.settle();
    writer.append(entry('c'), 3);
    writer.flush();
    writer.append(entry('d'), 4);
    setting.awaited = 4;
    writer.flush();
    expect(store.batches.slice(1).map(names)).toEqual([['c', 'd']]);
    await store.settle();
    expect(clock.timers).toBe(0);
    writer.append(entry('e'), 5);
    void writer.done();
    expect(store.batches.slice(2).map(names)).toEqual([['e']]);
    await store.settle();
    expect(calls).toEqual(['stored 2', 'stored 4', 'stored 5']);
  });

  test('what has cancelled out altogether is stored at once, without the store', async () => {
    const { writer, store, calls } = setUp();
    const ofC = { clientIdentifier: 'c', packetIdentifier: 1 } as const;
    writer.append({ type: 'packetReceived', ...ofC }, 1);
    writer.append({ type: 'packetReleased', ...ofC }, 2);
    writer.flush();
    expect(calls).toEqual(['stored 2']);
    writer.append(entry('a'), 3);
    writer.flush();
    writer.append({ type: 'packetReceived', ...ofC }, 4);
    writer.append({ type: 'packetReleased', ...ofC }, 5);
    writer.flush();
    expect(calls).toEqual(['stored 2']);
    await store.settle();
    expect(calls).toEqual(['stored 2', 'stored 3', 'stored 5']);
    expect(store.batches).toHaveLength(1);
    expect(writer.statistics()).toMatchObject({ entriesStored: 1, entriesCancelled: 4 });
  });

  test('a store that throws is treated like one that rejects', async () => {
    const { writer, store, calls } = setUp();
    store.append = () => {
      throw new Error('thrown');
    };
    writer.append(entry('a'), 1);
    writer.flush();
    await store.settle();
    expect(calls).toEqual(['failed Error: thrown 1']);
  });

  test('backlog is reported at the limit and again at half of it', async () => {
    const { writer, store, calls } = setUp({ backlogMax: 4 });
    for (let sequence = 1; sequence <= 3; sequence += 1) writer.append(entry(`a${sequence}`), sequence);
    writer.flush();
    expect(calls).toEqual([]);
    writer.append(entry('b'), 4);
    writer.append(entry('c'), 5);
    expect(calls).toEqual(['backlogged true']);
    await store.settle();
    await store.settle();
    expect(calls).toEqual(
      ['backlogged true', 'stored 3', 'backlogged false', 'stored 5'].toSorted(byAppearance(calls)),
    );
    expect(calls.filter((call) => call === 'backlogged false')).toHaveLength(1);
  });

  test('backlog counts the bytes of messages as well', async () => {
    const { writer, store, calls } = setUp({ backlogBytesMax: 100 });
    const message: Message = {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is a Topic Name
      topicName: 'r' as Message['topicName'],
      payload: new Uint8Array(99),
      qos: 1,
      retain: true,
      properties: {},
      publisher: 'p',
      receivedAt: 1,
      expiresAt: undefined,
    };
    writer.append({ type: 'retainedSet', message: { ...message, payload: new Uint8Array(98) } }, 1);
    expect(calls).toEqual([]);
    writer.append({ type: 'retainedSet', message }, 2);
    expect(calls).toEqual(['backlogged true']);
    expect(writer.statistics()).toMatchObject({ backlogEntries: 1, backlogBytes: 100 });
    writer.flush();
    await store.settle();
    expect(calls).toEqual(['backlogged true', 'backlogged false', 'stored 2']);
  });

  test('done waits for everything, stop gives up', async () => {
    const { writer, store, clock } = setUp();
    await writer.done();
    writer.append(entry('a'), 1);
    let done = 0;
    const first = writer.done().then(() => (done += 1));
    writer.append(entry('b'), 2);
    await store.settle();
    expect(done).toBe(0);
    await store.settle();
    await first;
    expect(done).toBe(1);
    writer.append(entry('c'), 3);
    const second = writer.done();
    await store.settle(new Error('full'));
    expect(clock.timers).toBe(1);
    writer.stop();
    await second;
    expect(clock.timers).toBe(0);
  });
});

function byAppearance(calls: readonly string[]): (left: string, right: string) => number {
  return (left, right) => calls.indexOf(left) - calls.indexOf(right);
}
