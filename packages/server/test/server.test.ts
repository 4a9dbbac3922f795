import { createTransportPair } from '@skua/transport';
import { describe, expect, test, vi } from 'vitest';
import { MemoryBench, text } from './memory-bench.ts';
import { connect, publish, subscribe } from './packets.ts';

describe('messages', () => {
  for (const chunkBytes of [Number.POSITIVE_INFINITY, 3, 1]) {
    test(`flow from client to client at every QoS, in chunks of ${chunkBytes}`, async () => {
      const bench = new MemoryBench();
      bench.chunkBytes = chunkBytes;
      const receiver = await bench.connected('receiver');
      const sender = await bench.connected('sender', { protocolVersion: 4 });
      receiver.send(subscribe('a/+', 2));
      await bench.settle();
      expect(receiver.take('suback').reasonCodes).toEqual([2]);
      sender.send(
        publish('a/0', 'zero'),
        publish('a/1', 'one', { qos: 1, packetIdentifier: 1 }),
        publish('a/2', 'two', { qos: 2, packetIdentifier: 2 }),
      );
      await bench.settle();
      expect(receiver.received.map((packet) => (packet.type === 'publish' ? text(packet.payload) : ''))).toEqual([
        'zero',
        'one',
        'two',
      ]);
      expect(sender.types).toEqual(['puback', 'pubrec']);
      await bench.close();
    });
  }

  test('everything of a turn reaches a receiver in one write, a packet never in two', async () => {
    const bench = new MemoryBench();
    const receiver = await bench.connected('receiver');
    receiver.send(subscribe('#'));
    await bench.settle();
    receiver.received.length = 0;
    const senders = [];
    for (let index = 0; index < 5; index += 1) senders.push(await bench.connected(`sender ${index}`));
    const writeMany = vi.spyOn(receiver.remote, 'writeMany');
    for (const sender of senders)
      for (let count = 0; count < 200; count += 1) sender.send(publish('t', 'x'.repeat(64)));
    bench.deliverToServer();
    expect(writeMany).not.toHaveBeenCalled();
    bench.endTurn();
    expect(writeMany).toHaveBeenCalledTimes(1);
    await bench.settle();
    expect(receiver.received).toHaveLength(1000);
    await bench.close();
  });

  test('large payloads arrive unharmed between small ones, for every receiver', async () => {
    const bench = new MemoryBench();
    const receivers = [await bench.connected('r1'), await bench.connected('r2', { protocolVersion: 4 })];
    for (const receiver of receivers) receiver.send(subscribe('#', 1));
    await bench.settle();
    const sender = await bench.connected('sender');
    const sizes = [1, 5000, 70_000, 3, 300_000, 4096, 4097];
    const payloads = sizes.map((size, index) => new Uint8Array(size).fill(index + 1));
    for (const [index, payload] of payloads.entries()) {
      sender.send(publish('big', payload, { qos: 1, packetIdentifier: index + 1 }));
    }
    await bench.settle();
    for (const receiver of receivers) {
      receiver.take('suback');
      for (const payload of payloads) expect(Buffer.compare(receiver.take('publish').payload, payload)).toBe(0);
    }
    expect(bench.server.memory.usedBytes).toBe(0);
    await bench.close();
  });
});

