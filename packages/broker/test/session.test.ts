import { describe, expect, it } from 'vitest';

import { text } from '../test-support/scripted-client.ts';
import { World } from '../test-support/world.ts';

const FOR_A_MINUTE = { sessionExpiryInterval: 60 };

describe('session', () => {
  it('is new, resumed or discarded as Clean Start says [MQTT-3.1.2-4] [MQTT-3.1.2-5] [MQTT-3.1.2-6]', () => {
    const world = new World();
    const alice = world.client('alice');
    expect(alice.connect({ cleanStart: false, properties: FOR_A_MINUTE }).sessionPresent).toBe(false); // [MQTT-3.2.2-3]
    alice.subscribe('a');
    alice.disconnect();
    expect(alice.connect({ cleanStart: false, properties: FOR_A_MINUTE }).sessionPresent).toBe(true);
    expect(world.broker.listSubscriptions('alice').items).toHaveLength(1);
    alice.disconnect();
    expect(alice.connect({ cleanStart: true, properties: FOR_A_MINUTE }).sessionPresent).toBe(false); // [MQTT-3.2.2-2]
    expect(world.broker.listSubscriptions('alice').items).toEqual([]);
    expect(world.eventsOf('sessionEnded')).toMatchObject([{ cause: 'cleanStart' }]);
  });

  it('of 3.1.1 lives for ever with Clean Session 0, with its connection otherwise [v3 MQTT-3.1.2-4] [v3 MQTT-3.1.2-6]', () => {
    const world = new World();
    const alice = world.client('alice', 4);
    expect(alice.connect({ cleanStart: false }).sessionPresent).toBe(false);
    alice.subscribe('a');
    alice.disconnect();
    world.advance(1e10);
    expect(alice.connect({ cleanStart: false }).sessionPresent).toBe(true);
    alice.disconnect();
    expect(alice.connect({ cleanStart: true }).sessionPresent).toBe(false);
    alice.disconnect();
    expect(alice.connect({ cleanStart: false }).sessionPresent).toBe(false);
  });

  it('ends when its Session Expiry Interval has passed since the connection closed [MQTT-4.1.0-2]', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect({ properties: FOR_A_MINUTE });
    world.advance(120_000);
    alice.disconnect();
    world.advance(59_999);
    expect(world.broker.listSessions().items).toMatchObject([{ connected: false, sessionExpiryInterval: 60 }]);
    world.advance(1);
    expect(world.broker.listSessions().items).toEqual([]);
    expect(world.eventsOf('sessionEnded')).toMatchObject([{ cause: 'expired' }]);
    expect(alice.connect({ cleanStart: false }).sessionPresent).toBe(false);
  });

  it('that is resumed in time does not expire later', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect({ properties: FOR_A_MINUTE });
    alice.disconnect();
    world.advance(59_999);
    alice.connect({ cleanStart: false, properties: FOR_A_MINUTE });
    world.advance(1_000_000);
    expect(world.broker.listSessions().items).toMatchObject([{ connected: true }]);
  });

  it('never ends with an interval of 0xFFFFFFFF', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect({ properties: { sessionExpiryInterval: 0xffffffff } });
    alice.disconnect();
    world.advance(1e12);
    expect(alice.connect({ cleanStart: false }).sessionPresent).toBe(true);
  });

  it('lives no longer than the broker allows, and CONNACK says so', () => {
    const world = new World({ sessionExpiryIntervalMaximum: 30 });
    const alice = world.client('alice');
    expect(alice.connect({ properties: FOR_A_MINUTE }).properties.sessionExpiryInterval).toBe(30);
    alice.disconnect(0, { sessionExpiryInterval: 100 });
    world.advance(30_000);
    expect(world.broker.listSessions().items).toEqual([]);
    const old = world.client('old', 4);
    old.connect({ cleanStart: false });
    old.disconnect();
    world.advance(30_000);
    expect(world.broker.listSessions().items).toEqual([]);
  });

  it('may be given another interval at DISCONNECT, but not if it had none [U-3.14.2.2.2-2]', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect({ properties: FOR_A_MINUTE });
    alice.disconnect(0, { sessionExpiryInterval: 10 });
    world.advance(10_000);
    expect(world.broker.listSessions().items).toEqual([]);
    alice.connect({ properties: FOR_A_MINUTE });
    alice.disconnect(0, { sessionExpiryInterval: 0 });
    expect(world.broker.listSessions().items).toEqual([]);
    alice.connect();
    alice.send({ type: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 5 } }).expectClosed(0x82);
  });

  it('collects QoS 1 and 2 while its client is away, in order [MQTT-4.5.0-1] [v3 MQTT-3.1.2-5]', () => {
    const world = new World();
    const bob = world.client('bob');
    bob.connect({ properties: FOR_A_MINUTE });
    bob.subscribe('a/#');
    bob.lose();
    const alice = world.client('alice');
    alice.connect();
    alice.deliver('a/1', 'one', { qos: 1 });
    alice.deliver('a/2', 'two', { qos: 2 });
    alice.deliver('a/3', 'zero', { qos: 0 });
    alice.deliver('a/4', 'three', { qos: 1 });
    expect(world.broker.listSessions().items).toMatchObject([{}, { clientIdentifier: 'bob', queuedMessages: 3 }]);
    bob.connect({ cleanStart: false });
    bob.expectMessage('one', { dup: false });
    bob.expectMessage('two', { dup: false });
    bob.expectMessage('three', { dup: false });
    bob.expectNothing();
    expect(world.broker.counters).toMatchObject({ queuedNow: 0, queuedBytesNow: 0 });
    expect(world.broker.counters.dropped.offline).toBe(1);
  });

  it('may collect QoS 0 as well', () => {
    const world = new World({ queueQos0Messages: true });
    const bob = world.client('bob');
    bob.connect({ properties: FOR_A_MINUTE });
    bob.subscribe('a');
    bob.lose();
    world.broker.publish({ topicName: 'a', payload: text('x') }, world.now);
    bob.connect({ cleanStart: false });
    bob.expectMessage('x', { qos: 0 });
  });
});

