import { describe, expect, it } from 'vitest';

import { text } from '../test-support/scripted-client.ts';
import { World } from '../test-support/world.ts';

function retain(world: World, topicName: string, payload: string, qos: 0 | 1 | 2 = 0): void {
  world.broker.publish({ topicName, payload: text(payload), qos, retain: true }, world.now);
}

describe('a retained message', () => {
  it.each([4, 5] as const)(
    'is sent to new subscribers with RETAIN, version %i [MQTT-3.3.1-9] [v3 MQTT-3.3.1-6] [v3 MQTT-3.3.1-8]',
    (v) => {
      const world = new World();
      const alice = world.client('alice', v);
      alice.connect();
      alice.publish('a/b', 'kept', { retain: true, qos: 1 });
      alice.expect({ type: 'puback' });
      const bob = world.client('bob', v);
      bob.connect();
      bob.subscribe('a/#', { qos: 1 });
      bob.expectMessage('kept', { retain: true, qos: 1, topicName: 'a/b' });
      bob.expectNothing();
    },
  );

  it('replaces the one before [MQTT-3.3.1-5]; an empty one removes it [MQTT-3.3.1-6] [MQTT-3.3.1-7]', () => {
    const world = new World();
    retain(world, 'a', 'old');
    retain(world, 'a', 'new');
    expect(world.broker.counters).toMatchObject({ retainedNow: 1, retainedBytesNow: 4 });
    const bob = world.client('bob');
    bob.connect();
    bob.subscribe('a');
    bob.expectMessage('new');
    retain(world, 'a', '');
    bob.expectMessage('', { retain: false }); // delivered like any other
    expect(world.broker.counters).toMatchObject({ retainedNow: 0, retainedBytesNow: 0 });
    bob.subscribe('a');
    bob.expectNothing();
  });

  it('is not touched by one without RETAIN [MQTT-3.3.1-8] [v3 MQTT-3.3.1-12]', () => {
    const world = new World();
    retain(world, 'a', 'kept');
    world.broker.publish({ topicName: 'a', payload: text('passing') }, world.now);
    world.broker.publish({ topicName: 'a' }, world.now);
    expect(world.broker.listRetained('#', world.now).items.map(({ payload }) => payload)).toEqual([text('kept')]);
  });

  it('reaches subscribers that were there without RETAIN, or with it by Retain As Published [MQTT-3.3.1-12] [MQTT-3.3.1-13]', () => {
    const world = new World();
    const plain = world.client('plain');
    plain.connect();
    plain.subscribe('a');
    const keeping = world.client('keeping');
    keeping.connect();
    keeping.subscribe('a', { retainAsPublished: true });
    retain(world, 'a', '1');
    plain.expectMessage('1', { retain: false });
    keeping.expectMessage('1', { retain: true });
    world.broker.publish({ topicName: 'a', payload: text('2') }, world.now);
    keeping.expectMessage('2', { retain: false });
  });

  it('is sent as Retain Handling says [MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11]', () => {
    const world = new World();
    retain(world, 'a', 'x');
    const bob = world.client('bob');
    bob.connect({ properties: { sessionExpiryInterval: 60 } });
    bob.subscribe('a', { retainHandling: 2 });
    bob.expectNothing();
    bob.subscribe('a', { retainHandling: 1 }); // it exists already
    bob.expectNothing();
    bob.subscribe('a', { retainHandling: 0 });
    bob.expectMessage('x');
    bob.unsubscribe('a');
    bob.subscribe('a', { retainHandling: 1 });
    bob.expectMessage('x');
    bob.disconnect();
    bob.connect({ cleanStart: false });
    bob.subscribe('a', { retainHandling: 1 }); // the session kept it
    bob.expectNothing();
  });

  it('is not part of a session [v3 MQTT-3.1.2-7]', () => {
    const world = new World();
    const alice = world.client('alice', 4);
    alice.connect();
    alice.publish('a', 'kept', { retain: true });
    alice.disconnect();
    const bob = world.client('bob');
    bob.connect();
    bob.subscribe('a');
    bob.expectMessage('kept');
  });

  it('expires, counts down before, and is then gone', () => {
    const world = new World();
    world.broker.publish({ topicName: 'a', payload: text('x'), retain: true, messageExpiryInterval: 10 }, world.now);
    world.advance(4000);
    const bob = world.client('bob');
    bob.connect();
    bob.subscribe('a');
    bob.expectMessage('x', { properties: { messageExpiryInterval: 6 } });
    world.advance(6000);
    bob.subscribe('a');
    bob.expectNothing();
    expect(world.broker.counters.retainedNow).toBe(0);
  });

  it('carries the Subscription Identifier of the subscription that asks for it', () => {
    const world = new World();
    retain(world, 'a', 'x');
    const bob = world.client('bob');
    bob.connect();
    bob.subscribe('a', { identifier: 9 });
    bob.expectMessage('x', { properties: { subscriptionIdentifiers: [9] } });
  });

  it('of the subscriber itself is not sent with No Local [MQTT-3.8.3-3]', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect();
    alice.publish('a', 'mine', { retain: true });
    retain(world, 'b', 'yours');
    alice.subscribe('#', { noLocal: true });
    alice.expectMessage('yours');
    alice.expectNothing();
  });

  it('may be unavailable: 0x9A [U-3.2.2.3.5-3], also for a will [MQTT-3.2.2-13]', () => {
    const world = new World({ retainAvailable: false });
    const alice = world.client('alice');
    alice.connect();
    alice.publish('a', 'x', { retain: true });
    alice.expectClosed(0x9a);
    const bob = world.client('bob').connecting({ will: { topicName: 'w', retain: true } });
    bob.expect({ type: 'connack', reasonCode: 0x9a });
    bob.expectClosed();
  });

  it('beyond the limits is delivered, not retained, and counted', () => {
    for (const options of [{ retainedMessagesMax: 2 }, { retainedBytesMax: 4 }]) {
      const world = new World(options);
      for (const topicName of ['a', 'b', 'c']) retain(world, topicName, 'x');
      expect(world.broker.counters.retainedNow).toBe(2);
      expect(world.broker.counters.dropped.retainedFull).toBe(1);
      retain(world, 'a', 'y'); // replacing needs no room
      expect(world.broker.listRetained('a', world.now).items.map(({ payload }) => payload)).toEqual([text('y')]);
    }
  });

  it('that finds no room does not leave the older one of its topic behind', () => {
    const world = new World({ retainedBytesMax: 4 });
    retain(world, 'a', 'old');
    retain(world, 'a', 'newer');
    expect(world.broker.counters).toMatchObject({ retainedNow: 0, retainedBytesNow: 0 });
    const bob = world.client('bob');
    bob.connect();
    bob.subscribe('a');
    bob.expectNothing();
  });

  it('in its own bytes: the chunk it came in is not kept alive', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect();
    const chunk = new Uint8Array(65_536);
    const frame = Uint8Array.of(0x31, 5, 0, 1, 0x61, 0, 0x78); // retained `x` on `a`
    chunk.set(frame);
    alice.sendBytes(chunk.subarray(0, frame.length));
    chunk.fill(0);
    const [kept] = world.broker.listRetained('a', world.now).items;
    expect(kept?.payload).toEqual(text('x'));
    expect(kept?.payload.buffer.byteLength).toBe(1);
  });
});

