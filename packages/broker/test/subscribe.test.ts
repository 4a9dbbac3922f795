import { describe, expect, it } from 'vitest';

import { text } from '../test-support/scripted-client.ts';
import { World } from '../test-support/world.ts';

function publish(world: World, topicName: string, payload: string, qos: 0 | 1 | 2 = 0): void {
  world.broker.publish({ topicName, payload: text(payload), qos }, world.now);
}

describe('SUBSCRIBE', () => {
  it('is answered for each filter in order [MQTT-3.8.4-1] [MQTT-3.8.4-6] [MQTT-3.9.3-1]', () => {
    const world = new World({ topicLevelsMax: 3 });
    const alice = world.client('alice');
    alice.connect();
    expect(alice.subscribe(['a', 'a/b/c/d', '+/b'], { qos: 1 })).toEqual([1, 0x8f, 1]);
    const old = world.client('old', 4);
    old.connect();
    expect(old.subscribe(['a', 'a/b/c/d', '+/b'], { qos: 1 })).toEqual([1, 0x80, 1]); // [v3 MQTT-3.9.3-2]
  });

  it('delivers with the lower QoS [MQTT-3.8.4-8] [v3 MQTT-3.8.4-6]', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect();
    for (const granted of [0, 1, 2] as const) {
      alice.subscribe('a', { qos: granted });
      for (const published of [0, 1, 2] as const) {
        publish(world, 'a', 'x', published);
        alice.expectMessage('x', { qos: Math.min(granted, published) });
      }
    }
    alice.expectNothing();
  });

  it('grants no more QoS than the broker has, and refuses none [MQTT-3.2.2-10]', () => {
    const world = new World({ maximumQos: 1 });
    const alice = world.client('alice');
    alice.connect();
    expect(alice.subscribe('a', { qos: 2 })).toEqual([1]);
    alice.publish('a', 'x', { qos: 2 });
    alice.expectClosed(0x9b); // [U-3.2.2.3.4-2]
  });

  it('replaces a subscription to the same filter [MQTT-3.8.4-3] [v3 MQTT-3.8.4-3]', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect();
    alice.subscribe('a', { qos: 2, identifier: 1 });
    publish(world, 'a', '1', 2);
    alice.expectMessage('1', { qos: 2, properties: { subscriptionIdentifiers: [1] } });
    alice.subscribe('a', { qos: 0 });
    publish(world, 'a', '2', 2);
    expect(alice.expectMessage('2', { qos: 0 }).properties).toEqual({});
    expect(world.broker.counters.subscriptionsNow).toBe(1);
  });

  it('that overlap: one message, the highest QoS, all identifiers [MQTT-3.3.4-2] [MQTT-3.3.4-3] [MQTT-3.3.4-4]', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect();
    alice.subscribe('a/#', { qos: 0, identifier: 1 });
    alice.subscribe('a/+', { qos: 2, identifier: 268_435_455 });
    alice.subscribe('a/b', { qos: 1, retainAsPublished: true });
    world.broker.publish({ topicName: 'a/b', payload: text('x'), qos: 2, retain: true }, world.now);
    const { properties } = alice.expectMessage('x', { qos: 2, retain: true });
    expect([...(properties.subscriptionIdentifiers ?? [])].toSorted((a, b) => a - b)).toEqual([1, 268_435_455]);
    alice.expectNothing();
  });

  it('with No Local gets no messages of its own [MQTT-3.8.3-3]', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect();
    alice.subscribe('a/#', { noLocal: true, identifier: 1 });
    alice.publish('a/b', 'mine');
    alice.expectNothing();
    publish(world, 'a/b', 'yours');
    alice.expectMessage('yours');
    alice.subscribe('a/b', { noLocal: false, qos: 0, identifier: 2 });
    alice.publish('a/b', 'mine', { qos: 1 });
    alice.expectMessage('mine', { qos: 0, properties: { subscriptionIdentifiers: [2] } });
    alice.expect({ type: 'puback' });
  });

  it('does not lead leading wildcards to $ topics [MQTT-4.7.2-1]', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect();
    alice.subscribe(['#', '+/broker']);
    publish(world, '$SYS/broker', 'x');
    alice.expectNothing();
    alice.subscribe('$SYS/#');
    publish(world, '$SYS/broker', 'x');
    alice.expectMessage('x');
  });

  it('counts to a limit per client: 0x97', () => {
    const world = new World({ subscriptionsPerClientMax: 2 });
    const alice = world.client('alice');
    alice.connect();
    expect(alice.subscribe(['a', 'b', 'c'])).toEqual([2, 2, 0x97]);
    expect(alice.subscribe(['a', 'b'])).toEqual([2, 2]);
  });

  it('of what is not available is refused [U-3.2.2.3.11-3] [U-3.2.2.3.12-2] [U-3.2.2.3.13-2]', () => {
    const world = new World({
      wildcardSubscriptionAvailable: false,
      subscriptionIdentifiersAvailable: false,
      sharedSubscriptionAvailable: false,
    });
    const alice = world.client('alice');
    alice.connect();
    expect(alice.subscribe(['a', 'a/+', '#', '$share/s/a'])).toEqual([2, 0xa2, 0xa2, 0x9e]);
    alice.send({
      type: 'subscribe',
      packetIdentifier: 9,
      subscriptions: [{ topicFilter: 'a', qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
      properties: { subscriptionIdentifier: 1 },
    });
    alice.expectClosed(0xa1);
  });

  it('is an event for each filter', () => {
    const world = new World({ topicLevelsMax: 2 });
    const alice = world.client('alice');
    alice.connect();
    alice.subscribe(['a', 'a/b/c'], { qos: 1 });
    alice.unsubscribe('a', 'x');
    expect(world.eventsOf('subscribed').map(({ reasonCode }) => reasonCode)).toEqual([1, 0x8f]);
    expect(world.eventsOf('unsubscribed').map(({ reasonCode }) => reasonCode)).toEqual([0, 0x11]);
  });
});