describe('what was in flight when the connection was lost', () => {
  it('is sent again with DUP, the same identifiers and in order [MQTT-4.4.0-1] [MQTT-4.6.0-1] [MQTT-3.3.1-1]', () => {
    const world = new World();
    const bob = world.client('bob');
    bob.acknowledges = false;
    bob.connect({ properties: FOR_A_MINUTE });
    bob.subscribe('a');
    const alice = world.client('alice');
    alice.connect();
    alice.deliver('a', 'one', { qos: 1 });
    alice.deliver('a', 'two', { qos: 2 });
    alice.deliver('a', 'three', { qos: 1 });
    const first = bob.expectMessage('one').packetIdentifier;
    const second = bob.expectMessage('two').packetIdentifier;
    const third = bob.expectMessage('three').packetIdentifier;
    bob.lose();
    alice.deliver('a', 'four', { qos: 1 });
    bob.connect({ cleanStart: false, properties: FOR_A_MINUTE });
    bob.expectMessage('one', { dup: true, packetIdentifier: first });
    bob.expectMessage('two', { dup: true, packetIdentifier: second });
    bob.expectMessage('three', { dup: true, packetIdentifier: third });
    bob.expectMessage('four', { dup: false });
    bob.expectNothing();
  });

  it('is only PUBREL once PUBREC has arrived [MQTT-4.3.3-6]', () => {
    const world = new World();
    const bob = world.client('bob');
    bob.acknowledges = false;
    bob.connect({ properties: FOR_A_MINUTE });
    bob.subscribe('a');
    world.broker.publish({ topicName: 'a', qos: 2 }, world.now);
    const { packetIdentifier } = bob.expect({ type: 'publish' });
    bob.acknowledge('pubrec', packetIdentifier).expect({ type: 'pubrel' });
    bob.lose();
    bob.connect({ cleanStart: false });
    bob.expect({ type: 'pubrel', packetIdentifier });
    bob.acknowledge('pubcomp', packetIdentifier).expectNothing();
  });

  it('of a QoS 2 publisher is remembered: the repeated PUBLISH is not delivered twice [MQTT-4.3.3-10]', () => {
    const world = new World();
    const received: string[] = [];
    world.broker.subscribe('a', {}, (message) => received.push(new TextDecoder().decode(message.payload)), world.now);
    const alice = world.client('alice');
    alice.connect({ properties: FOR_A_MINUTE });
    const packetIdentifier = alice.publish('a', 'once', { qos: 2 });
    alice.expect({ type: 'pubrec' });
    alice.lose();
    alice.connect({ cleanStart: false });
    alice.publish('a', 'once', { qos: 2, packetIdentifier, dup: true });
    alice.expect({ type: 'pubrec', packetIdentifier, reasonCode: 0 });
    alice.acknowledge('pubrel', packetIdentifier).expect({ type: 'pubcomp', reasonCode: 0 });
    expect(received).toEqual(['once']);
    alice.publish('a', 'again', { qos: 2, packetIdentifier }); // [MQTT-4.3.3-12]
    expect(received).toEqual(['once', 'again']);
  });

  it('is delivered even if it has expired meanwhile [MQTT-4.3.3-7], what was not sent is not [MQTT-3.3.2-5]', () => {
    const world = new World({ inflightMessagesMax: 1 });
    const bob = world.client('bob');
    bob.acknowledges = false;
    bob.connect({ properties: FOR_A_MINUTE });
    bob.subscribe('a');
    world.broker.publish({ topicName: 'a', payload: text('sent'), qos: 2, messageExpiryInterval: 5 }, world.now);
    world.broker.publish({ topicName: 'a', payload: text('waiting'), qos: 2, messageExpiryInterval: 5 }, world.now);
    bob.expectMessage('sent', { properties: { messageExpiryInterval: 5 } });
    bob.lose();
    world.advance(6000);
    bob.acknowledges = true;
    bob.connect({ cleanStart: false });
    bob.expectMessage('sent', { dup: true, properties: { messageExpiryInterval: 0 } });
    bob.expectNothing();
    expect(world.broker.counters.dropped.expired).toBe(1);
  });
});

