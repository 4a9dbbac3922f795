import { describe, expect, it } from 'vitest';

import { text } from '../test-support/scripted-client.ts';
import { World } from '../test-support/world.ts';

function publish(world: World, topicName: string, payload: string, qos: 0 | 1 | 2): void {
  world.broker.publish({ topicName, payload: text(payload), qos }, world.now);
}

describe('Receive Maximum', () => {
  it('of the client bounds what is in flight to it [MQTT-3.3.4-9] [MQTT-4.9.0-2]', () => {
    const world = new World();
    const bob = world.client('bob');
    bob.acknowledges = false;
    bob.connect({ properties: { receiveMaximum: 2 } });
    bob.subscribe('a');
    for (const value of ['1', '2', '3', '4']) publish(world, 'a', value, value === '2' ? 2 : 1);
    publish(world, 'a', 'zero', 0); // [U-4.9-1]
    const first = bob.expectMessage('1').packetIdentifier;
    const second = bob.expectMessage('2').packetIdentifier;
    bob.expectMessage('zero');
    bob.expectNothing();
    bob.acknowledge('puback', first).expectMessage('3');
    bob.acknowledge('pubrec', second).expect({ type: 'pubrel' });
    bob.expectNothing(); // PUBREC does not free the quota, PUBCOMP does
    bob.acknowledge('pubcomp', second).expectMessage('4');
    bob.expectNothing();
  });

  it('is lowered by the number of messages that the broker wants in flight', () => {
    const world = new World({ inflightMessagesMax: 1 });
    const bob = world.client('bob', 4);
    bob.acknowledges = false;
    bob.connect();
    bob.subscribe('a');
    publish(world, 'a', '1', 1);
    publish(world, 'a', '2', 1);
    const { packetIdentifier } = bob.expectMessage('1');
    bob.expectNothing();
    bob.acknowledge('puback', packetIdentifier).expectMessage('2');
  });

  it('is freed by a refusal, and the message is not sent again [MQTT-4.4.0-2]', () => {
    const world = new World();
    const bob = world.client('bob');
    bob.acknowledges = false;
    bob.connect({ properties: { receiveMaximum: 1, sessionExpiryInterval: 60 } });
    bob.subscribe('a');
    publish(world, 'a', '1', 2);
    publish(world, 'a', '2', 1);
    publish(world, 'a', '3', 1);
    bob.acknowledge('pubrec', bob.expectMessage('1').packetIdentifier, 0x83);
    bob.acknowledge('puback', bob.expectMessage('2').packetIdentifier, 0x97);
    bob.expectMessage('3');
    expect(world.broker.counters.dropped.rejected).toBe(2);
    bob.lose();
    bob.connect({ cleanStart: false });
    bob.expectMessage('3', { dup: true });
    bob.expectNothing();
  });

  it('of the broker is enforced: 0x93 [MQTT-3.3.4-7]', () => {
    const world = new World({ receiveMaximum: 2 });
    const alice = world.client('alice');
    expect(alice.connect().properties.receiveMaximum).toBe(2);
    alice.publish('a', '1', { qos: 2 });
    alice.publish('a', '2', { qos: 2 });
    alice.expect({ type: 'pubrec' });
    alice.expect({ type: 'pubrec' });
    alice.publish('a', '0', { qos: 0 });
    alice.publish('a', '3', { qos: 2 });
    alice.expectClosed(0x93);
  });

  it('of the broker does not bind 3.1.1, which has no word for it', () => {
    const world = new World({ receiveMaximum: 1 });
    const alice = world.client('alice', 4);
    alice.connect();
    for (let count = 0; count < 5; count++) {
      alice.publish('a', '', { qos: 2 });
      alice.expect({ type: 'pubrec' });
    }
  });
});

