import type { QoS } from '@skua/codec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { BrokerOptionsInput } from '../src/options.ts';
import { RecordedJournal } from '../test-support/recorded-journal.ts';
import { text, type ScriptedClient } from '../test-support/scripted-client.ts';
import { World } from '../test-support/world.ts';

const DURABLE = { cleanStart: false, properties: { sessionExpiryInterval: 600 } } as const;

/** A broker whose journal is stored, and whose pages are given, when the test says so. */
class Paged {
  readonly journal: RecordedJournal = new RecordedJournal();
  readonly world: World;

  constructor(options: BrokerOptionsInput = {}, isPaged = true) {
    const queueReader = isPaged ? this.journal : undefined;
    this.world = new World(options, { journal: this.journal, queueReader });
  }

  /** Everything is stored and every page given. @returns how many pages. */
  settle(): number {
    const { journal, world } = this;
    for (let pages = 0, stored = -1; ;) {
      while (stored < journal.entries.length) {
        stored = journal.entries.length;
        world.broker.handleStored(stored, world.now);
      }
      const request = journal.requests.shift();
      if (request === undefined) return pages;
      world.broker.handleQueueRead(request, journal.page(request), world.now);
      world.check();
      pages++;
    }
  }

  /** The same broker after a crash, with all that was stored. */
  restarted(options: BrokerOptionsInput = {}): Paged {
    const after = new Paged(options);
    after.world.now = this.world.now;
    after.journal.entries.push(...this.journal.entries);
    const { journal, world } = after;
    const shift = journal.entries.length;
    const append = journal.append.bind(journal);
    journal.append = (entry, sequence) => append(entry, sequence + shift);
    const readQueue = journal.readQueue.bind(journal);
    journal.readQueue = (request) => readQueue(request);
    world.broker.restore(this.journal.stored(), world.now);
    return after;
  }

  connect(clientIdentifier: string, options: Parameters<ScriptedClient['connecting']>[0] = DURABLE): ScriptedClient {
    const client = this.world.client(clientIdentifier).connecting(options);
    this.settle();
    client.expect({ type: 'connack', reasonCode: 0 });
    return client;
  }