describe('UNSUBSCRIBE', () => {
  it('ends exactly that subscription and is always answered [MQTT-3.10.4-1] [MQTT-3.10.4-2] [MQTT-3.10.4-5] [MQTT-3.11.3-1]', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect();
    alice.subscribe(['a/+', 'a/b']);
    expect(alice.unsubscribe('a/b', 'a/#', 'a/b')).toEqual([0, 0x11, 0x11]);
    publish(world, 'a/b', '1');
    alice.expectMessage('1');
    expect(alice.unsubscribe('a/+')).toEqual([0]);
    publish(world, 'a/b', '2');
    alice.expectNothing();
    expect(world.broker.counters.subscriptionsNow).toBe(0);
  });

  it('leaves alone what is in flight and queued [MQTT-3.10.4-3]', () => {
    const world = new World({ inflightMessagesMax: 1 });
    const alice = world.client('alice');
    alice.acknowledges = false;
    alice.connect();
    alice.subscribe('a');
    publish(world, 'a', '1', 1);
    publish(world, 'a', '2', 1);
    const { packetIdentifier } = alice.expectMessage('1');
    alice.unsubscribe('a');
    alice.acknowledge('puback', packetIdentifier).expectMessage('2');
  });
});

describe('the cache of receivers', () => {
  it('forgets what a subscription touches, whatever its wildcards', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect();
    const expectReceived = (count: number): void => {
      publish(world, 'a/b/c', 'x');
      expect(alice.link.received.splice(0)).toHaveLength(count);
    };
    expectReceived(0);
    for (const filter of ['a/b/c', '#', 'a/+/c', 'a/b/#', '+/+/+', '$share/s/a/b/c']) {
      alice.subscribe(filter);
      expectReceived(1);
      alice.unsubscribe(filter);
      expectReceived(0);
    }
    const local = world.broker.subscribe('a/#', {}, () => undefined, world.now);
    expect(world.broker.publish({ topicName: 'a/b/c' }, world.now)).toBe(1);
    local.unsubscribe();
    expect(world.broker.publish({ topicName: 'a/b/c' }, world.now)).toBe(0);
  });

  it('gives the same answers when it is full, or off', () => {
    for (const matchCacheEntriesMax of [0, 1, 3]) {
      const world = new World({ matchCacheEntriesMax });
      const alice = world.client('alice');
      alice.connect();
      alice.subscribe('a/+');
      for (let round = 0; round < 20; round++) {
        publish(world, `a/${round % 7}`, `${round}`);
        alice.expectMessage(`${round}`);
      }
    }
  });
});