describe('acknowledgements', () => {
  it('of what is not in flight are ignored, or answered with 0x92 [U-4.13.1-1]', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect();
    alice.acknowledge('puback', 7).acknowledge('pubcomp', 7).expectNothing();
    alice.acknowledge('pubrec', 7).expect({ type: 'pubrel', packetIdentifier: 7, reasonCode: 0x92 });
    alice.acknowledge('pubrel', 8).expect({ type: 'pubcomp', packetIdentifier: 8, reasonCode: 0x92 });
    const old = world.client('old', 4);
    old.connect();
    old.acknowledge('pubrec', 7).expect({ type: 'pubrel', packetIdentifier: 7 });
    old.acknowledge('pubrel', 8).expect({ type: 'pubcomp', packetIdentifier: 8 });
    old.expectOpen();
  });

  it('that do not fit the QoS are a Protocol Error', () => {
    const world = new World();
    const bob = world.client('bob');
    bob.acknowledges = false;
    bob.connect();
    bob.subscribe('a');
    publish(world, 'a', '', 2);
    bob.acknowledge('puback', bob.expect({ type: 'publish' }).packetIdentifier).expectClosed(0x82);
  });

  it('say that nobody subscribes, in 5.0', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect();
    expect(alice.deliver('a', '', { qos: 1 })).toBe(0x10);
    expect(alice.deliver('a', '', { qos: 2 })).toBe(0x10);
    const old = world.client('old', 4);
    old.connect();
    expect(old.deliver('a', '', { qos: 1 })).toBe(0);
  });

  it('of a QoS 1 PUBLISH free its identifier [MQTT-4.3.2-5]', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect();
    alice.subscribe('a', { qos: 0 });
    for (const payload of ['1', '2']) {
      alice.publish('a', payload, { qos: 1, packetIdentifier: 5, dup: payload === '2' });
      alice.expectMessage(payload);
      alice.expect({ type: 'puback', packetIdentifier: 5 });
    }
  });

  it('with an identifier of the other QoS: 0x91 in 5.0, a close in 3.1.1 [v3 MQTT-2.3.1-2]', () => {
    const world = new World();
    for (const version of [5, 4] as const) {
      const alice = world.client(`alice${version}`, version);
      alice.connect();
      alice.publish('a', '', { qos: 2, packetIdentifier: 5 });
      alice.expect({ type: 'pubrec' });
      alice.publish('a', '', { qos: 1, packetIdentifier: 5 });
      if (version === 5) alice.expect({ type: 'puback', packetIdentifier: 5, reasonCode: 0x91 });
      else alice.expectClosed();
    }
  });
});

describe('Maximum Packet Size', () => {
  it('of the client: what is larger is dropped for it alone [MQTT-3.1.2-24] [MQTT-3.1.2-25]', () => {
    const world = new World();
    const small = world.client('small');
    small.connect({ properties: { maximumPacketSize: 40 } });
    small.subscribe('a');
    const large = world.client('large');
    large.connect();
    large.subscribe('a');
    for (const qos of [0, 1, 2] as const) {
      publish(world, 'a', 'x'.repeat(50), qos);
      large.expectMessage('x'.repeat(50));
    }
    small.expectNothing();
    expect(world.broker.counters.dropped.packetTooLarge).toBe(3);
    publish(world, 'a', 'x'.repeat(30), 2);
    large.expectMessage('x'.repeat(30));
    small.expectMessage('x'.repeat(30)); // quota and identifiers are not used up
    expect(world.broker.listSessions().items).toMatchObject([{ inflightMessages: 0 }, { inflightMessages: 0 }]);
  });

  it('of the client: a message that was sent and is now too large is discarded', () => {
    const world = new World();
    const bob = world.client('bob');
    bob.acknowledges = false;
    bob.connect({ properties: { sessionExpiryInterval: 60 } });
    bob.subscribe('a');
    publish(world, 'a', 'x'.repeat(50), 1);
    publish(world, 'a', 'y', 1);
    bob.lose();
    bob.connect({ cleanStart: false, properties: { maximumPacketSize: 40 } });
    bob.expectMessage('y', { dup: true });
    bob.expectNothing();
    expect(world.broker.counters.dropped.packetTooLarge).toBe(1);
  });

  it('of the client: Reason Strings are left out when there is no room for them [MQTT-3.14.2-3]', () => {
    const world = new World();
    const roomy = world.client('roomy');
    roomy.connect();
    world.broker.disconnectClient('roomy', world.now);
    expect(roomy.expect({ type: 'disconnect', reasonCode: 0x98 }).properties.reasonString).toBeDefined();
    const tight = world.client('tight');
    tight.connect({ properties: { maximumPacketSize: 15 } });
    world.broker.disconnectClient('tight', world.now);
    expect(tight.expect({ type: 'disconnect', reasonCode: 0x98 }).properties.reasonString).toBeUndefined();
  });

  it('of the client: a SUBACK that cannot be sent ends the connection', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect({ properties: { maximumPacketSize: 20 } });
    const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    const subscriptions = Array.from({ length: 30 }, (_, index) => ({ topicFilter: `a/${index}`, ...options }));
    alice.send({ type: 'subscribe', packetIdentifier: 1, subscriptions, properties: {} });
    alice.expectClosed(0x95);
  });

  it('of the broker: 0x95 [U-3.2.2.3.6-2]', () => {
    const world = new World({ maximumPacketSize: 100 });
    const alice = world.client('alice');
    alice.connect();
    alice.publish('a', new Uint8Array(100));
    alice.expectClosed(0x95);
  });
});

