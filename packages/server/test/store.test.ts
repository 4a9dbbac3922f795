import type { JournalEntry } from '@skua/broker';
import { MemoryStore, type StoreHealth } from '@skua/store';
import { describe, expect, test } from 'vitest';
import { MemoryBench, text } from './memory-bench.ts';
import { connect, publish, subscribe } from './packets.ts';

/** A store that is slow or fails, as the test says. */
class TroubledStore extends MemoryStore {
  mode: 'well' | 'slow' | 'failing' = 'well';
  readonly #waiting: (() => void)[] = [];

  override async append(entries: readonly JournalEntry[]): Promise<void> {
    if (this.mode === 'failing') throw new Error('disk full');
    if (this.mode === 'slow') {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    await super.append(entries);
  }

  /** Lets slow batches through. */
  release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

const durable = { cleanStart: false, properties: { sessionExpiryInterval: 3600 } };

describe('the gate', () => {
  test('PUBACK and SUBACK wait for the store, traffic without durable sessions does not', async () => {
    const store = new TroubledStore();
    const bench = new MemoryBench({ store });
    const keeper = await bench.connected('keeper', durable);
    const fleeting = await bench.connected('fleeting');
    const sender = await bench.connected('sender');
    store.mode = 'slow';
    keeper.send(subscribe('kept', 1));
    fleeting.send(subscribe('fleeting', 1));
    await bench.settle();
    expect(keeper.types).toEqual([]);
    fleeting.take('suback');
    store.release();
    await bench.settle();
    keeper.take('suback');

    sender.send(publish('fleeting', 'x', { qos: 1, packetIdentifier: 1 }));
    await bench.settle();
    expect(sender.take('puback').packetIdentifier).toBe(1);
    fleeting.take('publish');
    sender.send(publish('kept', 'x', { qos: 1, packetIdentifier: 2 }));
    await bench.settle();
    expect(sender.types).toEqual([]);
    store.release();
    await bench.settle();
    expect(sender.take('puback').packetIdentifier).toBe(2);
    store.mode = 'well';
    store.release();
    await bench.close();
  });

  test('a store that fails is an event and no acknowledgement; it recovers without losing anything', async () => {
    const store = new TroubledStore();
    const bench = new MemoryBench({ store, limits: { storeRetryMs: 1000 } });
    const keeper = await bench.connected('keeper', durable);
    keeper.send(subscribe('kept', 1));
    const sender = await bench.connected('sender');
    await bench.settle();
    store.mode = 'failing';
    sender.send(publish('kept', 'x', { qos: 1, packetIdentifier: 1 }));
    await bench.settle();
    sender.send({ type: 'pingreq' }, publish('kept', 'y', { qos: 1, packetIdentifier: 2 }));
    await bench.settle();
    expect(sender.types).toEqual(['pingresp']);
    expect(bench.eventsOf('storeFailed')).toMatchObject([{ error: { message: 'disk full' } }]);
    bench.clock.advance(1000);
    await bench.settle();
    expect(bench.eventsOf('storeFailed')).toHaveLength(2);
    store.mode = 'well';
    bench.clock.advance(2000);
    await bench.settle();
    expect(sender.types).toEqual(['pingresp', 'puback', 'puback']);
    expect(bench.eventsOf('storeRecovered')).toHaveLength(1);
    await bench.close();
  });

  test('publishers that give the store work are not read while it is behind, others are', async () => {
    const store = new TroubledStore();
    const bench = new MemoryBench({ store, limits: { journalBacklogMax: 50 } });
    const keeper = await bench.connected('keeper', durable);
    keeper.send(subscribe('kept', 1));
    const fleeting = await bench.connected('fleeting');
    fleeting.send(subscribe('fleeting'));
    const durably = await bench.connected('durably');
    const freely = await bench.connected('freely');
    await bench.settle();
    store.mode = 'slow';
    bench.chunkBytes = 100;
    for (let identifier = 1; identifier <= 500; identifier += 1) {
      durably.send(publish('kept', 'x', { qos: 1, packetIdentifier: identifier }));
      freely.send(publish('fleeting', 'x'));
    }
    await bench.settle();
    expect(durably.local.pendingBytes).toBeGreaterThan(3000);
    expect(freely.local.pendingBytes).toBe(0);
    expect(fleeting.received.filter((packet) => packet.type === 'publish')).toHaveLength(500);
    store.mode = 'well';
    store.release();
    await bench.settle();
    expect(durably.received.filter((packet) => packet.type === 'puback')).toHaveLength(500);
    await bench.close();
  });
});

describe('a store that is unwell', () => {
  test('is told, keeps out what it would have to keep, and recovers by itself', async () => {
    const store = new TroubledStore();
    const bench = new MemoryBench({ store, broker: { publishWhileStoreUnwell: 'refuse' } });
    const { server } = bench;
    const keeper = await bench.connected('keeper', durable);
    keeper.send(subscribe('kept', 1));
    const [sender, other] = [await bench.connected('sender'), await bench.connected('other')];
    await bench.settle();
    keeper.take('suback');
    expect(server.durability).toMatchObject({ state: 'well', explanation: undefined, gateDepth: 0, failures: 0 });
    store.mode = 'failing';
    sender.send(publish('kept', 'under way', { qos: 1, packetIdentifier: 1 }));
    await bench.settle();
    expect(sender.types).toEqual([]);
    expect(server.durability).toMatchObject({ state: 'unwell', explanation: 'disk full', gateDepth: 1, failures: 1 });
    other.send(publish('kept', 'refused', { qos: 1, packetIdentifier: 1 }), publish('kept', 'goes on'));
    await bench.settle();
    expect(other.take('puback').reasonCode).toBe(0x97);
    expect([text(keeper.take('publish').payload), text(keeper.take('publish').payload)]).toEqual([
      'under way',
      'goes on',
    ]);
    store.mode = 'well';
    await bench.advance(1000);
    expect(sender.take('puback').reasonCode).toBe(0);
    other.send(publish('kept', 'taken', { qos: 1, packetIdentifier: 2 }));
    await bench.settle();
    expect(other.take('puback').reasonCode).toBe(0);
    expect(bench.eventsOf('storeFailed')).toHaveLength(1);
    expect(bench.eventsOf('storeRecovered')).toHaveLength(1);
    const { state, gateDepth, commitMs, batchEntries, entriesStored } = server.durability!;
    expect([state, gateDepth, commitMs.count, batchEntries.sum]).toEqual([
      'well',
      0,
      batchEntries.count,
      entriesStored,
    ]);
    await bench.close();
  });

  test('may say so before a batch fails, and may say that it is well', async () => {
    const store = new TroubledStore();
    let tell: (health: StoreHealth) => void = () => {};
    const watched = Object.assign(store, {
      watchHealth(listener: (health: StoreHealth) => void): void {
        tell = listener;
      },
    });
    const bench = new MemoryBench({ store: watched });
    await bench.server.ready;
    tell({ state: 'unwell', code: 'full', explanation: 'less than 10 MiB are free' });
    await bench.settle();
    expect(bench.server.durability).toMatchObject({ state: 'unwell', explanation: 'less than 10 MiB are free' });
    expect(bench.eventsOf('storeFailed')).toMatchObject([{ error: { code: 'full' }, entries: 0 }]);
    const refused = bench.peer();
    refused.send(connect({ clientIdentifier: 'keeper', ...durable }));
    await bench.settle();
    expect(refused.take('connack').reasonCode).toBe(0x88);
    tell({ state: 'well' });
    await bench.connected('keeper', durable);
    // One that fails nevertheless is unwell until it takes the batch, which it is asked to as soon as it says that it is well.
    store.mode = 'failing';
    const keeper = bench.peer();
    keeper.send(connect({ clientIdentifier: 'keeper', ...durable }));
    await bench.settle();
    expect(keeper.types).toEqual([]);
    store.mode = 'well';
    tell({ state: 'well' });
    await bench.settle();
    keeper.take('connack');
    expect(bench.server.durability?.state).toBe('well');
    await bench.close();
    expect(new MemoryBench().server.durability).toBeUndefined();
  });

  test('costs no memory while publishers that it concerns go on sending', async () => {
    const store = new TroubledStore();
    const bench = new MemoryBench({ store });
    const keeper = await bench.connected('keeper', durable);
    keeper.send(subscribe('kept', 1));
    const senders = await Promise.all(['a', 'b', 'c'].map((name) => bench.connected(name)));
    await bench.settle();
    store.mode = 'failing';
    bench.chunkBytes = 500;
    for (const sender of senders) {
      sender.send(publish('kept', 'x', { qos: 1, packetIdentifier: 1 }));
      await bench.settle();
      for (let identifier = 2; identifier <= 1000; identifier += 1) {
        sender.send(publish('kept', 'x'.repeat(90), { qos: 1, packetIdentifier: identifier }));
      }
    }
    await bench.advance(60_000);
    // Not more than what came before the store was known to be unwell, and hardly anything is read since.
    const { backlogEntries, backlogBytes } = bench.server.durability!;
    for (const sender of senders) expect(sender.local.pendingBytes).toBeGreaterThan(50_000);
    expect(backlogEntries).toBeLessThan(20);
    expect(backlogBytes).toBeLessThan(2000);
    store.mode = 'well';
    await bench.advance(10_000);
    for (const sender of senders) expect(sender.received.filter(({ type }) => type === 'puback')).toHaveLength(1000);
    await bench.close();
  });
});

describe('a relaxed listener', () => {
  test('acknowledges at once; what it has written is stored before long', async () => {
    const store = new TroubledStore();
    const bench = new MemoryBench({ store, limits: { journalFlushMs: 500 } });
    const sender = await bench.connected('sender', durable, { acknowledgement: 'relaxed' });
    sender.send(subscribe('kept', 1), publish('kept', 'x', { qos: 1, packetIdentifier: 1 }));
    await bench.settle();
    expect(sender.types).toEqual(['suback', 'publish', 'puback']);
    expect(store.statistics().batchesAppended).toBe(0);
    await bench.advance(500);
    expect(store.statistics()).toMatchObject({ batchesAppended: 1, sessions: 1, subscriptions: 1, deliveries: 1 });
    await bench.close();
  });
});

describe('a restart', () => {
  test('brings sessions, queued messages and retained messages back', async () => {
    const store = new MemoryStore();
    const before = new MemoryBench({ store });
    const keeper = await before.connected('keeper', durable);
    keeper.send(subscribe('kept/#', 1));
    await before.settle();
    keeper.local.cut();
    await before.settle();
    const sender = await before.connected('sender');
    sender.send(
      publish('kept/1', 'while away', { qos: 1, packetIdentifier: 1 }),
      publish('kept/2', 'retained', { qos: 1, packetIdentifier: 2, retain: true }),
    );
    await before.settle();
    expect(sender.types).toEqual(['puback', 'puback']);
    await before.close();
    await expect(store.append([])).rejects.toThrow('closed');

    const after = new MemoryBench({ store: new MemoryStore(store.state) });
    const returned = after.peer();
    returned.send(connect({ clientIdentifier: 'keeper', ...durable }));
    await after.settle();
    expect(returned.take('connack').sessionPresent).toBe(true);
    expect([text(returned.take('publish').payload), text(returned.take('publish').payload)]).toEqual([
      'while away',
      'retained',
    ]);
    const newcomer = await after.connected('newcomer');
    newcomer.send(subscribe('kept/#'));
    await after.settle();
    newcomer.take('suback');
    expect(text(newcomer.take('publish').payload)).toBe('retained');
    await after.close();
  });

  test('brings long queues back page by page, also when reading fails for a while', async () => {
    const store = new MemoryStore();
    const options = { broker: { queuedMessagesMax: 1000, queuedInMemoryMessagesMax: 20 } };
    const before = new MemoryBench({ store, ...options });
    const keeper = await before.connected('keeper', durable);
    keeper.send(subscribe('kept', 1));
    await before.settle();
    keeper.local.cut();
    await before.settle();
    const sender = await before.connected('sender');
    for (let identifier = 1; identifier <= 500; identifier += 1) {
      sender.send(publish('kept', String(identifier), { qos: 1, packetIdentifier: identifier }));
    }
    await before.settle();
    expect(sender.received).toHaveLength(500);
    await before.close();

    const again = new MemoryStore(store.state);
    const read = again.readDeliveries.bind(again);
    let reads = 0;
    again.readDeliveries = (...request) => {
      reads += 1;
      return reads % 3 === 0 ? Promise.reject(new Error('unreadable')) : read(...request);
    };
    const after = new MemoryBench({ store: again, ...options });
    await after.server.ready;
    expect(after.server.broker.counters.queuedNow).toBe(500);
    const returned = after.peer();
    returned.send(connect({ clientIdentifier: 'keeper', ...durable }));
    const payloads: string[] = [];
    while (payloads.length < 500) {
      await after.settle();
      if (returned.received.length === 0) after.clock.advance(1000);
      for (const packet of returned.received.splice(0)) {
        if (packet.type !== 'publish') continue;
        payloads.push(text(packet.payload));
        const { packetIdentifier } = packet;
        returned.send({ type: 'puback', packetIdentifier, reasonCode: 0, properties: {} });
      }
    }
    expect(payloads).toEqual(Array.from({ length: 500 }, (_, index) => String(index + 1)));
    expect(reads).toBeGreaterThan(20);
    expect(after.eventsOf('storeFailed').length).toBeGreaterThan(5);
    await after.settle();
    after.clock.advance(1000);
    await after.settle();
    expect(again.statistics()).toMatchObject({ deliveries: 0, messages: 0 });
    await after.close();
  });

  test('connections wait until the store was read', async () => {
    const store = new MemoryStore();
    let ready: () => void = () => {};
    const load = store.load.bind(store);
    store.load = async () => {
      await new Promise<void>((resolve) => {
        ready = resolve;
      });
      return load();
    };
    const bench = new MemoryBench({ store });
    const peer = bench.peer();
    peer.send(connect({ clientIdentifier: 'early' }));
    await bench.settle();
    expect(peer.types).toEqual([]);
    ready();
    await bench.settle();
    peer.take('connack');
    await bench.close();
  });

  test('a store that cannot be read ends the start, with its reason', async () => {
    const store = new MemoryStore();
    store.load = () => Promise.reject(new Error('damaged'));
    const bench = new MemoryBench({ store });
    const peer = bench.peer();
    const listener = { listen: () => Promise.resolve([]), close: () => Promise.resolve() };
    await expect(bench.server.listen(listener)).rejects.toThrow('damaged');
    await expect(bench.server.ready).rejects.toThrow('damaged');
    await bench.settle();
    expect(peer.closed).toBe(true);
    await bench.close();
  });
});
