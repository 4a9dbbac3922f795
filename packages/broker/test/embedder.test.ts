import { describe, expect, it } from 'vitest';

import { Broker } from '../src/index.ts';
import { text } from '../test-support/scripted-client.ts';
import { World } from '../test-support/world.ts';

describe('publish', () => {
  it('reaches subscribers with everything that it carries, and says how many', () => {
    const world = new World();
    const bob = world.client('bob');
    bob.connect();
    bob.subscribe('a');
    const properties = {
      payloadFormatIndicator: 1,
      contentType: 'text/plain',
      responseTopic: 'answers',
      correlationData: text('42'),
      userProperties: [
        ['b', '1'],
        ['a', '2'],
      ],
    } as const;
    expect(world.broker.publish({ topicName: 'a', payload: text('x'), qos: 1, ...properties }, world.now)).toBe(1);
    expect(bob.expectMessage('x', { qos: 1 }).properties).toEqual(properties);
    expect(world.broker.publish({ topicName: 'nobody' }, world.now)).toBe(0);
  });

  it('refuses what is no message, and nothing has happened then', () => {
    const world = new World();
    const { broker, now } = world;
    expect(() => broker.publish({ topicName: 'a/+' }, now)).toThrow('MQTT-4.7.0-1');
    expect(() => broker.publish({ topicName: 'a', ...JSON.parse('{"qos":3}') }, now)).toThrow(RangeError);
    expect(() => broker.publish({ topicName: 'a', messageExpiryInterval: -1 }, now)).toThrow(RangeError);
    expect(() => broker.publish({ topicName: 'a', responseTopic: '#' }, now)).toThrow('MQTT-4.7.0-1');
    expect(() => broker.publish({ topicName: 'a', retain: true, contentType: '\0' }, now)).toThrow();
    expect(broker.counters.retainedNow).toBe(0);
  });
});

describe('subscribe', () => {
  it('gets retained messages first, then what is published, until it is unsubscribed', () => {
    const world = new World();
    const { broker, now } = world;
    broker.publish({ topicName: 'a/1', payload: text('kept'), qos: 2, retain: true }, now);
    const seen: unknown[] = [];
    const listener = ({ topicName }: { topicName: string }, delivery: object): unknown =>
      seen.push([topicName, delivery]);
    const subscription = broker.subscribe('a/#', { qos: 1 }, listener, now);
    const alice = world.client('alice');
    alice.connect();
    expect(alice.deliver('a/2', 'x', { qos: 2 })).toBe(0);
    expect(broker.match('a/2').localSubscriptions).toBe(1);
    subscription.unsubscribe();
    subscription.unsubscribe();
    expect(alice.deliver('a/3', 'x', { qos: 2 })).toBe(0x10);
    expect(seen).toEqual([
      ['a/1', { qos: 1, retain: true }],
      ['a/2', { qos: 1, retain: false }],
    ]);
  });

  it('may leave out its own messages, and a listener that throws harms nobody', () => {
    const world = new World();
    const { broker, now } = world;
    const seen: string[] = [];
    broker.subscribe('a', { noLocal: true }, ({ publisher }) => seen.push(publisher), now);
    broker.subscribe(
      'a',
      {},
      () => {
        throw new Error('listener');
      },
      now,
    );
    broker.publish({ topicName: 'a' }, now);
    const alice = world.client('alice');
    alice.connect();
    alice.publish('a');
    expect(seen).toEqual(['alice']);
    expect(world.eventsOf('hookFailed')).toMatchObject([{ hook: 'listener' }, { hook: 'listener' }]);
    expect(() => broker.subscribe('a/#/b', {}, () => undefined, now)).toThrow('MQTT-4.7.1-1');
  });
});

