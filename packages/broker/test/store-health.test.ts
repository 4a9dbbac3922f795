import { ReasonCode } from '@skua/codec';
import { describe, expect, it } from 'vitest';

import type { BrokerOptionsInput } from '../src/options.ts';
import { RecordedJournal } from '../test-support/recorded-journal.ts';
import type { ScriptedClient } from '../test-support/scripted-client.ts';
import { World } from '../test-support/world.ts';

const DURABLE = { cleanStart: false, properties: { sessionExpiryInterval: 600 } } as const;

interface Setting {
  readonly world: World;
  readonly journal: RecordedJournal;
  readonly store: () => void;
  /** Subscribed to `kept` with a durable session, to `fleeting` without. */
  readonly keeper: ScriptedClient;
  readonly fleeting: ScriptedClient;
}

function setUp(options: BrokerOptionsInput = {}): Setting {
  const journal = new RecordedJournal();
  const world = new World(options, { journal, queueReader: journal });
  const store = (): void => world.broker.handleStored(journal.entries.length, world.now);
  const keeper = world.client('keeper').connecting(DURABLE);
  store();
  keeper.expect({ type: 'connack' });
  subscribe(keeper, 'kept');
  store();
  keeper.expect({ type: 'suback' });
  const fleeting = world.client('fleeting');
  fleeting.connect();
  fleeting.subscribe('fleeting');
  return { world, journal, store, keeper, fleeting };
}