describe('isolation', () => {
  test('a reader that stopped costs a bounded amount of memory, and nobody else anything', async () => {
    const bench = new MemoryBench({ limits: { outputBytesMax: 100_000 } });
    const slow = await bench.connected('slow');
    const quick = await bench.connected('quick');
    for (const receiver of [slow, quick]) receiver.send(subscribe('#'));
    await bench.settle();
    quick.received.length = 0;
    slow.reads = false;
    const sender = await bench.connected('sender');
    const payload = 'x'.repeat(1000);
    for (let round = 0; round < 100; round += 1) {
      for (let count = 0; count < 20; count += 1) sender.send(publish('t', payload));
      await bench.settle();
      const waiting = slow.remote.pendingBytes + bench.server.memory.usedBytes;
      expect(waiting).toBeLessThan(100_000 + 65_536 * 2);
    }
    expect(quick.received).toHaveLength(2000);
    expect(bench.server.broker.counters.dropped.congested).toBeGreaterThan(1500);
    slow.reads = true;
    await bench.settle();
    slow.received.length = 0;
    sender.send(publish('t', 'after'));
    await bench.settle();
    expect(text(slow.take('publish').payload)).toBe('after');
    await bench.close();
  });

  test('a peer that only sends is not read any more when its answers pile up', async () => {
    const bench = new MemoryBench({ limits: { outputBytesMax: 10_000 } });
    const peer = await bench.connected('pinger');
    peer.reads = false;
    const pause = vi.spyOn(peer.remote, 'pause');
    const resume = vi.spyOn(peer.remote, 'resume');
    bench.chunkBytes = 1000;
    for (let count = 0; count < 100_000; count += 1) peer.send({ type: 'pingreq' });
    await bench.settle();
    expect(pause.mock.calls.length).toBe(resume.mock.calls.length + 1);
    expect(peer.remote.pendingBytes + bench.server.memory.usedBytes).toBeLessThan(150_000);
    expect(peer.local.pendingBytes).toBeGreaterThan(0);
    peer.reads = true;
    await bench.settle();
    expect(pause.mock.calls.length).toBe(resume.mock.calls.length);
    expect(peer.received).toHaveLength(100_000);
    await bench.close();
  });

  test('a fault of ours ends one connection and is reported', async () => {
    const bench = new MemoryBench();
    const peer = await bench.connected('unlucky');
    const other = await bench.connected('other');
    const fault = new Error('a fault');
    vi.spyOn(bench.server.broker, 'handleBytes').mockImplementationOnce(() => {
      throw fault;
    });
    peer.send({ type: 'pingreq' });
    await bench.settle();
    expect(bench.eventsOf('internalError')).toEqual([{ type: 'internalError', error: fault }]);
    expect(peer.closed).toBe(true);
    other.send({ type: 'pingreq' });
    await bench.settle();
    other.take('pingresp');
    await bench.close();
  });
});

describe('memory', () => {
  test('an idle connection owns no output memory', async () => {
    const bench = new MemoryBench();
    for (let index = 0; index < 50; index += 1) await bench.connected(`client ${index}`);
    expect(bench.server.memory.usedBytes).toBe(0);
    await bench.close();
  });
});

describe('time', () => {
  test('a peer that does not send CONNECT, or nothing for one and a half Keep Alive, is closed', async () => {
    const bench = new MemoryBench({ broker: { connectTimeoutMs: 10_000 } });
    const silent = bench.peer();
    const alive = await bench.connected('alive', { keepAlive: 10 });
    const mute = await bench.connected('mute', { keepAlive: 10 });
    await bench.advance(9000);
    expect(silent.ended || silent.closed).toBe(false);
    alive.send({ type: 'pingreq' });
    await bench.settle();
    await bench.advance(2000);
    expect(silent.ended || silent.closed).toBe(true);
    expect(mute.ended || mute.closed).toBe(false);
    await bench.advance(6000);
    expect(mute.ended || mute.closed).toBe(true);
    expect(mute.take('disconnect').reasonCode).toBe(0x8d);
    expect(alive.ended || alive.closed).toBe(false);
    await bench.close();
  });

  test('there is one timer, and none when nothing is due', async () => {
    const bench = new MemoryBench();
    await bench.settle();
    expect(bench.clock.timers).toBe(0);
    for (let index = 0; index < 20; index += 1) await bench.connected(`client ${index}`, { keepAlive: 30 + index });
    expect(bench.clock.timers).toBe(1);
    await bench.close();
    expect(bench.clock.timers).toBe(0);
  });
});