  subscribe(client: ScriptedClient, filter: string, qos: QoS = 1): void {
    const options = { qos, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    const subscriptions = [{ topicFilter: filter, ...options }];
    client.send({ type: 'subscribe', packetIdentifier: client.nextIdentifier(), subscriptions, properties: {} });
    this.settle();
    client.expect({ type: 'suback' });
  }

  publish(topicName: string, payload: string, fields: { qos?: QoS; messageExpiryInterval?: number } = {}): void {
    this.world.broker.publish({ topicName, payload: text(payload), qos: 1, ...fields }, this.world.now);
  }

  get queuedNow(): readonly number[] {
    const { queuedNow, queuedBytesNow } = this.world.broker.counters;
    return [queuedNow, queuedBytesNow];
  }
}

/** Takes and acknowledges everything that arrives until nothing more does. */
function drain(paged: Paged, client: ScriptedClient): string[] {
  const payloads: string[] = [];
  for (;;) {
    const packet = client.link.received[0];
    if (packet === undefined) {
      if (paged.settle() === 0 && client.link.received.length === 0) return payloads;
      continue;
    }
    if (packet.type === 'publish') payloads.push(new TextDecoder().decode(packet.payload));
    client.expect({ type: packet.type });
    if (packet.type === 'pubrel') client.acknowledge('pubcomp', packet.packetIdentifier);
    paged.settle();
  }
}

function range(from: number, end: number): string[] {
  return Array.from({ length: end - from }, (_, index) => String(from + index));
}

describe('a queue that only the journal has', () => {
  it('is counted, read in pages in order, and newer messages come behind it', () => {
    const paged = new Paged({ queuedInMemoryMessagesMax: 10, queuedMessagesMax: 1000, inflightMessagesMax: 5 });
    const bob = paged.connect('bob');
    paged.subscribe(bob, 'a');
    bob.lose();
    for (const payload of range(0, 95)) paged.publish('a', payload);
    expect(paged.queuedNow).toEqual([95, 10 + 2 * 85 + 95]);
    expect(paged.world.broker.listSessions().items).toMatchObject([{ queuedMessages: 95 }]);
    const again = paged.world.client('bob').connecting(DURABLE);
    paged.world.broker.handleStored(paged.journal.entries.length, paged.world.now);
    again.expect({ type: 'connack', sessionPresent: true });
    again.expectNothing(); // the page is on its way
    paged.publish('a', '95');
    paged.settle();
    expect(again.link.received).toHaveLength(5);
    for (const payload of range(96, 100)) paged.publish('a', payload);
    expect(drain(paged, again)).toEqual(range(0, 100));
    expect(paged.queuedNow).toEqual([0, 0]);
    paged.publish('a', 'at once');
    again.expectMessage('at once');
    expect(paged.journal.requests).toEqual([]);
  });

  it('goes back when the connection is lost, whatever was read ahead', () => {
    const paged = new Paged({ queuedInMemoryMessagesMax: 10, inflightMessagesMax: 2 });
    const bob = paged.connect('bob');
    paged.subscribe(bob, 'a');
    bob.lose();
    for (const payload of range(0, 30)) paged.publish('a', payload);
    const second = paged.connect('bob');
    second.expectMessage('0');
    second.lose();
    expect(paged.queuedNow[0]).toBe(27); // 1 and 2 are in flight
    const third = paged.world.client('bob').connecting(DURABLE);
    paged.world.broker.handleStored(paged.journal.entries.length, paged.world.now);
    expect(paged.journal.requests).toHaveLength(1);
    third.lose(); // with a page on its way, which nobody wants then
    paged.settle();
    expect(paged.queuedNow[0]).toBe(27);
    const fourth = paged.connect('bob');
    expect(drain(paged, fourth)).toEqual(range(1, 30));
    expect(paged.queuedNow).toEqual([0, 0]);
  });

  it('begins behind a window of messages in memory when a client is slow', () => {
    const paged = new Paged({ queuedInMemoryMessagesMax: 10, queuedInMemoryBytesMax: 1000, inflightMessagesMax: 1 });
    const bob = paged.connect('bob');
    paged.subscribe(bob, 'a');
    for (const payload of range(0, 50)) paged.publish('a', payload);
    expect(paged.journal.requests).toEqual([]);
    expect(drain(paged, bob)).toEqual(range(0, 50));
    for (const payload of range(0, 5)) paged.publish('a', payload + 'x'.repeat(600));
    expect(drain(paged, bob).map((payload) => payload.slice(0, 1))).toEqual(range(0, 5));
  });

  it('comes back after a restart as numbers, QoS 2 exchanges apart', () => {
    const paged = new Paged({ inflightMessagesMax: 3 });
    const bob = paged.connect('bob');
    paged.subscribe(bob, 'a', 2);
    bob.acknowledges = false;
    for (const [index, payload] of range(0, 20).entries())
      paged.publish('a', payload, { qos: index % 2 === 0 ? 1 : 2 });
    paged.settle();
    expect(bob.link.received).toHaveLength(3);
    const after = paged.restarted({ queuedInMemoryMessagesMax: 4 });
    expect(after.queuedNow).toEqual([19, 29 + 19]);
    const again = after.world.client('bob').connecting(DURABLE);
    after.settle();
    again.expect({ type: 'connack', sessionPresent: true });
    const received = drain(after, again);
    expect(received[0]).toBe('1'); // what was in flight comes first, with DUP
    const odd = (payload: string): boolean => Number(payload) % 2 === 1;
    expect(received.filter(odd)).toEqual(range(0, 20).filter(odd));
    expect(received.filter((one) => !odd(one))).toEqual(range(0, 20).filter((one) => !odd(one)));
    expect(after.queuedNow).toEqual([0, 0]);
    expect([...after.journal.stored().sessions]).toMatchObject([{ deliveries: [], queued: { messages: 0 } }]);
  });

  it('cannot be restored where nobody can read it', () => {
    const paged = new Paged();
    const bob = paged.connect('bob');
    paged.subscribe(bob, 'a');
    bob.lose();
    paged.publish('a', 'x');
    const other = new World({}, { journal: new RecordedJournal() });
    expect(() => other.broker.restore(paged.journal.stored(), other.now)).toThrow('bob');
  });

  it('stays in order in a session that becomes one of its connection only', () => {
    const paged = new Paged({ queuedInMemoryMessagesMax: 4 });
    const bob = paged.connect('bob');
    paged.subscribe(bob, 'a');
    bob.lose();
    for (const payload of range(0, 20)) paged.publish('a', payload);
    const again = paged.world.client('bob').connecting({ cleanStart: false });
    paged.publish('a', '20');
    paged.settle();
    again.expect({ type: 'connack' });
    for (const payload of range(21, 30)) paged.publish('a', payload);
    expect(drain(paged, again)).toEqual(range(0, 30));
    again.lose();
    paged.settle();
    expect([...paged.journal.stored().sessions]).toEqual([]);
  });
});

describe('the end of a session whose queue only the journal has', () => {
  it('counts what nobody else can get', () => {
    const paged = new Paged();
    const bob = paged.connect('bob');
    paged.subscribe(bob, 'a');
    bob.lose();
    for (const payload of range(0, 20)) paged.publish('a', payload);
    paged.world.advance(600_000);
    expect(paged.world.broker.counters.dropped.sessionEnded).toBe(20);
    expect(paged.queuedNow).toEqual([0, 0]);
    expect(paged.journal.requests).toEqual([]);
  });

  for (const crashes of [false, true]) {
    it(`gives messages of shared subscriptions to other members${crashes ? ', also after a crash' : ''} [U-4.8.2-4]`, () => {
      const options = { queuedInMemoryMessagesMax: 4 };
      let paged = new Paged(options);
      let bob = paged.connect('bob');
      paged.subscribe(bob, '$share/g/a');
      paged.subscribe(bob, 'b');
      bob.lose();
      for (const payload of range(0, 10)) {
        paged.publish('a', payload);
        paged.publish('b', payload);
      }
      const eve = paged.connect('eve');
      paged.subscribe(eve, '$share/g/a');
      bob = paged.world.client('bob').connecting({ ...DURABLE, cleanStart: true });
      if (crashes) {
        const request = paged.journal.requests.shift()!;
        paged.world.broker.handleQueueRead(request, paged.journal.page(request), paged.world.now);
        paged = paged.restarted(options);
        paged.world.advance(1);
        const again = paged.world.client('eve').connecting(DURABLE);
        paged.settle();
        again.expect({ type: 'connack', sessionPresent: true });
        expect(drain(paged, again)).toEqual(range(0, 10));
      } else {
        paged.settle();
        bob.expect({ type: 'connack', sessionPresent: false });
        expect(drain(paged, eve)).toEqual(range(0, 10));
        expect(paged.world.broker.counters.dropped.sessionEnded).toBe(10);
        expect(paged.world.eventsOf('messageDropped')[0]).toMatchObject({ clientIdentifier: 'bob', topicName: 'b' });
      }
      const sessions = [...paged.journal.stored().sessions].map(({ clientIdentifier }) => clientIdentifier);
      expect(sessions.toSorted()).toEqual(['bob', 'eve']);
    });
  }
});

describe('a full queue that only the journal has', () => {
  function filled(options: BrokerOptionsInput): Paged {
    const paged = new Paged({ queuedMessagesMax: 10, ...options });
    const bob = paged.connect('bob');
    paged.subscribe(bob, 'a');
    bob.lose();
    return paged;
  }

  it('searches for messages that have expired', () => {
    const paged = filled({ queuedInMemoryMessagesMax: 3 });
    for (const [index, payload] of range(0, 10).entries()) {
      paged.publish('a', payload, index % 3 === 1 ? { messageExpiryInterval: 5 } : {});
    }
    paged.publish('a', 'too many');
    expect(paged.world.broker.counters.dropped).toMatchObject({ queueFull: 1, expired: 0 });
    expect(paged.journal.requests).toEqual([]);
    paged.world.advance(5000);
    paged.publish('a', 'finds it full');
    paged.settle();
    expect(paged.world.broker.counters.dropped).toMatchObject({ queueFull: 2, expired: 3 });
    paged.publish('a', '10');
    paged.publish('a', '11');
    paged.publish('a', '12');
    paged.publish('a', 'too many');
    expect(paged.journal.requests).toEqual([]); // nothing is left that expires
    const bob = paged.connect('bob');
    expect(drain(paged, bob)).toEqual(['0', '2', '3', '5', '6', '8', '9', '10', '11', '12']);
    expect(paged.queuedNow).toEqual([0, 0]);
  });

  it('reads its oldest to displace them, and takes newer ones meanwhile, up to twice the limit', () => {
    const paged = filled({ queueOverflow: 'dropOldest' });
    for (const payload of range(0, 30)) paged.publish('a', payload);
    expect(paged.world.broker.counters.dropped).toMatchObject({ queueFull: 10, displaced: 0 });
    expect(paged.queuedNow[0]).toBe(20);
    paged.settle();
    expect(paged.queuedNow[0]).toBe(10);
    for (const payload of range(30, 35)) paged.publish('a', payload);
    expect(paged.queuedNow[0]).toBe(10);
    const bob = paged.connect('bob');
    expect(drain(paged, bob)).toEqual([...range(15, 20), ...range(30, 35)]);
  });
});

interface Step {
  readonly type: 'publish' | 'come' | 'go' | 'acknowledge' | 'wait';
  readonly topic: string;
  readonly size: number;
  readonly count: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  type: fc.constantFrom('publish', 'publish', 'publish', 'publish', 'come', 'go', 'acknowledge', 'wait'),
  topic: fc.constantFrom('a', 'b', 'c'),
  size: fc.nat(9),
  count: fc.integer({ min: 1, max: 6 }),
});

