import type { JournalEntry } from '@skua/broker';
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

function setUp(backlogMax = 100): { writer: JournalWriter; store: ManualStore; clock: VirtualClock; calls: string[] } {
  const store = new ManualStore();
  const clock = new VirtualClock();
  const calls: string[] = [];
  const owner = {
    stored: (sequence: number) => void calls.push(`stored ${sequence}`),
    failed: (error: unknown, entries: number) => void calls.push(`failed ${String(error)} ${entries}`),
    recovered: () => void calls.push('recovered'),
    backlogged: (backlogged: boolean) => void calls.push(`backlogged ${backlogged}`),
  };
  return { writer: new JournalWriter(store, owner, clock, { backlogMax, retryMs: 1000 }), store, clock, calls };
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

  test('a batch that fails acknowledges nothing and is tried again, in front of what came since', async () => {
    const { writer, store, clock, calls } = setUp();
    writer.append(entry('a'), 1);
    writer.flush();
    writer.append(entry('b'), 2);
    await store.settle(new Error('full'));
    expect(calls).toEqual(['failed Error: full 1']);
    writer.append(entry('c'), 3);
    writer.flush();
    expect(store.batches).toHaveLength(1);
    clock.advance(1000);
    expect(names(store.batches[1])).toEqual(['a', 'b', 'c']);
    await store.settle(new Error('still full'));
    clock.advance(1000);
    await store.settle();
    expect(calls).toEqual(['failed Error: full 1', 'failed Error: still full 3', 'recovered', 'stored 3']);
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
    const { writer, store, calls } = setUp(4);
    for (let sequence = 1; sequence <= 3; sequence += 1) writer.append(entry('a'), sequence);
    writer.flush();
    expect(calls).toEqual([]);
    writer.append(entry('b'), 4);
    writer.append(entry('b'), 5);
    expect(calls).toEqual(['backlogged true']);
    await store.settle();
    await store.settle();
    expect(calls).toEqual(
      ['backlogged true', 'stored 3', 'backlogged false', 'stored 5'].toSorted(byAppearance(calls)),
    );
    expect(calls.filter((call) => call === 'backlogged false')).toHaveLength(1);
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
