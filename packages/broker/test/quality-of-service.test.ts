import { describe, expect, it } from 'vitest';

import { World } from '../test-support/world.ts';

describe.each([4, 5] as const)('messages from one client to another, version %i', (version) => {
  it('QoS 0 arrives with DUP 0 and no Packet Identifier [MQTT-4.3.1-1] [v3 MQTT-4.3.1-1]', () => {
    const world = new World();
    const alice = world.client('alice', version);
    const bob = world.client('bob', version);
    alice.connect();
    bob.connect();
    expect(bob.subscribe('a/#')).toEqual([2]);
    alice.publish('a/b', 'hello');
    bob.expectMessage('hello', { topicName: 'a/b', qos: 0, dup: false, retain: false });
    bob.expectNothing();
  });

  it('QoS 1 is acknowledged and arrives at QoS 1 [MQTT-4.3.2-4] [v3 MQTT-4.3.2-2]', () => {
    const world = new World();
    const alice = world.client('alice', version);
    const bob = world.client('bob', version);
    alice.connect();
    bob.connect();
    bob.subscribe('a');
    expect(alice.deliver('a', 'hello', { qos: 1 })).toBe(0);
    bob.expectMessage('hello', { qos: 1, dup: false });
    bob.expectNothing();
  });

  it('QoS 2 goes through PUBREC, PUBREL and PUBCOMP on both sides [MQTT-4.3.3-8] [MQTT-4.3.3-11]', () => {
    const world = new World();
    const alice = world.client('alice', version);
    const bob = world.client('bob', version);
    alice.connect();
    bob.connect();
    bob.subscribe('a');
    bob.acknowledges = false;
    alice.deliver('a', 'hello', { qos: 2 });
    const { packetIdentifier } = bob.expectMessage('hello', { qos: 2, dup: false });
    bob.acknowledge('pubrec', packetIdentifier).expect({ type: 'pubrel', packetIdentifier });
    bob.acknowledge('pubcomp', packetIdentifier).expectNothing();
  });
});
