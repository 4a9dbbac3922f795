import { describe, expect, it } from 'vitest';

import { text } from '../test-support/scripted-client.ts';
import { World } from '../test-support/world.ts';

function watcher(world: World): ReturnType<World['client']> {
  const client = world.client('watcher');
  client.connect();
  client.subscribe('#', { retainAsPublished: true });
  return client;
}

describe('a will', () => {
  it.each([4, 5] as const)(
    'is published when the connection is lost, version %i [MQTT-3.1.2-8] [v3 MQTT-3.1.2-8]',
    (v) => {
      const world = new World();
      const bob = watcher(world);
      const alice = world.client('alice', v);
      alice.connect({ will: { topicName: 'alice/gone', payload: text('bye'), qos: 1 } });
      bob.expectNothing();
      alice.lose();
      bob.expectMessage('bye', { topicName: 'alice/gone', qos: 1, retain: false }); // [MQTT-3.1.2-14]
      bob.expectNothing();
      expect(world.broker.counters.willsPublished).toBe(1);
    },
  );

  it.each([4, 5] as const)('is deleted by DISCONNECT, version %i [MQTT-3.14.4-3] [v3 MQTT-3.14.4-3]', (v) => {
    const world = new World();
    const bob = watcher(world);
    const alice = world.client('alice', v);
    alice.connect({ will: { topicName: 'w' } });
    alice.disconnect();
    world.advance(100_000);
    bob.expectNothing();
  });

  it('is published after DISCONNECT with 0x04', () => {
    const world = new World();
    const bob = watcher(world);
    const alice = world.client('alice');
    alice.connect({ will: { topicName: 'w', payload: text('bye') } });
    alice.disconnect(4);
    bob.expectMessage('bye');
  });

  it('is published after a protocol error, a keep alive timeout, a takeover', () => {
    const world = new World();
    const bob = watcher(world);
    const will = { topicName: 'w', payload: text('bye') };
    const alice = world.client('alice');
    alice.connect({ will });
    alice.send({ type: 'auth', reasonCode: 0x19, properties: { authenticationMethod: 'X' } });
    bob.expectMessage('bye');
    alice.connect({ will, keepAlive: 1 });
    world.advance(1500);
    bob.expectMessage('bye');
    alice.connect({ will });
    world.client('alice').connect();
    bob.expectMessage('bye');
    bob.expectNothing();
  });

  it('may be retained [MQTT-3.1.2-15] [v3 MQTT-3.1.2-17] and carries its properties in order [MQTT-3.1.3-10]', () => {
    const world = new World();
    const bob = watcher(world);
    const alice = world.client('alice');
    const properties = {
      payloadFormatIndicator: 1,
      messageExpiryInterval: 7,
      contentType: 'text/plain',
      responseTopic: 'answers',
      correlationData: text('42'),
      userProperties: [
        ['b', '1'],
        ['a', '2'],
        ['b', '3'],
      ],
    } as const;
    const willProperties = { ...properties, willDelayInterval: 0 };
    alice.connect({ will: { topicName: 'w', payload: text('x'), retain: true, qos: 2, properties: willProperties } });
    alice.lose();
    expect(bob.expectMessage('x', { retain: true, qos: 2 }).properties).toEqual(properties);
    world.advance(3000);
    const late = world.client('late');
    late.connect();
    late.subscribe('w');
    late.expectMessage('x', { retain: true, properties: { ...properties, messageExpiryInterval: 4 } });
  });

  it('with a delay waits for it [MQTT-3.1.2-8]', () => {
    const world = new World();
    const bob = watcher(world);
    const alice = world.client('alice');
    alice.connect({
      properties: { sessionExpiryInterval: 60 },
      will: { topicName: 'w', payload: text('bye'), properties: { willDelayInterval: 10 } },
    });
    alice.lose();
    world.advance(9999);
    bob.expectNothing();
    world.advance(1);
    bob.expectMessage('bye');
    world.advance(100_000);
    bob.expectNothing();
  });

  it('with a delay is published when the session ends before', () => {
    const world = new World();
    const bob = watcher(world);
    const alice = world.client('alice');
    const will = { topicName: 'w', payload: text('bye'), properties: { willDelayInterval: 100 } };
    alice.connect({ properties: { sessionExpiryInterval: 5 }, will });
    alice.lose();
    world.advance(4999);
    bob.expectNothing();
    world.advance(1);
    bob.expectMessage('bye');
    alice.connect({ will }); // the session ends with the connection
    alice.lose();
    bob.expectMessage('bye');
    alice.connect({ properties: { sessionExpiryInterval: 5 }, will });
    alice.lose();
    world.client('alice').connect({ cleanStart: true }); // ends the session
    bob.expectMessage('bye');
    world.advance(1_000_000);
    bob.expectNothing();
  });

  it('with a delay is not published when the client is back in time [MQTT-3.1.3-9]', () => {
    const world = new World();
    const bob = watcher(world);
    const alice = world.client('alice');
    const properties = { sessionExpiryInterval: 60 };
    alice.connect({ properties, will: { topicName: 'w', properties: { willDelayInterval: 10 } } });
    alice.lose();
    world.advance(9000);
    alice.connect({ properties, cleanStart: false });
    world.advance(1_000_000);
    alice.lose();
    world.advance(1_000_000);
    bob.expectNothing();
  });

  it('of QoS or RETAIN that the broker does not have is refused [MQTT-3.2.2-12]', () => {
    const alice = new World({ maximumQos: 1 }).client('alice').connecting({ will: { topicName: 'w', qos: 2 } });
    alice.expect({ type: 'connack', reasonCode: 0x9b });
    alice.expectClosed();
  });

  it("to a topic that is not the client's to publish to is refused", () => {
    const world = new World(
      {},
      { authorizer: { authorizePublish: (_connection, { topicName }) => (topicName === 'mine' ? 'allow' : 'deny') } },
    );
    world.client('alice').connect({ will: { topicName: 'mine' } });
    const bob = world.client('bob').connecting({ will: { topicName: 'yours' } });
    bob.expect({ type: 'connack', reasonCode: 0x87 });
    bob.expectClosed();
    const carol = new World().client('carol').connecting({ will: { topicName: '$SYS/broker' } });
    carol.expect({ type: 'connack', reasonCode: 0x87 });
  });

  it('may be decided upon later', () => {
    const world = new World({}, { authorizer: { authorizePublish: () => 'pending' } });
    const bob = watcher(world);
    const alice = world.client('alice').connecting({ will: { topicName: 'w', payload: text('bye') } });
    alice.expectNothing();
    world.broker.handleAuthorized(alice.handle, 1, 'allow', world.now);
    alice.expect({ type: 'connack', reasonCode: 0 });
    alice.lose();
    bob.expectMessage('bye');
  });

  it('is published to the embedder too, and after a shutdown', () => {
    const world = new World();
    const seen: string[] = [];
    world.broker.subscribe('w', {}, ({ topicName }) => seen.push(topicName), world.now);
    const alice = world.client('alice');
    alice.connect({ will: { topicName: 'w' } });
    world.broker.shutDown(world.now);
    alice.expectClosed(0x8b);
    expect(seen).toEqual(['w']);
  });
});
