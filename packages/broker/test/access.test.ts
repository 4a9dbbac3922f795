import { describe, expect, it } from 'vitest';

import type { Authorizer } from '../src/access.ts';
import { text } from '../test-support/scripted-client.ts';
import { World } from '../test-support/world.ts';

describe('a PUBLISH that is not allowed', () => {
  const authorizer: Authorizer = {
    authorizePublish: (_connection, { topicName }) => (topicName.startsWith('no/') ? 'deny' : 'allow'),
  };

  it('gets 0x87 in 5.0 and reaches nobody', () => {
    const world = new World({}, { authorizer });
    const alice = world.client('alice');
    alice.connect();
    alice.subscribe('#');
    expect(alice.deliver('no/1', 'x', { qos: 1 })).toBe(0x87);
    expect(alice.deliver('no/2', 'x', { qos: 2, retain: true })).toBe(0x87);
    alice.deliver('no/3', 'x');
    alice.expectNothing().expectOpen();
    expect(world.broker.counters.dropped.publishDenied).toBe(3);
    expect(world.broker.counters.retainedNow).toBe(0);
    alice.publish('yes', 'x', { qos: 2, packetIdentifier: 2 }); // the refused identifier is free [MQTT-4.3.3-9]
    alice.expectMessage('x');
    alice.expect({ type: 'pubrec', packetIdentifier: 2, reasonCode: 0 });
  });

  it('gets a positive acknowledgement in 3.1.1, which has no other, and reaches nobody [v3 MQTT-3.3.5-2]', () => {
    const world = new World({}, { authorizer });
    const alice = world.client('alice', 4);
    alice.connect();
    alice.subscribe('#');
    expect(alice.deliver('no/1', 'x', { qos: 1 })).toBe(0);
    expect(alice.deliver('no/2', 'x', { qos: 2 })).toBe(0);
    alice.expectNothing().expectOpen();
    expect(world.broker.counters.dropped.publishDenied).toBe(2);
  });

  it('may be refused with a reason that PUBACK may carry, and no other', () => {
    for (const [answer, expected] of [
      [0x97, 0x97],
      [0x80, 0x80],
      [0x8e, 0x87],
      [5, 0x87],
    ] as const) {
      const world = new World({}, { authorizer: { authorizePublish: () => answer } });
      const alice = world.client('alice');
      alice.connect();
      expect(alice.deliver('a', '', { qos: 1 })).toBe(expected);
    }
  });

  it('to $SYS is refused to clients, not to the embedder [U-4.7.2-1]', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect();
    alice.subscribe('$SYS/#');
    expect(alice.deliver('$SYS/broker/uptime', '', { qos: 1 })).toBe(0x87);
    expect(alice.deliver('$SYS', '', { qos: 1 })).toBe(0x87);
    expect(alice.deliver('$SYSTEM', '', { qos: 1 })).toBe(0x10);
    alice.expectNothing();
    world.broker.publish({ topicName: '$SYS/broker/uptime', payload: text('1') }, world.now);
    alice.expectMessage('1');
  });

  it('with too many levels gets 0x90, with a payload that is not what it says 0x99 [U-3.3.2.3.2-2]', () => {
    const world = new World({ topicLevelsMax: 3, payloadFormatChecked: true });
    const alice = world.client('alice');
    alice.connect();
    expect(alice.deliver('a/b/c', '', { qos: 1 })).toBe(0x10);
    expect(alice.deliver('a/b/c/', '', { qos: 1 })).toBe(0x90);
    const claims = { qos: 1, properties: { payloadFormatIndicator: 1 } } as const;
    expect(alice.deliver('a', text('grüße, 世界, 𐍈'), claims)).toBe(0x10);
    for (const wrong of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf4, 0x90, 0x80, 0x80], [0x80]]) {
      expect(alice.deliver('a', Uint8Array.from(wrong), claims)).toBe(0x99);
    }
  });

  it('may be decided later, while the next packets of this connection wait', () => {
    const asked: string[] = [];
    let lastTicket = 0;
    const world = new World(
      {},
      {
        authorizer: {
          authorizePublish(_connection, { topicName }, ticket) {
            asked.push(topicName);
            lastTicket = ticket;
            return 'pending';
          },
        },
      },
    );
    const alice = world.client('alice');
    const bob = world.client('bob');
    alice.connect();
    bob.connect();
    bob.subscribe('#');
    alice.publish('1', 'one', { qos: 1, packetIdentifier: 1 });
    alice.publish('2', 'two', { qos: 2, packetIdentifier: 2 });
    bob.send({ type: 'pingreq' }).expect({ type: 'pingresp' }); // nobody else waits
    expect(asked).toEqual(['1']);
    const first = lastTicket;
    world.broker.handleAuthorized(alice.handle, first + 1, 'allow', world.now); // nobody asked that
    bob.expectNothing();
    world.broker.handleAuthorized(alice.handle, first, 'allow', world.now);
    bob.expectMessage('one');
    alice.expect({ type: 'puback', packetIdentifier: 1 });
    expect(asked).toEqual(['1', '2']);
    world.broker.handleAuthorized(alice.handle, first, 'allow', world.now); // answered before
    bob.expectNothing();
    const second = lastTicket;
    world.broker.handleAuthorized(alice.handle, second, 'deny', world.now);
    alice.expect({ type: 'pubrec', packetIdentifier: 2, reasonCode: 0x87 });
    alice.lose();
    world.broker.handleAuthorized(alice.handle, second, 'allow', world.now);
    bob.expectNothing();
  });
});