describe('Shared Subscription', () => {
  it('gives each message to one member in turn, and each its own QoS [MQTT-4.8.2-3]', () => {
    const world = new World();
    const a = world.client('a');
    const b = world.client('b');
    const other = world.client('other');
    for (const client of [a, b, other]) client.connect();
    a.subscribe('$share/s/t', { qos: 1 });
    b.subscribe('$share/s/t', { qos: 0 });
    other.subscribe('$share/other/t');
    for (const value of ['1', '2', '3', '4']) publish(world, 't', value, 2);
    a.expectMessage('1', { qos: 1, topicName: 't' });
    b.expectMessage('2', { qos: 0 });
    a.expectMessage('3');
    b.expectMessage('4');
    for (const value of ['1', '2', '3', '4']) other.expectMessage(value, { qos: 2 });
    a.expectNothing();
    b.expectNothing();
    expect(world.broker.counters).toMatchObject({ subscriptionsNow: 3, sharedSubscriptionsNow: 3 });
  });

  it("is beside the member's own subscriptions", () => {
    const world = new World();
    const a = world.client('a');
    a.connect();
    a.subscribe(['$share/s/t', 't']);
    publish(world, 't', 'x');
    a.expectMessage('x');
    a.expectMessage('x');
  });

  it('prefers members that can be sent to, then those that can queue', () => {
    const world = new World();
    const away = world.client('away');
    const slow = world.client('slow');
    const here = world.client('here');
    for (const client of [away, slow, here]) {
      client.connect({ properties: { sessionExpiryInterval: 60 } });
      client.subscribe('$share/s/t', { qos: 1 });
    }
    away.lose();
    slow.stall();
    slow.send({ type: 'pingreq' });
    slow.expect({ type: 'pingresp' });
    for (const value of ['1', '2', '3']) {
      publish(world, 't', value, 1);
      here.expectMessage(value);
    }
    here.disconnect(0, { sessionExpiryInterval: 0 });
    publish(world, 't', '4', 0);
    expect(world.broker.counters.dropped.offline).toBe(1);
    publish(world, 't', '5', 1);
    publish(world, 't', '6', 1);
    slow.unstall();
    away.connect({ cleanStart: false });
    expect(slow.link.received.length + away.link.received.length).toBe(2);
  });

  it('sends no retained messages, and takes no No Local [MQTT-3.8.3-4]', () => {
    const world = new World();
    world.broker.publish({ topicName: 't', payload: text('kept'), retain: true }, world.now);
    const a = world.client('a');
    a.connect();
    a.subscribe('$share/s/t');
    a.expectNothing();
    expect(() => a.subscribe('$share/s/t', { noLocal: true })).toThrow();
  });

  it('passes on what a session could not finish when it ends [U-4.8.2-4], but not QoS 2 that was begun [MQTT-4.8.2-5]', () => {
    const world = new World({ inflightMessagesMax: 2 });
    const a = world.client('a');
    a.acknowledges = false;
    a.connect();
    a.subscribe('$share/s/t');
    for (const [value, qos] of [
      ['1', 1],
      ['2', 2],
      ['3', 1],
      ['4', 2],
    ] as const)
      publish(world, 't', value, qos);
    a.expectMessage('1');
    a.expectMessage('2');
    const b = world.client('b');
    b.connect();
    b.subscribe('$share/s/t');
    a.lose();
    b.expectMessage('1', { dup: false });
    b.expectMessage('3');
    b.expectMessage('4', { qos: 2 });
    b.expectNothing();
    expect(world.broker.counters.dropped.sessionEnded).toBe(1);
  });

  it('does not pass on what has expired, sent or queued [MQTT-3.3.2-5]', () => {
    const world = new World({ inflightMessagesMax: 1 });
    const a = world.client('a');
    a.acknowledges = false;
    a.connect();
    a.subscribe('$share/s/t');
    for (const value of ['sent', 'queued']) {
      world.broker.publish({ topicName: 't', payload: text(value), qos: 1, messageExpiryInterval: 2 }, world.now);
    }
    a.expectMessage('sent');
    const b = world.client('b');
    b.connect();
    b.subscribe('$share/s/t');
    world.advance(2000);
    a.lose();
    b.expectNothing();
    expect(world.broker.counters.dropped.expired).toBe(2);
  });

  it('keeps for a session that lives what it was sent [MQTT-4.8.2-4]', () => {
    const world = new World();
    const a = world.client('a');
    a.acknowledges = false;
    a.connect({ properties: { sessionExpiryInterval: 60 } });
    a.subscribe('$share/s/t');
    publish(world, 't', 'x', 2);
    a.expectMessage('x');
    const b = world.client('b');
    b.connect();
    b.subscribe('$share/s/t');
    a.lose();
    b.expectNothing();
    a.connect({ cleanStart: false });
    a.expectMessage('x', { dup: true });
  });

  it('does not offer a refused message to anybody else [MQTT-4.8.2-6]', () => {
    const world = new World();
    const a = world.client('a');
    const b = world.client('b');
    for (const client of [a, b]) {
      client.acknowledges = false;
      client.connect();
      client.subscribe('$share/s/t');
    }
    publish(world, 't', 'x', 1);
    a.acknowledge('puback', a.expectMessage('x').packetIdentifier, 0x83);
    a.disconnect();
    b.expectNothing();
  });

  it('works for clients of 3.1.1 as well', () => {
    const world = new World();
    const a = world.client('a', 4);
    a.connect();
    expect(a.subscribe('$share/s/t', { qos: 1 })).toEqual([1]);
    publish(world, 't', 'x');
    a.expectMessage('x');
  });

  it('may choose at random', () => {
    const world = new World({ sharedSubscriptionStrategy: 'random' }, { random: () => 0.99 });
    const a = world.client('a');
    const b = world.client('b');
    for (const client of [a, b]) {
      client.connect();
      client.subscribe('$share/s/t');
    }
    for (const value of ['1', '2']) publish(world, 't', value);
    b.expectMessage('1');
    b.expectMessage('2');
    a.expectNothing();
  });
});