describe('the end of a connection', () => {
  test('a peer that has half-closed still gets its answers', async () => {
    const bench = new MemoryBench();
    const peer = await bench.connected('brief');
    peer.send(publish('t', 'last', { qos: 1, packetIdentifier: 7 }));
    peer.local.end();
    const write = vi.spyOn(peer.remote, 'write');
    const end = vi.spyOn(peer.remote, 'end');
    await bench.settle();
    expect(write.mock.calls.map(([bytes]) => bytes[0])).toEqual([0x40]);
    expect(end.mock.invocationCallOrder[0]).toBeGreaterThan(write.mock.invocationCallOrder[0] ?? 0);
    expect(peer.closed).toBe(true);
    expect(bench.server.broker.counters.connectionsNow).toBe(0);
    await bench.close();
  });

  test('a peer that has half-closed is gone for the broker, although its transport lingers', async () => {
    const bench = new MemoryBench();
    const witness = await bench.connected('witness');
    witness.send(subscribe('wills'));
    const peer = await bench.connected('leaving', {
      will: { topicName: 'wills', payload: Uint8Array.of(33), qos: 0, retain: false, properties: {} },
    });
    await bench.settle();
    witness.take('suback');
    peer.reads = false;
    peer.local.end();
    await bench.settle();
    expect(peer.remote.closed).toBe(false);
    expect(text(witness.take('publish').payload)).toBe('!');
    peer.reads = true;
    await bench.close();
  });

  test('a DISCONNECT of the broker arrives before the end', async () => {
    const bench = new MemoryBench();
    const first = await bench.connected('same');
    const second = await bench.connected('same');
    expect(first.take('disconnect').reasonCode).toBe(0x8e);
    expect(first.ended).toBe(true);
    second.send({ type: 'pingreq' });
    await bench.settle();
    second.take('pingresp');
    await bench.close();
  });

  test('a cut is a network error: the will is published', async () => {
    const bench = new MemoryBench();
    const witness = await bench.connected('witness');
    witness.send(subscribe('wills'));
    const peer = await bench.connected('dying', {
      will: { topicName: 'wills', payload: Uint8Array.of(33), qos: 0, retain: false, properties: {} },
    });
    await bench.settle();
    witness.take('suback');
    peer.local.cut(new Error('cable'));
    await bench.settle();
    expect(text(witness.take('publish').payload)).toBe('!');
    await bench.close();
  });
});

describe('close', () => {
  test('tells 5.0 clients why, flushes, and leaves nothing', async () => {
    const bench = new MemoryBench();
    const modern = await bench.connected('modern', { keepAlive: 60 });
    const older = await bench.connected('older', { protocolVersion: 4 });
    older.send(subscribe('t'));
    await bench.settle();
    older.take('suback');
    bench.server.publish({ topicName: 't', payload: Uint8Array.of(1) });
    await bench.close();
    expect(modern.take('disconnect').reasonCode).toBe(0x8b);
    expect(older.types).toEqual(['publish']);
    expect([modern.closed, older.closed]).toEqual([true, true]);
    expect(bench.clock.timers).toBe(0);
    expect(bench.server.memory.usedBytes).toBe(0);
    const [, remote] = createTransportPair();
    bench.server.accept(remote);
    remote.deliver();
    expect(remote.closed).toBe(true);
    const listener = { listen: () => Promise.resolve([]), close: () => Promise.resolve() };
    await expect(bench.server.listen(listener)).rejects.toThrow('closed');
    expect(bench.server.close()).toBe(bench.server.close());
  });

  test('does not wait for ever for a peer that stays', async () => {
    const bench = new MemoryBench({ limits: { closeTimeoutMs: 5000 } });
    const peer = await bench.connected('stubborn');
    let closed = false;
    const closing = bench.server.close().then(() => (closed = true));
    await bench.settle();
    expect(peer.ended).toBe(true);
    expect(closed).toBe(false);
    bench.clock.advance(5000);
    await bench.settle();
    await closing;
    expect(peer.closed).toBe(true);
  });

  test('closes listeners, also one that is named', async () => {
    const bench = new MemoryBench();
    const calls: string[] = [];
    const addresses = await bench.server.listen(
      {
        listen: (accept, onProblem) => {
          const [local, remote] = createTransportPair();
          void local;
          accept(remote);
          onProblem?.(new Error('trouble'));
          return Promise.resolve([]);
        },
        close: () => {
          calls.push('closed');
          return Promise.resolve();
        },
      },
      { name: 'front' },
    );
    await bench.settle();
    expect(addresses).toEqual([]);
    expect(bench.eventsOf('listenerProblem')).toMatchObject([{ listener: 'front', error: { message: 'trouble' } }]);
    await bench.advance(20_000);
    const closing = bench.server.close();
    await bench.settle();
    bench.clock.advance(5000);
    await bench.settle();
    await closing;
    expect(calls).toEqual(['closed']);
    expect(bench.eventsOf('connectRefused')).toMatchObject([{ listener: 'front' }]);
  });
});

test('anonymous clients are refused where the listener says so', async () => {
  const bench = new MemoryBench();
  const peer = bench.peer(5, { anonymousAllowed: false });
  peer.send(connect());
  await bench.settle();
  expect(peer.take('connack').reasonCode).toBe(0x87);
  await bench.close();
});