describe('a client that does not read', () => {
  it('loses QoS 0, keeps QoS 1 in its queue, and costs nobody else anything', () => {
    const world = new World();
    const slow = world.client('slow');
    slow.connect();
    slow.subscribe('a');
    const other = world.client('other');
    other.connect();
    other.subscribe('a');
    slow.stall();
    publish(world, 'a', 'filler', 0); // taken, and answered with false
    for (const value of ['1', '2']) publish(world, 'a', value, value === '1' ? 0 : 1);
    other.expectMessage('filler');
    other.expectMessage('1');
    other.expectMessage('2');
    slow.expectMessage('filler');
    slow.expectNothing();
    expect(world.broker.counters.dropped.congested).toBe(1);
    expect(world.broker.counters.queuedNow).toBe(1);
    slow.unstall();
    slow.expectMessage('2');
    expect(world.broker.counters.queuedNow).toBe(0);
  });

  it('gets its queue piece by piece, as far as the link takes it each time', () => {
    const world = new World();
    const slow = world.client('slow');
    slow.connect();
    slow.subscribe('a');
    slow.stall();
    slow.send({ type: 'pingreq' });
    for (const value of ['1', '2', '3']) publish(world, 'a', value, 1);
    slow.expect({ type: 'pingresp' });
    for (const value of ['1', '2', '3']) {
      slow.expectNothing();
      world.broker.handleWritable(slow.handle, world.now); // and congested again with the next write
      slow.acknowledges = false;
      slow.expectMessage(value);
    }
    slow.expectNothing();
  });

  it('is not read from either once its acknowledgements pile up', () => {
    const world = new World({ congestedBytesMax: 10 });
    const alice = world.client('alice');
    alice.connect();
    alice.stall();
    for (let count = 0; count < 20; count++) alice.send({ type: 'pingreq' });
    expect(alice.link.received).toHaveLength(6); // the one that congested it, then 10 bytes
    expect(alice.link.paused).toBe(true);
    alice.unstall();
    expect(alice.link.received).toHaveLength(20);
    expect(alice.link.paused).toBe(false);
  });

  it('and whose link fails is closed, without an effect on the publisher', () => {
    const world = new World();
    const broken = world.client('broken');
    broken.connect();
    broken.subscribe('a');
    broken.link.broken = true;
    const alice = world.client('alice');
    alice.connect();
    expect(alice.deliver('a', '', { qos: 1 })).toBe(0);
    expect(world.eventsOf('disconnected')).toMatchObject([{ clientIdentifier: 'broken', by: 'broker' }]);
  });
});