describe('many retained messages', () => {
  it('are sent as fast as the link takes them, without loss at QoS 0', () => {
    const world = new World();
    for (let index = 0; index < 50; index++) retain(world, `a/${index}`, 'x');
    const bob = world.client('bob');
    bob.connect();
    bob.stall();
    bob.subscribe('a/#');
    expect(bob.link.received).toEqual([]);
    for (let index = 0; index < 50; index++) {
      bob.unstall();
      bob.stall();
    }
    bob.unstall();
    expect(bob.link.received).toHaveLength(50);
    expect(world.broker.counters.dropped.congested).toBe(0);
  });

  it('are sent as fast as the quota allows, beyond the limit of the queue', () => {
    const world = new World({ queuedMessagesMax: 1, inflightMessagesMax: 2 });
    for (let index = 0; index < 20; index++) retain(world, `a/${index}`, 'x', 1);
    const bob = world.client('bob');
    bob.connect();
    bob.subscribe('a/#');
    const seen = new Set<string>();
    for (let index = 0; index < 20; index++) seen.add(bob.expect({ type: 'publish', qos: 1 }).topicName);
    expect(seen.size).toBe(20);
    expect(world.broker.counters.dropped.queueFull).toBe(0);
  });

  it('that are replaced or unsubscribed meanwhile are skipped', () => {
    const world = new World({ inflightMessagesMax: 1 });
    for (const topicName of ['a/1', 'a/2', 'a/3']) retain(world, topicName, 'old', 1);
    const bob = world.client('bob');
    bob.acknowledges = false;
    bob.connect();
    bob.subscribe('a/#');
    const first = bob.expectMessage('old');
    for (const topicName of ['a/1', 'a/2', 'a/3'])
      if (topicName !== first.topicName) retain(world, topicName, 'new', 1);
    bob.acknowledges = true;
    bob.acknowledge('puback', first.packetIdentifier);
    bob.expectMessage('new', { retain: false });
    bob.expectMessage('new', { retain: false });
    bob.expectNothing();
  });

  it('that are still owed are not lost when the subscription is replaced by one that asks for none [MQTT-3.8.4-4]', () => {
    const world = new World();
    for (const name of ['a', 'b', 'c']) retain(world, name, name, 1);
    const alice = world.client('alice');
    alice.acknowledges = false;
    alice.connect({ properties: { receiveMaximum: 1 } });
    alice.subscribe('+', { qos: 1 });
    const first = alice.expect({ type: 'publish' });
    alice.subscribe('+', { qos: 2, retainHandling: 2 });
    alice.subscribe('+', { qos: 2, retainHandling: 1 });
    alice.acknowledges = true;
    alice.acknowledge('puback', first.packetIdentifier);
    const others = [alice.expect({ type: 'publish', qos: 1 }), alice.expect({ type: 'publish', qos: 1 })];
    expect([first, ...others].map(({ topicName }) => topicName).toSorted()).toEqual(['a', 'b', 'c']);
    alice.expectNothing();
  });

  it('that are newer than the subscription come once, as ordinary messages, also while others wait [MQTT-3.3.1-12]', () => {
    const world = new World();
    retain(world, 'a', 'a', 1);
    const alice = world.client('alice');
    alice.acknowledges = false;
    alice.connect({ properties: { receiveMaximum: 1 } });
    alice.subscribe(['a', 'b'], { qos: 1 });
    const first = alice.expect({ type: 'publish', topicName: 'a' });
    retain(world, 'b', 'newer');
    alice.expectMessage('newer', { retain: false });
    alice.acknowledge('puback', first.packetIdentifier);
    alice.expectNothing();
  });

  it('are no longer owed after an unsubscribe, also when the next subscription asks for none', () => {
    const world = new World();
    for (const name of ['a', 'b']) retain(world, name, name, 1);
    const alice = world.client('alice');
    alice.acknowledges = false;
    alice.connect({ properties: { receiveMaximum: 1 } });
    alice.subscribe('+', { qos: 1 });
    const first = alice.expect({ type: 'publish' });
    alice.unsubscribe('+');
    alice.subscribe('+', { qos: 1, retainHandling: 2 });
    alice.acknowledge('puback', first.packetIdentifier);
    alice.expectNothing();
  });

  it('that are left when the connection is lost stay with the session', () => {
    const world = new World({ inflightMessagesMax: 1 });
    for (const topicName of ['a/1', 'a/2', 'a/3']) retain(world, topicName, 'x', 1);
    const bob = world.client('bob');
    bob.acknowledges = false;
    bob.connect({ properties: { sessionExpiryInterval: 60 } });
    bob.subscribe('a/#');
    bob.expectMessage('x');
    bob.lose();
    bob.acknowledges = true;
    bob.connect({ cleanStart: false });
    for (let index = 0; index < 3; index++) bob.expectMessage('x', { retain: true });
    bob.expectNothing();
  });
});