function subscribe(client: ScriptedClient, topicFilter: string): void {
  const options = { qos: 2, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
  const subscriptions = [{ topicFilter, ...options }];
  client.send({ type: 'subscribe', packetIdentifier: client.nextIdentifier(), subscriptions, properties: {} });
}

describe('while the store takes nothing', () => {
  for (const qos of [1, 2] as const) {
    it(`QoS ${qos} messages that it would have to keep wait with their connection's input`, () => {
      const { world, journal, store, keeper, fleeting } = setUp();
      const alice = world.client('alice');
      alice.connect();
      const before = journal.entries.length;
      world.broker.handleStoreHealth(false, world.now);
      alice.deliver('fleeting', 'goes on', { qos });
      fleeting.expectMessage('goes on');
      alice.publish('kept', 'at most once');
      keeper.expectMessage('at most once');
      const packetIdentifier = alice.publish('kept', 'waits', { qos });
      alice.publish('kept', 'waits behind it', { qos });
      alice.send({ type: 'pingreq' });
      alice.expectNothing();
      expect(alice.link.paused).toBe(true);
      expect(journal.entries).toHaveLength(before);
      world.advance(1_000_000);
      alice.expectOpen();

      world.broker.handleStoreHealth(true, world.now);
      expect(alice.link.paused).toBe(false);
      alice.expect({ type: 'pingresp' });
      alice.expectNothing();
      store();
      alice.expect({ type: qos === 1 ? 'puback' : 'pubrec', packetIdentifier, reasonCode: 0 });
      alice.expect({ type: qos === 1 ? 'puback' : 'pubrec' });
      keeper.acknowledges = false;
      keeper.expectMessage('waits');
      keeper.expectMessage('waits behind it');
      keeper.expectNothing();
    });
  }

  it('they are refused with 0x97 if the operator wants it so, where the version can say that', () => {
    const { world, journal, store, keeper } = setUp({ publishWhileStoreUnwell: 'refuse' });
    const [alice, older] = [world.client('alice'), world.client('older', 4)];
    alice.connect();
    older.connect();
    const before = journal.entries.length;
    world.broker.handleStoreHealth(false, world.now);
    expect(alice.deliver('kept', 'x', { qos: 1 })).toBe(ReasonCode.QuotaExceeded);
    expect(alice.deliver('kept', 'x', { qos: 2 })).toBe(ReasonCode.QuotaExceeded);
    expect(alice.deliver('nobody', 'x', { qos: 1, retain: true })).toBe(ReasonCode.QuotaExceeded);
    expect(alice.deliver('nobody', 'x', { qos: 1 })).toBe(ReasonCode.NoMatchingSubscribers);
    older.publish('kept', 'y', { qos: 1 });
    older.expectNothing();
    expect(journal.entries).toHaveLength(before);
    keeper.expectNothing();
    world.broker.handleStoreHealth(true, world.now);
    keeper.expectMessage('y');
    store();
    older.expect({ type: 'puback' });
    expect(alice.publish('kept', 'z', { qos: 1 })).toBeGreaterThan(0);
    keeper.expectMessage('z');
  });

  it('a QoS 2 message that waited when its connection was lost is a new one on the next', () => {
    const { world, store, keeper } = setUp();
    const alice = world.client('alice').connecting(DURABLE);
    store();
    alice.expect({ type: 'connack' });
    world.broker.handleStoreHealth(false, world.now);
    const packetIdentifier = alice.publish('kept', 'x', { qos: 2 });
    alice.lose();
    world.broker.handleStoreHealth(true, world.now);
    keeper.expectNothing();
    const again = world.client('alice').connecting(DURABLE);
    store();
    again.expect({ type: 'connack', sessionPresent: true });
    again.publish('kept', 'x', { qos: 2, packetIdentifier, dup: true });
    store();
    again.expect({ type: 'pubrec', packetIdentifier });
    keeper.expectMessage('x');
  });

  it('a QoS 2 message whose refusal waits behind other promises is a new one on the next connection', () => {
    const { world, store, keeper } = setUp({ publishWhileStoreUnwell: 'refuse' });
    const alice = world.client('alice').connecting(DURABLE);
    store();
    alice.expect({ type: 'connack' });
    alice.publish('kept', 'x', { qos: 1 });
    world.broker.handleStoreHealth(false, world.now);
    const packetIdentifier = alice.publish('kept', 'y', { qos: 2 });
    alice.expectNothing().lose();
    world.broker.handleStoreHealth(true, world.now);
    const again = world.client('alice').connecting(DURABLE);
    store();
    again.expect({ type: 'connack', sessionPresent: true });
    again.publish('kept', 'y', { qos: 2, packetIdentifier, dup: true });
    store();
    again.expect({ type: 'pubrec', packetIdentifier, reasonCode: 0 });
    keeper.expectMessage('x');
    keeper.expectMessage('y');
  });

  it('sessions that it would have to keep are refused, the present ones and others are not', () => {
    const { world, keeper } = setUp();
    world.broker.handleStoreHealth(false, world.now);
    for (const version of [4, 5] as const) {
      const client = world
        .client('new', version)
        .connecting({ ...DURABLE, properties: version === 5 ? DURABLE.properties : {} });
      client.expect({ type: 'connack', reasonCode: ReasonCode.ServerUnavailable });
      client.expectClosed();
      world.client(`plain ${version}`, version).connect();
    }
    const takeover = world.client('keeper').connecting({ cleanStart: true });
    takeover.expect({ type: 'connack', reasonCode: ReasonCode.ServerUnavailable });
    keeper.expectOpen();
    world.broker.handleStoreHealth(true, world.now);
    expect(world.broker.listSessions().items.map(({ clientIdentifier }) => clientIdentifier)).toContain('keeper');
  });
});

describe('relaxed acknowledgements', () => {
  it('leave at once on a listener that says so', () => {
    const { world, journal, keeper } = setUp();
    const alice = world.client('alice');
    alice.connect({ ...DURABLE, info: { acknowledgement: 'relaxed' } });
    alice.subscribe('own');
    expect(alice.deliver('kept', 'x', { qos: 1 })).toBe(0);
    expect(alice.deliver('kept', 'y', { qos: 2 })).toBe(0);
    expect(journal.entries.length).toBeGreaterThan(0);
    keeper.expectMessage('x');
    // The receiver is on another listener: its QoS 2 message waits.
    keeper.expectNothing();
    const { heldPromises, awaitedSequence } = world.broker;
    expect([heldPromises, awaitedSequence > 0]).toEqual([1, true]);
  });

  it('leave at once for every connection, except on a listener that says otherwise', () => {
    const { world } = setUp();
    const relaxed = new World({ acknowledgement: 'relaxed' }, { journal: new RecordedJournal() });
    relaxed.client('alice').connect(DURABLE);
    const careful = relaxed.client('careful').connecting({ ...DURABLE, info: { acknowledgement: 'durable' } });
    careful.expectNothing();
    expect(relaxed.broker.heldPromises).toBe(1);
    expect(world.broker.heldPromises).toBe(0);
  });

  it('leave at once for messages on some topics, behind others of the same connection', () => {
    const { world, store, keeper } = setUp({ relaxedTopicFilters: ['fast/#', 'also/+'] });
    subscribe(keeper, '#');
    store();
    keeper.expect({ type: 'suback' });
    const alice = world.client('alice');
    alice.connect();
    for (const topicName of ['fast', 'fast/1', 'fast/1', 'also/1'])
      expect(alice.deliver(topicName, 'x', { qos: 1 })).toBe(0);
    const packetIdentifier = alice.publish('fast/2', 'x', { qos: 2 });
    alice.expect({ type: 'pubrec', packetIdentifier });
    expect(keeper.link.received.map(({ type }) => type)).toEqual(Array.from({ length: 5 }, () => 'publish'));
    const careful = alice.publish('kept', 'x', { qos: 1 });
    const behind = alice.publish('fast/1', 'x', { qos: 1 });
    alice.expectNothing();
    store();
    alice.expect({ type: 'puback', packetIdentifier: careful });
    alice.expect({ type: 'puback', packetIdentifier: behind });
  });
});