describe('beside a queue in memory', () => {
  const settings = fc.record({
    inflightMessagesMax: fc.integer({ min: 1, max: 4 }),
    queuedMessagesMax: fc.integer({ min: 1, max: 12 }),
    queuedBytesMax: fc.constantFrom(20, 1000),
    queuedInMemoryMessagesMax: fc.integer({ min: 1, max: 5 }),
    queuedInMemoryBytesMax: fc.constantFrom(1, 10, 1000),
    queueOverflow: fc.constantFrom<'dropNewest' | 'dropOldest' | 'keepLastPerTopic'>(
      'dropNewest',
      'dropOldest',
      'keepLastPerTopic',
    ),
  });

  /** What bob's connections see of a script, and what the broker counts. */
  function run(options: BrokerOptionsInput, qos: 1 | 2, steps: readonly Step[], isPaged: boolean): readonly unknown[] {
    const paged = new Paged(options, isPaged);
    let bob: ScriptedClient | undefined = paged.connect('bob');
    bob.acknowledges = false;
    paged.subscribe(bob, '#', 2);
    const seen: unknown[] = [];
    let published = 0;
    for (const { type, topic, size, count } of steps) {
      if (type === 'publish') {
        for (let index = 0; index < count; index++) {
          published += 1;
          paged.publish(topic, String(published).padEnd(size, '.'), { qos });
          paged.settle();
        }
      } else if (type === 'come' && bob === undefined) {
        bob = paged.world.client('bob').connecting(DURABLE);
        bob.acknowledges = false;
      } else if (type === 'go') {
        bob?.lose();
        bob = undefined;
      } else if (type === 'acknowledge' && bob !== undefined) {
        bob.acknowledges = true;
        for (let index = 0; index < count && bob.link.received.length > 0; index++) {
          const packet = bob.link.received[0]!;
          bob.expect({ type: packet.type });
          if (packet.type === 'pubrel') bob.acknowledge('pubcomp', packet.packetIdentifier);
          paged.settle();
        }
        bob.acknowledges = false;
      }
      paged.settle();
      seen.push(bob?.link.received.map((packet) => [packet.type, 'payload' in packet && [...packet.payload]]));
      seen.push({ ...paged.world.broker.counters.dropped }, paged.queuedNow);
    }
    return seen;
  }

  it('sends, drops and counts the same', () => {
    fc.assert(
      fc.property(settings, fc.constantFrom<1 | 2>(1, 2), fc.array(step, { maxLength: 40 }), (options, qos, steps) => {
        expect(run(options, qos, steps, true)).toEqual(run(options, qos, steps, false));
      }),
      { numRuns: 300 },
    );
  });
});