describe('a SUBSCRIBE that is not allowed', () => {
  it('gets 0x87 for that filter alone, 0x80 in 3.1.1', () => {
    const asked: unknown[] = [];
    const world = new World(
      {},
      {
        authorizer: {
          authorizeSubscribe(_connection, request) {
            asked.push(request);
            return request.topicFilter === 'no' ? 'deny' : 'allow';
          },
        },
      },
    );
    for (const version of [5, 4] as const) {
      const alice = world.client(`alice${version}`, version);
      alice.connect();
      expect(alice.subscribe(['a', 'no', '$share/s/no'], { qos: 1 })).toEqual(
        version === 5 ? [1, 0x87, 0x87] : [1, 0x80, 0x80],
      );
      expect(world.broker.listSubscriptions(`alice${version}`).items).toHaveLength(1);
    }
    expect(asked[2]).toEqual({ subscriptionFilter: '$share/s/no', topicFilter: 'no', shareName: 's', qos: 1 });
  });

  it('may be decided later, filter by filter', () => {
    const tickets: number[] = [];
    const world = new World(
      {},
      {
        authorizer: {
          authorizeSubscribe(_connection, { topicFilter }, ticket) {
            if (topicFilter === 'now') return 'allow';
            tickets.push(ticket);
            return 'pending';
          },
        },
      },
    );
    const alice = world.client('alice');
    alice.connect();
    const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    alice.send({
      type: 'subscribe',
      packetIdentifier: 1,
      subscriptions: ['now', 'later', 'now', 'last'].map((topicFilter) => ({ topicFilter, ...options })),
      properties: {},
    });
    expect(world.broker.listSubscriptions('alice').items).toEqual([]); // all or nothing yet
    world.broker.handleAuthorized(alice.handle, tickets.at(-1) ?? 0, 'deny', world.now);
    alice.expectNothing();
    world.broker.handleAuthorized(alice.handle, tickets.at(-1) ?? 0, 'allow', world.now);
    expect(alice.expect({ type: 'suback', packetIdentifier: 1 }).reasonCodes).toEqual([1, 0x87, 1, 1]);
  });
});

describe('a delivery that is not allowed', () => {
  it('is dropped and counted for that client alone, also when it is retained', () => {
    const world = new World(
      {},
      { authorizer: { authorizeDelivery: ({ clientIdentifier }) => clientIdentifier !== 'bob' } },
    );
    const alice = world.client('alice');
    const bob = world.client('bob');
    for (const client of [alice, bob]) {
      client.connect();
      client.subscribe('#');
    }
    world.broker.publish({ topicName: 'a', payload: text('x'), qos: 1, retain: true }, world.now);
    alice.expectMessage('x');
    bob.subscribe('a');
    bob.expectNothing();
    expect(world.broker.counters.dropped.deliveryDenied).toBe(2);
  });

  it('to one member of a shared subscription goes to another', () => {
    const world = new World(
      {},
      { authorizer: { authorizeDelivery: ({ clientIdentifier }) => clientIdentifier !== 'a' } },
    );
    const a = world.client('a');
    const b = world.client('b');
    for (const client of [a, b]) {
      client.connect();
      client.subscribe('$share/s/t');
    }
    for (const value of ['1', '2']) {
      world.broker.publish({ topicName: 't', payload: text(value) }, world.now);
      b.expectMessage(value);
    }
    a.expectNothing();
  });
});

describe('an authorizer that throws', () => {
  it('denies with 0x83, raises an event, and nobody else notices', () => {
    const fail = (): never => {
      throw new Error('database');
    };
    const world = new World(
      {},
      { authorizer: { authorizePublish: fail, authorizeSubscribe: fail, authorizeDelivery: fail } },
    );
    const alice = world.client('alice');
    alice.connect();
    expect(alice.subscribe('a')).toEqual([0x83]);
    expect(alice.deliver('a', '', { qos: 1 })).toBe(0x83);
    alice.expectOpen();
    expect(world.eventsOf('hookFailed').map(({ hook }) => hook)).toEqual(['authorizeSubscribe', 'authorizePublish']);
  });
});

describe('an event handler that throws', () => {
  it('is counted and otherwise ignored', () => {
    const world = new World(
      {},
      {
        events() {
          throw new Error('logger');
        },
      },
    );
    world.client('alice').connect();
    expect(world.broker.counters.hookFailures).toBe(1);
  });
});
