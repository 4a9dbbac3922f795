import { describe, expect, it } from 'vitest';

import type { Authorizer, PublishAnswer } from '../src/access.ts';
import type { Message } from '../src/message.ts';
import { RecordedJournal } from '../test-support/recorded-journal.ts';
import { text } from '../test-support/scripted-client.ts';
import { World } from '../test-support/world.ts';

const EVERYTHING = {
  payloadFormatIndicator: 1,
  contentType: 'text/plain',
  responseTopic: 'answers',
  correlationData: text('42'),
  userProperties: [['a', '1']],
  messageExpiryInterval: 100,
} as const;

function changing(answer: (message: Message) => PublishAnswer): { authorizer: Authorizer } {
  return { authorizer: { authorizePublish: (_connection, message) => answer(message) } };
}

describe('a message that is changed at publish', () => {
  it('is what everybody gets, and keeps what the change does not name', () => {
    const seen: Message[] = [];
    const world = new World(
      {},
      changing(() => ({ message: { topicName: 'b', contentType: 'x/y', userProperties: undefined } })),
    );
    const alice = world.client('alice');
    const bob = world.client('bob', 4);
    for (const client of [alice, bob]) {
      client.connect();
      client.subscribe('#', { qos: 2 });
    }
    world.broker.subscribe('b', {}, (message) => seen.push(message), world.now);
    alice.acknowledges = false;
    alice.publish('a', 'x', { qos: 1, retain: true, properties: EVERYTHING, packetIdentifier: 7 });
    const { userProperties: _gone, ...kept } = { ...EVERYTHING, contentType: 'x/y' };
    expect(alice.expectMessage('x', { qos: 1, topicName: 'b' }).properties).toEqual(kept);
    alice.expect({ type: 'puback', packetIdentifier: 7, reasonCode: 0 });
    bob.expectMessage('x', { topicName: 'b' });
    expect(seen).toMatchObject([{ publisher: 'alice', receivedAt: world.now, expiresAt: world.now + 100_000 }]);
    expect(world.broker.listRetained('#', world.now).items).toMatchObject([{ topicName: 'b' }]);
  });

  it('is acknowledged as the packet asks, whatever QoS it goes on with', () => {
    const world = new World(
      {},
      changing(({ qos }) => ({ message: { qos: qos === 0 ? 1 : 0, retain: qos === 0 } })),
    );
    const alice = world.client('alice');
    const bob = world.client('bob');
    alice.connect();
    bob.connect();
    bob.subscribe('#', { retainAsPublished: true });
    alice.publish('a', '0');
    alice.expectNothing();
    bob.expectMessage('0', { qos: 1, retain: true });
    expect(alice.deliver('a', '1', { qos: 1 })).toBe(0);
    expect(alice.deliver('a', '2', { qos: 2, retain: true })).toBe(0);
    bob.expectMessage('1', { qos: 0 });
    bob.expectMessage('2', { qos: 0, retain: false });
    expect(world.broker.counters.retainedNow).toBe(1);
  });

  it('counts its Message Expiry Interval from when it was received, also if that is changed later', () => {
    let ticket = 0;
    const world = new World(
      {},
      {
        authorizer: {
          authorizePublish(_connection, _message, asked) {
            ticket = asked;
            return 'pending';
          },
        },
      },
    );
    const alice = world.client('alice');
    alice.connect();
    alice.subscribe('#');
    for (const [messageExpiryInterval, expected] of [
      [60, 50],
      [undefined, undefined],
    ] as const) {
      alice.publish('a', 'x', { properties: { messageExpiryInterval: 30 } });
      world.advance(10_000);
      world.broker.handleAuthorized(
        alice.handle,
        ticket,
        { message: { payload: text('y'), messageExpiryInterval } },
        world.now,
      );
      expect(alice.expectMessage('y').properties.messageExpiryInterval).toBe(expected);
    }
  });

  it('must be a valid one: else it counts as a hook that throws', () => {
    const changes: unknown[] = [
      { topicName: 'a/+' },
      { qos: 3 },
      { messageExpiryInterval: -1 },
      { responseTopic: '#' },
      { contentType: '\0' },
      undefined,
    ];
    for (const change of changes) {
      let ticket: number | undefined;
      const answer: PublishAnswer = JSON.parse(JSON.stringify({ message: change }));
      const world = new World(
        {},
        {
          authorizer: {
            authorizePublish(_connection, { topicName }, asked) {
              if (topicName === 'now') return answer;
              ticket = asked;
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
      expect(alice.deliver('now', 'x', { qos: 1 })).toBe(0x83);
      alice.publish('later', 'x', { qos: 2, packetIdentifier: 9 });
      world.broker.handleAuthorized(alice.handle, ticket ?? 0, answer, world.now);
      alice.expect({ type: 'pubrec', packetIdentifier: 9, reasonCode: 0x83 });
      alice.expectOpen();
      bob.expectNothing();
      expect(world.eventsOf('hookFailed')).toMatchObject([
        { hook: 'authorizePublish', clientIdentifier: 'alice' },
        { hook: 'authorizePublish', clientIdentifier: 'alice' },
      ]);
      expect(world.broker.counters.dropped.publishDenied).toBe(2);
    }
  });

  it('takes nothing from a spread message that is no property, and never the publisher', () => {
    const seen: Message[] = [];
    const world = new World(
      {},
      changing((message) => ({ message: { ...message, publisher: 'mallory', payload: text('y') } })),
    );
    world.broker.subscribe('#', {}, (message) => seen.push(message), world.now);
    const alice = world.client('alice');
    alice.connect();
    alice.publish('a', 'x', { properties: { contentType: 'c' } });
    expect(seen[0]?.publisher).toBe('alice');
    expect(Object.keys(seen[0]?.properties ?? {}).toSorted()).toEqual([
      'contentType',
      'correlationData',
      'payloadFormatIndicator',
      'responseTopic',
      'userProperties',
    ]);
  });

  it('may be a will, also decided later; a SUBSCRIBE is denied by such an answer', () => {
    for (const later of [false, true]) {
      let ticket = 0;
      const answer: PublishAnswer = { message: { topicName: 'obituaries', messageExpiryInterval: 7 } };
      const world = new World(
        {},
        {
          authorizer: {
            authorizePublish(_connection, { expiresAt }, asked) {
              expect(expiresAt).toBe(world.now + 5_000);
              ticket = asked;
              return later ? 'pending' : answer;
            },
            authorizeSubscribe(_connection, _request, asked) {
              ticket = asked;
              return 'pending';
            },
          },
        },
      );
      const alice = world.client('alice');
      const bob = world.client('bob');
      bob.connecting();
      bob.expect({ type: 'connack' });
      bob.send({
        type: 'subscribe',
        packetIdentifier: 1,
        subscriptions: [
          { topicFilter: '#', qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 },
          { topicFilter: 'x', qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 },
        ],
        properties: {},
      });
      world.broker.handleAuthorized(bob.handle, ticket, 'allow', world.now);
      world.broker.handleAuthorized(bob.handle, ticket, answer, world.now);
      expect(bob.expect({ type: 'suback' }).reasonCodes).toEqual([0, 0x87]);
      alice.connecting({
        will: { topicName: 'w', payload: text('gone'), properties: { messageExpiryInterval: 5, contentType: 'c' } },
      });
      if (later) world.broker.handleAuthorized(alice.handle, ticket, answer, world.now);
      alice.expect({ type: 'connack', reasonCode: 0 });
      world.advance(60_000);
      alice.lose();
      const { properties } = bob.expectMessage('gone', { topicName: 'obituaries' });
      expect(properties).toEqual({ messageExpiryInterval: 7, contentType: 'c' });
    }
  });
});

describe('a message that is changed at delivery', () => {
  const forBob: Authorizer = {
    authorizeDelivery: ({ clientIdentifier }, { topicName }) =>
      clientIdentifier === 'bob' ? { message: { topicName: `for-bob/${topicName}`, payload: text('y') } } : true,
  };

  it('is so for that client alone, whichever way it takes', () => {
    const world = new World({ queueQos0Messages: true }, { authorizer: forBob });
    const clients = ['alice', 'bob', 'carol'].map((name) => world.client(name));
    const expectAll = (qos: number): void => {
      for (const client of clients) {
        const changed = client.clientIdentifier === 'bob';
        client.expectMessage(changed ? 'y' : 'x', { qos, topicName: changed ? 'for-bob/a' : 'a' });
      }
    };
    for (const client of clients) {
      client.connect({ properties: { sessionExpiryInterval: 60 } });
      client.subscribe('#');
    }
    for (const qos of [0, 1, 2] as const) {
      world.broker.publish({ topicName: 'a', payload: text('x'), qos }, world.now);
      expectAll(qos);
    }
    for (const client of clients) client.lose();
    for (const qos of [0, 1, 2] as const) {
      world.broker.publish({ topicName: 'a', payload: text('x'), qos }, world.now);
    }
    for (const client of clients) client.connect({ cleanStart: false });
    for (const qos of [0, 1, 2] as const) expectAll(qos);
  });

  it('has the QoS and RETAIN of the subscription, and reaches a client whose Maximum Packet Size the original exceeds', () => {
    const world = new World(
      {},
      {
        authorizer: {
          authorizeDelivery: () => ({ message: { payload: text('y'), ...JSON.parse('{"qos":0,"retain":true}') } }),
        },
      },
    );
    const bob = world.client('bob');
    bob.connect({ properties: { maximumPacketSize: 100 } });
    bob.subscribe('#', { qos: 1 });
    world.broker.publish({ topicName: 'a', payload: new Uint8Array(1000), qos: 2 }, world.now);
    bob.expectMessage('y', { qos: 1, retain: false });
  });

  it('must be a valid one: else it is dropped, for that client alone', () => {
    const world = new World(
      {},
      {
        authorizer: {
          authorizeDelivery({ clientIdentifier }) {
            if (clientIdentifier === 'bob') return { message: { topicName: '#' } };
            if (clientIdentifier === 'carol') throw new Error('rules');
            return true;
          },
        },
      },
    );
    const alice = world.client('alice');
    const others = [world.client('bob'), world.client('carol')];
    for (const client of [alice, ...others]) {
      client.connect();
      client.subscribe('a');
    }
    world.broker.publish({ topicName: 'a', payload: text('x'), qos: 1 }, world.now);
    alice.expectMessage('x');
    for (const client of others) client.expectNothing().expectOpen();
    expect(world.broker.counters.dropped.deliveryDenied).toBe(2);
    expect(world.eventsOf('hookFailed')).toMatchObject([
      { hook: 'authorizeDelivery', clientIdentifier: 'bob' },
      { hook: 'authorizeDelivery', clientIdentifier: 'carol' },
    ]);
  });

  it('is changed anew for the other member of a shared subscription that gets it after all', () => {
    const world = new World(
      { sharedSubscriptionStrategy: 'sticky' },
      {
        authorizer: {
          authorizeDelivery: ({ clientIdentifier }, { topicName }) => ({
            message: { topicName: `${clientIdentifier}/${topicName}` },
          }),
        },
      },
    );
    const a = world.client('a');
    const b = world.client('b');
    a.acknowledges = false;
    for (const client of [a, b]) {
      client.connect();
      client.subscribe('$share/s/t');
    }
    world.broker.publish({ topicName: 't', payload: text('x'), qos: 1 }, world.now);
    a.expectMessage('x', { topicName: 'a/t' });
    a.lose();
    b.expectMessage('x', { topicName: 'b/t' });
  });

  it('is what the journal keeps for that client', () => {
    const journal = new RecordedJournal();
    const world = new World({}, { authorizer: forBob, journal });
    const clients = ['alice', 'bob', 'carol'].map((name) => world.client(name));
    for (const client of clients) {
      client.connecting({ properties: { sessionExpiryInterval: 600 } });
      world.broker.handleStored(journal.entries.length, world.now);
      client.expect({ type: 'connack' });
      client.send({
        type: 'subscribe',
        packetIdentifier: 1,
        subscriptions: [{ topicFilter: 'a', qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
        properties: {},
      });
      client.lose();
    }
    world.broker.publish({ topicName: 'a', payload: text('x'), qos: 1 }, world.now);
    const after = new World();
    after.broker.restore(journal.snapshot(), after.now);
    for (const [name, payload] of [
      ['alice', 'x'],
      ['bob', 'y'],
      ['carol', 'x'],
    ] as const) {
      const client = after.client(name);
      client.connect({ cleanStart: false });
      client.expectMessage(payload);
    }
  });
});
