import { describe, expect, it } from 'vitest';

import { RecordedJournal } from '../test-support/recorded-journal.ts';
import { text } from '../test-support/scripted-client.ts';
import { World } from '../test-support/world.ts';

const DURABLE = { properties: { sessionExpiryInterval: 600 } };

function journalled(): { world: World; journal: RecordedJournal; store: () => void } {
  const journal = new RecordedJournal();
  const world = new World({}, { journal });
  const store = (): void => world.broker.handleStored(journal.entries.length, world.now);
  return { world, journal, store };
}

describe('the journal gate', () => {
  it('is not touched by sessions that end with their connection', () => {
    const { world, journal } = journalled();
    const alice = world.client('alice');
    alice.connect();
    const bob = world.client('bob');
    bob.connect();
    bob.subscribe('a');
    expect(alice.deliver('a', 'x', { qos: 1 })).toBe(0);
    expect(alice.deliver('a', 'y', { qos: 2 })).toBe(0);
    bob.expectMessage('x');
    bob.expectMessage('y');
    alice.disconnect();
    expect(journal.entries).toEqual([]);
  });

  it('holds CONNACK, and everything after it, until the session is stored [MQTT-3.2.0-1]', () => {
    const { world, journal, store } = journalled();
    const bob = world.client('bob').connecting(DURABLE);
    expect(journal.typesSince(0)).toEqual(['sessionOpened']);
    expect(bob.connection?.state).toBe('accepting');
    bob.send({ type: 'pingreq' });
    bob.expectNothing();
    expect(bob.link.paused).toBe(true);
    store();
    bob.expect({ type: 'connack', reasonCode: 0 });
    bob.expect({ type: 'pingresp' });
    expect(bob.link.paused).toBe(false);
  });

  it('holds SUBACK and UNSUBACK until the subscription is stored', () => {
    const { world, journal, store } = journalled();
    const bob = world.client('bob').connecting(DURABLE);
    store();
    bob.expect({ type: 'connack' });
    const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    const subscriptions = [{ topicFilter: 'a', ...options }];
    bob.send({ type: 'subscribe', packetIdentifier: 1, subscriptions, properties: {} });
    bob.expectNothing();
    store();
    bob.expect({ type: 'suback', packetIdentifier: 1 });
    bob.send({ type: 'unsubscribe', packetIdentifier: 2, topicFilters: ['a'], properties: {} });
    bob.expectNothing();
    expect(journal.typesSince(1)).toEqual(['subscribed', 'unsubscribed']);
    store();
    bob.expect({ type: 'unsuback', packetIdentifier: 2 });
    bob.send({ type: 'unsubscribe', packetIdentifier: 3, topicFilters: ['a'], properties: {} });
    bob.expect({ type: 'unsuback', packetIdentifier: 3 }); // nothing to store
  });

  it('holds PUBACK until the message is stored for its receivers, once for all of them [MQTT-4.3.2-4]', () => {
    const { world, journal, store } = journalled();
    const [first, second] = ['first', 'second'].map((name) => world.client(name).connecting(DURABLE));
    store();
    for (const client of [first, second]) {
      client?.expect({ type: 'connack' });
      client?.send({
        type: 'subscribe',
        packetIdentifier: 1,
        subscriptions: [{ topicFilter: 'a', qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
        properties: {},
      });
    }
    store();
    const before = journal.entries.length;
    const alice = world.client('alice');
    alice.connect();
    const packetIdentifier = alice.publish('a', 'x', { qos: 1 });
    alice.expectNothing();
    expect(journal.typesSince(before)).toEqual(['messageStored', 'deliveryQueued', 'deliveryQueued']);
    world.broker.handleStored(before + 2, world.now);
    alice.expectNothing();
    store();
    alice.expect({ type: 'puback', packetIdentifier, reasonCode: 0 });
  });

  it('keeps the order of acknowledgements, also of those that need not wait [MQTT-4.6.0-2]', () => {
    const { world, store } = journalled();
    const alice = world.client('alice');
    alice.connect();
    alice.publish('a', 'kept', { qos: 1, retain: true, packetIdentifier: 1 });
    alice.publish('b', 'free', { qos: 1, packetIdentifier: 2 });
    alice.publish('c', 'free', { qos: 2, packetIdentifier: 3 });
    alice.send({ type: 'pingreq' }).expect({ type: 'pingresp' }); // promises nothing
    alice.expectNothing();
    store();
    alice.expect({ type: 'puback', packetIdentifier: 1 });
    alice.expect({ type: 'puback', packetIdentifier: 2 });
    alice.expect({ type: 'pubrec', packetIdentifier: 3 });
  });

  it('makes a repeated PUBREC wait behind the first', () => {
    const { world, store } = journalled();
    const alice = world.client('alice').connecting(DURABLE);
    store();
    alice.expect({ type: 'connack' });
    alice.publish('a', 'x', { qos: 2, packetIdentifier: 1 });
    alice.publish('a', 'x', { qos: 2, packetIdentifier: 1, dup: true });
    alice.expectNothing();
    store();
    alice.expect({ type: 'pubrec', packetIdentifier: 1 });
    alice.expect({ type: 'pubrec', packetIdentifier: 1 });
    alice.acknowledge('pubrel', 1).expectNothing();
    store();
    alice.expect({ type: 'pubcomp', packetIdentifier: 1 });
  });

  it('holds a QoS 2 PUBLISH until its identifier is stored, and PUBREL until PUBREC is', () => {
    const { world, journal, store } = journalled();
    const bob = world.client('bob').connecting(DURABLE);
    bob.acknowledges = false;
    store();
    bob.expect({ type: 'connack' });
    bob.send({
      type: 'subscribe',
      packetIdentifier: 1,
      subscriptions: [{ topicFilter: 'a', qos: 2, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
      properties: {},
    });
    store();
    bob.expect({ type: 'suback' });
    const before = journal.entries.length;
    world.broker.publish({ topicName: 'a', payload: text('one'), qos: 1 }, world.now);
    bob.expectMessage('one'); // a promise of nothing
    world.broker.publish({ topicName: 'a', payload: text('two'), qos: 2 }, world.now);
    bob.expectNothing();
    store();
    const { packetIdentifier } = bob.expectMessage('two', { dup: false });
    bob.acknowledge('pubrec', packetIdentifier).expectNothing();
    store();
    bob.expect({ type: 'pubrel', packetIdentifier });
    bob.acknowledge('pubcomp', packetIdentifier);
    expect(journal.typesSince(before)).toEqual([
      'messageStored',
      'deliveryQueued',
      'messageStored',
      'deliveryQueued',
      'deliverySent',
      'deliveryReceived',
      'deliveryFinished',
    ]);
  });

  it('drops what it holds for a connection that is gone, and sends again on the next one', () => {
    const { world, store } = journalled();
    const bob = world.client('bob').connecting(DURABLE);
    store();
    bob.expect({ type: 'connack' });
    bob.send({
      type: 'subscribe',
      packetIdentifier: 1,
      subscriptions: [{ topicFilter: 'a', qos: 2, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
      properties: {},
    });
    world.broker.publish({ topicName: 'a', payload: text('x'), qos: 2 }, world.now);
    bob.lose();
    bob.connecting({ cleanStart: false, ...DURABLE });
    store();
    bob.expect({ type: 'connack', sessionPresent: true });
    bob.expectMessage('x');
    bob.expectNothing();
  });

  it('does not read from a connection for which it holds too much', () => {
    const journal = new RecordedJournal();
    const world = new World({ heldAcknowledgementsMax: 3 }, { journal });
    const alice = world.client('alice');
    alice.connect({ keepAlive: 10 });
    for (let count = 1; count <= 5; count++) alice.publish('a', 'x', { qos: 1, retain: true });
    expect(journal.entries).toHaveLength(3);
    expect(alice.link.paused).toBe(true);
    world.advance(100_000); // and does not blame it for its silence
    alice.expectOpen();
    world.broker.handleStored(3, world.now);
    expect(journal.entries).toHaveLength(5);
    world.broker.handleStored(5, world.now);
    expect(alice.link.received).toHaveLength(5);
    expect(alice.link.paused).toBe(false);
  });

  it('stays shut when the sink throws, and says so', () => {
    const world = new World(
      {},
      {
        journal: {
          append() {
            throw new Error('disk');
          },
        },
      },
    );
    const alice = world.client('alice');
    alice.connect();
    alice.publish('a', 'x', { qos: 1, retain: true });
    alice.expectNothing();
    expect(world.eventsOf('hookFailed')).toMatchObject([{ hook: 'journal' }]);
  });
});

describe('restore', () => {
  function restored(journal: RecordedJournal, now: number, next = new RecordedJournal()): World {
    const world = new World({}, { journal: next });
    world.now = now;
    world.broker.restore(journal.snapshot(), now);
    return world;
  }

  it('brings back subscriptions, queued messages in order, retained messages', () => {
    const { world, journal, store } = journalled();
    const bob = world.client('bob').connecting(DURABLE);
    store();
    bob.expect({ type: 'connack' });
    bob.send({
      type: 'subscribe',
      packetIdentifier: 1,
      subscriptions: [{ topicFilter: 'a/+', qos: 2, noLocal: false, retainAsPublished: true, retainHandling: 0 }],
      properties: { subscriptionIdentifier: 5 },
    });
    store();
    bob.lose();
    for (const [topicName, qos] of [
      ['a/1', 1],
      ['a/2', 2],
      ['a/3', 1],
    ] as const) {
      world.broker.publish({ topicName, payload: text(topicName), qos, retain: qos === 2 }, world.now);
    }
    const after = restored(journal, world.now + 1000);
    expect(after.broker.counters).toMatchObject({ sessionsNow: 1, subscriptionsNow: 1, queuedNow: 3, retainedNow: 1 });
    const back = after.client('bob').connecting({ cleanStart: false });
    after.broker.handleStored(1000, after.now);
    back.expect({ type: 'connack', sessionPresent: true });
    back.expectMessage('a/1', { qos: 1, properties: { subscriptionIdentifiers: [5] } });
    after.broker.handleStored(1000, after.now);
    back.expectMessage('a/3', { qos: 1 });
    back.expectMessage('a/2', { qos: 2, retain: true });
    after.broker.publish({ topicName: 'a/4', payload: text('new') }, after.now);
    back.expectMessage('new');
  });

  it('goes on with QoS 2 exchanges where the store knows them, on both sides', () => {
    const { world, journal, store } = journalled();
    const bob = world.client('bob').connecting(DURABLE);
    bob.acknowledges = false;
    store();
    bob.expect({ type: 'connack' });
    bob.send({
      type: 'subscribe',
      packetIdentifier: 1,
      subscriptions: [{ topicFilter: 'a', qos: 2, noLocal: true, retainAsPublished: false, retainHandling: 0 }],
      properties: {},
    });
    store();
    bob.expect({ type: 'suback' });
    for (const value of ['released', 'sent']) {
      world.broker.publish({ topicName: 'a', payload: text(value), qos: 2 }, world.now);
      store();
    }
    const released = bob.expectMessage('released').packetIdentifier;
    const sent = bob.expectMessage('sent').packetIdentifier;
    bob.acknowledge('pubrec', released);
    bob.publish('b', 'mine', { qos: 2, packetIdentifier: 77 });
    store();
    bob.expect({ type: 'pubrel' });
    bob.expect({ type: 'pubrec', packetIdentifier: 77 });

    const after = restored(journal, world.now);
    const seen: string[] = [];
    after.broker.subscribe('b', {}, ({ topicName }) => seen.push(topicName), after.now);
    const back = after.client('bob').connecting({ cleanStart: false, ...DURABLE });
    back.acknowledges = false;
    after.broker.handleStored(1000, after.now);
    back.expect({ type: 'connack', sessionPresent: true });
    back.expect({ type: 'pubrel', packetIdentifier: released });
    back.expectMessage('sent', { dup: true, packetIdentifier: sent });
    back.publish('b', 'mine', { qos: 2, packetIdentifier: 77, dup: true });
    back.expect({ type: 'pubrec', packetIdentifier: 77, reasonCode: 0 });
    expect(seen).toEqual([]);
    back.expectNothing();
  });

  it('fires wills and ends sessions at the time they were due', () => {
    const { world, journal, store } = journalled();
    const will = { topicName: 'w', payload: text('bye'), properties: { willDelayInterval: 100 } };
    const alice = world.client('alice').connecting({ ...DURABLE, will });
    store();
    alice.expect({ type: 'connack' });
    alice.lose();
    const lostAt = world.now;
    const after = restored(journal, lostAt + 40_000);
    const seen: number[] = [];
    after.broker.subscribe('w', {}, () => seen.push(after.now - lostAt), after.now);
    after.advance(59_999);
    expect(seen).toEqual([]);
    after.advance(600_000);
    expect(seen).toEqual([100_000]);
    expect(after.broker.listSessions().items).toEqual([]);
    expect(after.eventsOf('sessionEnded')).toMatchObject([{ cause: 'expired' }]);

    const late = restored(journal, lostAt + 10_000_000); // long overdue
    late.broker.handleTimeout(late.now + 1);
    expect(late.broker.listSessions().items).toEqual([]);
    expect(late.broker.counters.willsPublished).toBe(1);
  });

  it('takes a client that was connected for one that has just lost its connection', () => {
    const { world, journal, store } = journalled();
    const will = { topicName: 'w', payload: text('bye'), retain: true };
    world.client('short').connecting({ will });
    world.client('long').connecting({ ...DURABLE, will: { ...will, properties: { willDelayInterval: 10 } } });
    store();
    const next = new RecordedJournal();
    const after = restored(journal, world.now + 5000, next);
    expect(next.entries.find(({ type }) => type === 'sessionDisconnected')).toMatchObject({
      clientIdentifier: 'long',
      disconnectedAt: after.now, // so that a second crash does not start the clock again
      willDueAt: after.now + 10_000,
    });
    after.advance(1);
    expect(after.broker.counters.willsPublished).toBe(1); // of the session that ended with its connection
    expect(after.broker.listSessions().items).toMatchObject([{ clientIdentifier: 'long' }]);
    after.advance(9_999);
    expect(after.broker.counters.willsPublished).toBe(2);
    after.advance(590_000);
    expect(after.broker.listSessions().items).toEqual([]);
  });

  it('gives nothing of a session that ended, and comes first or not at all', () => {
    const { world, journal, store } = journalled();
    const bob = world.client('bob').connecting(DURABLE);
    store();
    bob.expect({ type: 'connack' });
    bob.disconnect(0, { sessionExpiryInterval: 0 });
    expect([...journal.snapshot().sessions]).toEqual([]);
    expect(() => world.broker.restore(journal.snapshot(), world.now)).toThrow('before');
  });

  it('comes in parts, each session once; a will reaches those of a later part', () => {
    const { world, journal, store } = journalled();
    world.client('will').connecting({ will: { topicName: 'w', payload: text('bye'), qos: 1 } });
    const bob = world.client('bob').connecting(DURABLE);
    store();
    const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    bob.send({
      type: 'subscribe',
      packetIdentifier: 1,
      subscriptions: [{ topicFilter: 'w', ...options }],
      properties: {},
    });
    world.broker.publish({ topicName: 'r', payload: text('kept'), retain: true }, world.now);
    const { nextIdentifier, sessions, retained } = journal.snapshot();
    const after = new World({}, { journal: new RecordedJournal() });
    after.broker.restore({ nextIdentifier, retained, sessions: [] }, after.now);
    for (const session of sessions) {
      after.broker.restore({ nextIdentifier, retained: [], sessions: [session] }, after.now);
      const again = { nextIdentifier: 1, retained: [], sessions: [session] };
      expect(() => after.broker.restore(again, after.now)).toThrow(session.clientIdentifier);
    }
    after.advance(1);
    expect(after.broker.listSessions().items).toMatchObject([{ clientIdentifier: 'bob', queuedMessages: 1 }]);
    expect(after.broker.listRetained('#', after.now).items).toHaveLength(1);
  });
});