describe('administration', () => {
  it('disconnects a client, ends a session, shuts down', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect({ properties: { sessionExpiryInterval: 60 } });
    expect(() => world.broker.disconnectClient('alice', world.now, 0x85)).toThrow(RangeError);
    expect(world.broker.disconnectClient('alice', world.now)).toBe(true);
    alice.expectClosed(0x98);
    expect(world.broker.disconnectClient('alice', world.now)).toBe(false);
    expect(world.broker.listSessions().items).toHaveLength(1);
    expect(world.broker.endSession('alice', world.now)).toBe(true);
    expect(world.broker.endSession('alice', world.now)).toBe(false);
    expect(world.eventsOf('sessionEnded')).toMatchObject([{ cause: 'administrative' }]);
    const bob = world.client('bob');
    bob.connect();
    expect(world.broker.endSession('bob', world.now)).toBe(true);
    bob.expectClosed(0x98);
    const carol = world.client('carol', 4);
    carol.connect();
    const silent = world.client('silent').open();
    world.broker.shutDown(world.now);
    carol.expectClosed();
    silent.expectClosed();
  });

  it('lists in pages, sorted, whatever comes and goes between them', () => {
    const world = new World();
    for (let index = 0; index < 25; index++) {
      const client = world.client(`c${String(index).padStart(2, '0')}`);
      client.connect({ keepAlive: 60, userName: 'u', properties: { sessionExpiryInterval: index % 2 } });
      client.subscribe(['b', 'a'], { qos: 1, identifier: 3 });
      world.broker.publish({ topicName: `t/${index}`, payload: text('x'), retain: true }, world.now);
    }
    const first = world.broker.listClients({ limit: 10 });
    expect(first.items).toHaveLength(10);
    expect(first.items[0]).toEqual({
      clientIdentifier: 'c00',
      userName: 'u',
      protocolVersion: 5,
      remoteAddress: '192.0.2.1',
      listener: 'test',
      keepAlive: 60,
      connectedAt: world.now,
    });
    world.broker.disconnectClient('c09', world.now);
    world.broker.disconnectClient('c10', world.now);
    const second = world.broker.listClients({ limit: 10, after: first.next });
    expect(second.items.map(({ clientIdentifier }) => clientIdentifier)[0]).toBe('c11');
    const last = world.broker.listClients({ limit: 10, after: second.next });
    expect(last).toMatchObject({ items: [{}, {}, {}, {}], next: undefined });
    expect(world.broker.listSessions({ limit: 100 }).items).toHaveLength(24);
    expect(world.broker.listSubscriptions('c01', { limit: 1 })).toEqual({
      items: [
        {
          subscriptionFilter: 'a',
          qos: 1,
          noLocal: false,
          retainAsPublished: false,
          retainHandling: 0,
          subscriptionIdentifier: 3,
        },
      ],
      next: 'a',
    });
    expect(world.broker.listSubscriptions('nobody').items).toEqual([]);
    expect(world.broker.listRetained('t/+', world.now, { limit: 20 }).items).toHaveLength(20);
    expect(() => world.broker.listClients({ limit: 0 })).toThrow(RangeError);
  });

  it('says who would receive a topic, and sends nothing', () => {
    const world = new World();
    const bob = world.client('bob');
    bob.connect({ properties: { sessionExpiryInterval: 60 } });
    bob.subscribe(['a/#', 'a/b'], { qos: 1 });
    bob.subscribe('$share/s/a/+');
    bob.lose();
    expect(world.broker.match('a/b')).toEqual({
      receivers: [{ clientIdentifier: 'bob', connected: false, qos: 1, subscriptionFilters: ['a/#', 'a/b'] }],
      sharedSubscriptions: [{ shareName: 's', topicFilter: 'a/+', members: ['bob'] }],
      localSubscriptions: 0,
    });
    expect(world.broker.match('a/b', 0).receivers).toMatchObject([{ qos: 0 }]);
    expect(() => world.broker.match('#')).toThrow('MQTT-4.7.0-1');
  });
});

describe('options', () => {
  it('out of their range are refused by name', () => {
    expect(() => new Broker({ receiveMaximum: 0 })).toThrow('receiveMaximum is 0; allowed: 1 to 65535');
    expect(() => new Broker({ connectTimeoutMs: Number.NaN })).toThrow('connectTimeoutMs');
    expect(new Broker({ receiveMaximum: undefined }).options.receiveMaximum).toBe(65_535);
  });
});

describe('Response Information', () => {
  it('is given to who asks for it, if there is any [MQTT-3.1.2-28]', () => {
    const asking = { properties: { requestResponseInformation: true } };
    const world = new World({ responseTopicPrefix: 'answers/' });
    expect(world.client('a').connect(asking).properties.responseInformation).toBe('answers/a');
    expect(world.client('b').connect().properties.responseInformation).toBeUndefined();
    expect(new World().client('a').connect(asking).properties.responseInformation).toBeUndefined();
  });
});

describe('events', () => {
  it("tell a connection's life", () => {
    const world = new World();
    const alice = world.client('alice', 4);
    alice.connect({ keepAlive: 5, userName: 'al' });
    alice.disconnect();
    expect(world.events).toEqual([
      {
        type: 'connected',
        clientIdentifier: 'alice',
        userName: 'al',
        protocolVersion: 4,
        cleanStart: true,
        sessionPresent: false,
        keepAlive: 5,
        remoteAddress: '192.0.2.1',
        listener: 'test',
      },
      {
        type: 'disconnected',
        clientIdentifier: 'alice',
        remoteAddress: '192.0.2.1',
        listener: 'test',
        by: 'client',
        reasonCode: 0,
        explanation: 'the client disconnected',
      },
      { type: 'sessionEnded', clientIdentifier: 'alice', cause: 'disconnected' },
    ]);
  });

  it('name the drop reason, the receiver and the topic', () => {
    const world = new World();
    const bob = world.client('bob');
    bob.connect({ properties: { sessionExpiryInterval: 60 } });
    bob.subscribe('a');
    bob.lose();
    world.broker.publish({ topicName: 'a' }, world.now);
    expect(world.eventsOf('messageDropped')).toEqual([
      { type: 'messageDropped', reason: 'offline', clientIdentifier: 'bob', topicName: 'a', qos: 0 },
    ]);
  });
});