describe('Message Expiry Interval', () => {
  it('counts down while the message waits [MQTT-3.3.2-6]', () => {
    const world = new World();
    const bob = world.client('bob');
    bob.connect({ properties: FOR_A_MINUTE });
    bob.subscribe('a');
    bob.lose();
    const alice = world.client('alice');
    alice.connect();
    alice.deliver('a', 'x', { qos: 1, properties: { messageExpiryInterval: 30, contentType: 'text/plain' } });
    alice.deliver('a', 'gone', { qos: 1, properties: { messageExpiryInterval: 9 } });
    world.advance(10_000);
    bob.connect({ cleanStart: false });
    bob.expectMessage('x', { properties: { messageExpiryInterval: 20, contentType: 'text/plain' } });
    bob.expectNothing();
  });

  it('arrives as it was sent when the message does not wait', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect();
    alice.subscribe('a');
    alice.publish('a', 'x', { properties: { messageExpiryInterval: 30 } });
    alice.expectMessage('x', { properties: { messageExpiryInterval: 30 } });
  });
});

describe('the queue of a session', () => {
  const filled = (queueOverflow: 'dropNewest' | 'dropOldest' | 'keepLastPerTopic' | 'disconnect'): string[] => {
    const world = new World({ queuedMessagesMax: 3, queueOverflow });
    const bob = world.client('bob');
    bob.connect({ properties: FOR_A_MINUTE });
    bob.subscribe('#');
    bob.lose();
    for (const [topicName, value] of [
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
      ['c', '4'],
    ] as const) {
      world.broker.publish({ topicName, payload: text(value), qos: 1 }, world.now);
    }
    const { dropped } = world.broker.counters;
    expect(dropped.queueFull + dropped.displaced + dropped.superseded).toBe(1);
    bob.connect({ cleanStart: false });
    return bob.link.received.map((packet) =>
      packet.type === 'publish' ? new TextDecoder().decode(packet.payload) : packet.type,
    );
  };

  it('is bounded by count, and the policy says what gives way', () => {
    expect(filled('dropNewest')).toEqual(['1', '2', '3']);
    expect(filled('dropOldest')).toEqual(['2', '3', '4']);
    expect(filled('keepLastPerTopic')).toEqual(['2', '3', '4']);
    expect(filled('disconnect')).toEqual(['1', '2', '3']);
  });

  it('is bounded by bytes', () => {
    const world = new World({ queuedBytesMax: 30 });
    const bob = world.client('bob');
    bob.connect({ properties: FOR_A_MINUTE });
    bob.subscribe('#');
    bob.lose();
    for (let count = 0; count < 5; count++) {
      world.broker.publish({ topicName: 'a', payload: new Uint8Array(9), qos: 1 }, world.now);
    }
    expect(world.broker.counters).toMatchObject({ queuedNow: 3, queuedBytesNow: 30 });
    expect(world.broker.counters.dropped.queueFull).toBe(2);
  });

  it('may cost a connected client its connection: 0x97, after the delivery to others', () => {
    const world = new World({ queuedMessagesMax: 1, inflightMessagesMax: 1, queueOverflow: 'disconnect' });
    const slow = world.client('slow');
    slow.acknowledges = false;
    slow.connect();
    slow.subscribe('a');
    const other = world.client('other');
    other.connect();
    other.subscribe('a');
    for (const value of ['1', '2', '3']) {
      world.broker.publish({ topicName: 'a', payload: text(value), qos: 1 }, world.now);
      other.expectMessage(value);
    }
    slow.expectMessage('1');
    slow.expectClosed(0x97);
  });
});
