import type { JournalEntry } from '@skua/broker';
import { MemoryStore } from '@skua/store';
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