describe('Topic Alias', () => {
  it('of the client stands for the Topic Name [MQTT-3.3.2-12], on this connection only [MQTT-3.3.2-7]', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect();
    const bob = world.client('bob');
    bob.connect();
    bob.subscribe('a/topic');
    alice.publish('a/topic', '1', { properties: { topicAlias: 10 } });
    bob.expectMessage('1', { topicName: 'a/topic', properties: {} });
    alice.publish('', '2', { properties: { topicAlias: 10 } });
    expect(bob.expectMessage('2', { topicName: 'a/topic' }).properties).toEqual({});
    alice.disconnect();
    alice.connect();
    alice.publish('', '3', { properties: { topicAlias: 10 } });
    alice.expectClosed(0x82); // [U-3.3.4-4]
  });

  it('from the broker is one of as many as the broker wants to use, whatever the client allows', () => {
    for (const topicAliasMaximumOutgoing of [0, 1]) {
      const world = new World({ topicAliasMaximumOutgoing });
      const bob = world.client('bob');
      bob.connect({ properties: { topicAliasMaximum: 5 } });
      bob.subscribe('#');
      const aliases = new Set<number>();
      for (let round = 0; round < 5; round++) {
        for (const topicName of ['a/topic/name', 'another/topic/name', 'a/third/topic/name']) {
          publish(world, topicName, String(round), 0);
          aliases.add(bob.expectMessage(String(round)).properties.topicAlias ?? 0);
        }
      }
      expect(Math.max(...aliases)).toBe(topicAliasMaximumOutgoing);
    }
  });

  it('above the maximum is refused: 0x94 [U-3.3.4-3]', () => {
    const alice = new World().client('alice');
    alice.connect();
    alice.publish('a', '', { properties: { topicAlias: 11 } });
    alice.expectClosed(0x94);
  });

  it('of the broker is used as far as the client allows [MQTT-3.1.2-26] [MQTT-3.1.2-27]', () => {
    const world = new World();
    const bob = world.client('bob');
    bob.connect({ properties: { topicAliasMaximum: 1 } });
    bob.subscribe('#');
    publish(world, 'a/long/topic', '1', 0);
    bob.expectMessage('1', { topicName: 'a/long/topic', properties: { topicAlias: 1 } });
    publish(world, 'a/long/topic', '2', 1);
    bob.expectMessage('2', { topicName: '', properties: { topicAlias: 1 } });
    publish(world, 'another/topic', '3', 2);
    expect(bob.expectMessage('3', { topicName: 'another/topic' }).properties.topicAlias).toBeUndefined();
    const none = world.client('none');
    none.connect();
    none.subscribe('#');
    publish(world, 'a/long/topic', '4', 0);
    expect(none.expectMessage('4', { topicName: 'a/long/topic' }).properties.topicAlias).toBeUndefined();
  });
});

describe('Keep Alive', () => {
  it.each([4, 5] as const)(
    'ends a connection after one and a half times of silence, version %i [MQTT-3.1.2-22]',
    (v) => {
      const world = new World();
      const alice = world.client('alice', v);
      alice.connect({ keepAlive: 10 });
      world.advance(14_999);
      alice.expectOpen();
      alice.send({ type: 'pingreq' }).expect({ type: 'pingresp' });
      world.advance(14_999);
      alice.expectOpen();
      world.advance(1);
      alice.expectClosed(v === 5 ? 0x8d : undefined);
      expect(world.broker.counters.keepAliveTimeouts).toBe(1);
    },
  );

  it('of 0 is off', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect({ keepAlive: 0 });
    world.advance(1e9);
    alice.expectOpen();
  });

  it('above the maximum becomes Server Keep Alive in 5.0 [MQTT-3.1.2-21], a refusal in 3.1.1', () => {
    const world = new World({ maximumKeepAlive: 20 });
    for (const keepAlive of [0, 21]) {
      const alice = world.client('alice');
      expect(alice.connect({ keepAlive }).properties.serverKeepAlive).toBe(20);
      world.advance(30_000);
      alice.expectClosed(0x8d);
      const old = world.client('old', 4).connecting({ keepAlive });
      old.expect({ type: 'connack', reasonCode: 0x85 });
      old.expectClosed();
    }
    expect(world.client('alice').connect({ keepAlive: 20 }).properties.serverKeepAlive).toBeUndefined(); // [MQTT-3.2.2-22]
    world.client('old', 4).connect({ keepAlive: 20 });
  });

  it('does not blame a client for silence that the broker asked for', () => {
    const world = new World({}, { authorizer: { authorizePublish: () => 'pending' } });
    const alice = world.client('alice');
    alice.connect({ keepAlive: 10 });
    alice.publish('a');
    world.advance(100_000);
    alice.expectOpen();
    world.broker.handleAuthorized(alice.handle, 1, 'allow', world.now);
    world.advance(30_000);
    alice.expectClosed(0x8d);
  });
});

describe('PINGREQ', () => {
  it('is answered [MQTT-3.12.4-1] [v3 MQTT-3.12.4-1]', () => {
    const alice = new World().client('alice', 4);
    alice.connect();
    alice.send({ type: 'pingreq' }).expect({ type: 'pingresp' });
  });
});
