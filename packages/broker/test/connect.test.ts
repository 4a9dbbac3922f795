import { describe, expect, it } from 'vitest';

import { text } from '../test-support/scripted-client.ts';
import { World } from '../test-support/world.ts';

describe('CONNECT', () => {
  it('must come first [MQTT-3.1.0-1] [v3 MQTT-3.1.0-1]', () => {
    const world = new World();
    const alice = world.client('alice').open();
    alice.send({ type: 'pingreq' }).expectClosed();
    expect(world.eventsOf('protocolError')).toHaveLength(1);
  });

  it('must not come twice: DISCONNECT 0x82 in 5.0, a bare close in 3.1.1 [MQTT-3.1.0-2] [v3 MQTT-3.1.0-2]', () => {
    const world = new World();
    const alice = world.client('alice');
    alice.connect();
    const connect = {
      type: 'connect',
      protocolVersion: 5,
      cleanStart: true,
      keepAlive: 0,
      clientIdentifier: 'alice',
      properties: {},
    } as const;
    alice.send(connect).expectClosed(0x82);
    const bob = world.client('bob', 4);
    bob.connect();
    bob.send({ ...connect, protocolVersion: 4 }).expectClosed();
  });

  it('that comes twice and is of an unknown version gets what DISCONNECT can say: 0x82 [MQTT-3.14.2-1]', () => {
    const alice = new World().client('alice');
    alice.connect();
    alice.sendBytes(Uint8Array.of(0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 6, 2, 0, 0, 0, 0));
    alice.expectClosed(0x82);
  });

  it('is answered with what the broker can do, as far as it is less than everything (section 3.2.2.3)', () => {
    const world = new World({
      receiveMaximum: 10,
      maximumQos: 1,
      retainAvailable: false,
      maximumPacketSize: 1000,
      topicAliasMaximum: 7,
      wildcardSubscriptionAvailable: false,
      subscriptionIdentifiersAvailable: false,
      sharedSubscriptionAvailable: false,
    });
    expect(world.client('alice').connect().properties).toEqual({
      receiveMaximum: 10,
      maximumQos: 1,
      retainAvailable: false,
      maximumPacketSize: 1000,
      topicAliasMaximum: 7,
      wildcardSubscriptionAvailable: false,
      subscriptionIdentifiersAvailable: false,
      sharedSubscriptionAvailable: false,
    });
    expect(new World({ topicAliasMaximum: 0 }).client('alice').connect().properties).toEqual({
      maximumPacketSize: 2_000_000,
    });
  });

  it('of an unknown older version gets return code 1 [v3 MQTT-3.1.2-2], of a newer one 0x84 [MQTT-3.1.2-2]', () => {
    const world = new World();
    const old = world.client('old', 4).open();
    old.sendBytes(Uint8Array.of(0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 2, 2, 0, 0, 0, 0));
    expect(old.link.frames.map((frame) => [...frame])).toEqual([[0x20, 2, 0, 1]]);
    expect(old.link.state).toBe('closing');
    const future = world.client('future', 5).open();
    future.sendBytes(Uint8Array.of(0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 6, 2, 0, 0, 0, 0));
    future.expect({ type: 'connack', reasonCode: 0x84 });
    future.expectClosed();
  });

  it('that is malformed is closed without CONNACK in 3.1.1 [v3 MQTT-3.1.4-1]', () => {
    const world = new World();
    const alice = world.client('alice', 4).open();
    alice.sendBytes(Uint8Array.of(0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 3, 0, 0, 0, 0)); // reserved flag set
    expect(alice.link.frames).toEqual([]);
    alice.expectClosed();
  });

  it('must be complete in time [U-3.1.4-2]', () => {
    const world = new World({ connectTimeoutMs: 5000 });
    const alice = world.client('alice').open();
    world.advance(4999);
    alice.expectOpen();
    world.advance(1);
    alice.expectClosed();
    expect(world.eventsOf('connectRefused')).toMatchObject([{ reasonCode: 0x80 }]);
  });

  it('in time lifts the deadline', () => {
    const world = new World({ connectTimeoutMs: 5000 });
    const alice = world.client('alice');
    alice.connect();
    world.advance(100_000);
    alice.expectOpen();
    expect(world.broker.nextTimeout()).toBeUndefined();
  });

  it('byte by byte is the same as all at once', () => {
    const world = new World();
    const alice = world.client('alice').connecting();
    alice.expect({ type: 'connack', reasonCode: 0 });
    const slow = world.client('slow').open();
    for (const byte of [0x10, 17, 0, 4, 0x4d, 0x51, 0x54, 0x54, 5, 2, 0, 0, 0, 0, 4, 0x73, 0x6c, 0x6f, 0x77]) {
      slow.sendBytes(Uint8Array.of(byte));
    }
    slow.expect({ type: 'connack', reasonCode: 0 });
  });
});

describe('Client Identifier', () => {
  it('is assigned when it is empty [MQTT-3.1.3-6] [MQTT-3.1.3-7] [MQTT-3.2.2-16]', () => {
    const world = new World({}, { random: () => 0.5 });
    const first = world.client('').connect().properties.assignedClientIdentifier;
    expect(first).toMatch(/^auto-[0-9a-zA-Z]{20}$/u);
    expect(world.broker.listClients().items).toMatchObject([{ clientIdentifier: first }]);
  });

  it('that is assigned is never one that is in use [MQTT-3.2.2-16]', () => {
    let calls = 0;
    // The second identifier drawn is the same as the first, the third is not.
    const world = new World({}, { random: () => (calls++ < 40 ? 0.5 : 0.6) });
    const first = world.client('').connect().properties.assignedClientIdentifier;
    const second = world.client('').connect().properties.assignedClientIdentifier;
    expect(second).not.toBe(first);
    expect(world.broker.listClients().items).toHaveLength(2);
  });

  it('may be empty in 3.1.1 only with Clean Session 1 [v3 MQTT-3.1.3-8], in 3.1 never', () => {
    const world = new World();
    world.client('', 4).connect();
    world.client('', 4).connecting({ cleanStart: false }).expect({ type: 'connack', reasonCode: 0x85 });
    const alice = world.client('', 3).connecting();
    alice.expect({ type: 'connack', reasonCode: 0x85 });
    alice.expectClosed();
  });

  it('may be forbidden to be empty', () => {
    const alice = new World({ emptyClientIdentifierAllowed: false }).client('').connecting();
    alice.expect({ type: 'connack', reasonCode: 0x85 });
    alice.expectClosed();
  });

  it('of more characters than the broker allows is refused [MQTT-3.1.3-8] [v3 MQTT-3.1.3-9]', () => {
    const world = new World({ clientIdentifierLengthMax: 30 });
    world.client('x'.repeat(30)).connect();
    for (const version of [4, 5] as const) {
      const long = world.client('x'.repeat(31), version).connecting();
      long.expect({ type: 'connack', reasonCode: 0x85, sessionPresent: false });
      long.expectClosed();
    }
  });
});

describe('who may connect', () => {
  it('nobody, without authenticator and on a listener without anonymous access', () => {
    const world = new World();
    for (const version of [4, 5] as const) {
      const alice = world.client('alice', version).connecting({ info: { anonymousAllowed: false }, userName: 'alice' });
      alice.expect({ type: 'connack', reasonCode: 0x87, sessionPresent: false });
      alice.expectClosed();
    }
    expect(world.eventsOf('connectRefused')).toMatchObject([{ userName: 'alice', reasonCode: 0x87 }, {}]);
  });

  it('whom the authenticator accepts; it sees User Name, Password and connection', () => {
    const seen: unknown[] = [];
    const world = new World(
      {},
      {
        authenticator: {
          authenticate({ connection, userName, password }) {
            seen.push([connection.info.listener, userName, password]);
            if (userName === 'alice') return { outcome: 'accept', userName: 'Alice' };
            return { outcome: 'reject', reasonCode: 0x86, reasonString: 'who?' };
          },
        },
      },
    );
    world.client('a').connect({ userName: 'alice', password: text('secret') });
    expect(seen).toEqual([['test', 'alice', text('secret')]]);
    expect(world.broker.listClients().items).toMatchObject([{ userName: 'Alice' }]);
    const mallory = world.client('m').connecting({ userName: 'mallory', password: text('x') });
    mallory.expect({ type: 'connack', reasonCode: 0x86, properties: { reasonString: 'who?' } });
    mallory.expectClosed();
    const old = world.client('o', 4).connecting({ userName: 'mallory' });
    old.expect({ type: 'connack', reasonCode: 0x86 });
    old.expectClosed();
  });

  it('may be decided later: nothing else of this connection is processed until then [MQTT-3.1.4-6]', () => {
    let asked = 0;
    const world = new World(
      {},
      {
        authenticator: {
          authenticate(_request, ticket) {
            asked = ticket;
            return 'pending';
          },
        },
      },
    );
    const alice = world.client('alice').connecting();
    expect(alice.connection).toMatchObject({ state: 'authenticating', isPending: true });
    alice.send({ type: 'disconnect', reasonCode: 0, properties: {} }); // waits in the reader
    expect(alice.link.paused).toBe(true);
    alice.expectNothing().expectOpen();
    world.broker.handleAuthenticated(alice.handle, 99, { outcome: 'reject' }, world.now);
    alice.expectOpen();
    world.broker.handleAuthenticated(alice.handle, asked, { outcome: 'accept' }, world.now);
    alice.expect({ type: 'connack', reasonCode: 0 });
    expect(world.eventsOf('disconnected')).toMatchObject([{ by: 'client' }]);
    world.broker.handleAuthenticated(alice.handle, asked, { outcome: 'accept' }, world.now);
    alice.expectNothing();
  });

  it('is decided before the CONNECT deadline or not at all', () => {
    const world = new World({ connectTimeoutMs: 1000 }, { authenticator: { authenticate: () => 'pending' } });
    const alice = world.client('alice').connecting();
    world.advance(1000);
    alice.expectClosed();
    world.broker.handleAuthenticated(alice.handle, 1, { outcome: 'accept' }, world.now);
    alice.expectNothing();
    expect(world.broker.listClients().items).toEqual([]);
  });

  it('is not asked of too many at a time: 0x89', () => {
    const world = new World({ pendingAuthenticationsMax: 1 }, { authenticator: { authenticate: () => 'pending' } });
    const first = world.client('first').connecting();
    world.client('second').connecting().expect({ type: 'connack', reasonCode: 0x89 });
    first.lose();
    world.client('third').connecting().expectNothing().expectOpen();
  });

  it('when the authenticator throws: 0x80, an event, and nobody else notices', () => {
    const world = new World(
      {},
      {
        authenticator: {
          authenticate({ clientIdentifier }) {
            if (clientIdentifier === 'bad') throw new Error('database');
            return { outcome: 'accept' };
          },
        },
      },
    );
    const good = world.client('good');
    good.connect();
    const bad = world.client('bad').connecting();
    bad.expect({ type: 'connack', reasonCode: 0x80 });
    bad.expectClosed();
    good.expectOpen();
    expect(world.eventsOf('hookFailed')).toMatchObject([{ hook: 'authenticate', clientIdentifier: 'bad' }]);
  });

  it('may be sent to another server (section 4.11)', () => {
    const world = new World(
      {},
      {
        authenticator: { authenticate: () => ({ outcome: 'reject', reasonCode: 0x9d, serverReference: 'other:1883' }) },
      },
    );
    const alice = world.client('alice').connecting();
    alice.expect({ type: 'connack', reasonCode: 0x9d, properties: { serverReference: 'other:1883' } });
    alice.expectClosed();
  });
});

describe('enhanced authentication', () => {
  it('is refused with 0x8C when there is nobody to do it [MQTT-4.12.0-1]', () => {
    const alice = new World().client('alice').connecting({ properties: { authenticationMethod: 'X' } });
    alice.expect({ type: 'connack', reasonCode: 0x8c });
    alice.expectClosed();
  });

  const challenge = {
    authenticate: () => ({ outcome: 'continue' as const, authenticationData: text('challenge') }),
    continueAuthentication: ({ authenticationData }: { readonly authenticationData: Uint8Array | undefined }) =>
      new TextDecoder().decode(authenticationData) === 'right'
        ? { outcome: 'accept' as const, authenticationData: text('done') }
        : { outcome: 'reject' as const },
  };
  const method = { authenticationMethod: 'X' };

  it('exchanges AUTH packets before CONNACK [MQTT-4.12.0-2] [MQTT-4.12.0-5]', () => {
    const world = new World({}, { authenticator: challenge });
    const alice = world.client('alice').connecting({ properties: method });
    alice.expect({ type: 'auth', reasonCode: 0x18, properties: { ...method, authenticationData: text('challenge') } });
    alice.send({ type: 'auth', reasonCode: 0x18, properties: { ...method, authenticationData: text('right') } });
    alice.expect({
      type: 'connack',
      reasonCode: 0,
      properties: expect.objectContaining({ ...method, authenticationData: text('done') }),
    });
    const mallory = world.client('mallory').connecting({ properties: method });
    mallory.expect({ type: 'auth' });
    mallory.send({ type: 'auth', reasonCode: 0x18, properties: { ...method, authenticationData: text('wrong') } });
    mallory.expect({ type: 'connack', reasonCode: 0x87 });
    mallory.expectClosed();
  });

  it('allows nothing but AUTH and DISCONNECT meanwhile [MQTT-3.1.2-30]', () => {
    const world = new World({}, { authenticator: challenge });
    const alice = world.client('alice').connecting({ properties: method });
    alice.expect({ type: 'auth' });
    alice.publish('a');
    alice.expect({ type: 'connack', reasonCode: 0x82 });
    alice.expectClosed();
  });

  it('ends with what CONNACK can say, whatever is wrong with the packet [MQTT-3.2.2-8]', () => {
    const world = new World({}, { authenticator: challenge });
    const alice = world.client('alice').connecting({ properties: method });
    alice.expect({ type: 'auth' });
    alice.sendBytes(Uint8Array.of(0x30, 7, 0, 1, 0x61, 3, 0x23, 0, 0)); // a Topic Alias of 0
    alice.expect({ type: 'connack', reasonCode: 0x82 });
    alice.expectClosed();
  });

  it('can be repeated by the client [MQTT-4.12.1-1]; a failure ends the connection [MQTT-4.12.1-2]', () => {
    const world = new World({}, { authenticator: challenge });
    const alice = world.client('alice').connecting({ properties: method });
    alice.expect({ type: 'auth' });
    alice.send({ type: 'auth', reasonCode: 0x18, properties: { ...method, authenticationData: text('right') } });
    alice.expect({ type: 'connack', reasonCode: 0 });
    alice.send({ type: 'auth', reasonCode: 0x19, properties: { ...method, authenticationData: text('right') } });
    alice.expect({ type: 'auth', reasonCode: 0, properties: { ...method, authenticationData: text('done') } });
    alice.send({ type: 'auth', reasonCode: 0x19, properties: { ...method, authenticationData: text('wrong') } });
    alice.expectClosed(0x87);
  });

  it('that fails when it is repeated says so in the words of DISCONNECT [MQTT-3.14.2-1]', () => {
    const reject = { outcome: 'reject', reasonCode: 0x86 } as const;
    const authenticate = (): { readonly outcome: 'accept' } => ({ outcome: 'accept' });
    const world = new World({}, { authenticator: { authenticate, continueAuthentication: () => reject } });
    const alice = world.client('alice');
    alice.connect({ properties: method });
    alice.send({ type: 'auth', reasonCode: 0x19, properties: method }).expectClosed(0x87);
  });

  it('that gives a Reason String which is no UTF-8 gets the refusal out without it', () => {
    const reject = { outcome: 'reject', reasonString: '\ud800' } as const;
    const world = new World({}, { authenticator: { authenticate: () => reject } });
    const alice = world.client('alice').open();
    expect(() => alice.connecting()).toThrow('reasonString'); // reported as what it is
    alice.expect({ type: 'connack', reasonCode: 0x87 });
  });

  it('is a Protocol Error without method in CONNECT [MQTT-4.12.0-7], or with another one [U-3.15-1]', () => {
    const world = new World({}, { authenticator: { ...challenge, authenticate: () => ({ outcome: 'accept' }) } });
    const alice = world.client('alice');
    alice.connect();
    alice.send({ type: 'auth', reasonCode: 0x19, properties: method }).expectClosed(0x82);
    const bob = world.client('bob');
    bob.connect({ properties: method });
    bob.send({ type: 'auth', reasonCode: 0x19, properties: { authenticationMethod: 'Y' } }).expectClosed(0x82);
  });
});

describe('takeover', () => {
  it.each([4, 5] as const)(
    'ends the former connection of the client, version %i [MQTT-3.1.4-3] [v3 MQTT-3.1.4-2]',
    (v) => {
      const world = new World();
      const first = world.client('alice', v);
      first.connect();
      const second = world.client('alice', v);
      second.connect();
      first.expectClosed(v === 5 ? 0x8e : undefined);
      first.lose();
      second.expectOpen();
      expect(world.broker.listClients().items).toHaveLength(1);
      expect(world.broker.counters.takeovers).toBe(1);
      second.publish('still/alive');
    },
  );

  it('resumes the session of the connection that it ends', () => {
    const world = new World();
    const first = world.client('alice');
    first.connect({ properties: { sessionExpiryInterval: 60 } });
    first.subscribe('a');
    const second = world.client('alice');
    expect(second.connect({ cleanStart: false, properties: { sessionExpiryInterval: 60 } }).sessionPresent).toBe(true);
    world.broker.publish({ topicName: 'a', payload: text('x') }, world.now);
    second.expectMessage('x');
  });

  it('finds no session if the former one ended with its connection', () => {
    const world = new World();
    world.client('alice').connect();
    expect(world.client('alice').connect({ cleanStart: false }).sessionPresent).toBe(false);
  });
});

describe('limits', () => {
  it('on connections close one too many at once', () => {
    const world = new World({ connectionsMax: 2 });
    const first = world.client('1').open();
    world.client('2').open();
    const third = world.client('3').open().expectClosed();
    first.lose();
    third.lose();
    world.client('4').open().expectOpen();
  });

  it('on connections of one address leave others alone', () => {
    const world = new World({ connectionsPerAddressMax: 1 });
    const first = world.client('1').open({ remoteAddress: '192.0.2.1' });
    const second = world.client('2').open({ remoteAddress: '192.0.2.1' }).expectClosed();
    world.client('3').open({ remoteAddress: '192.0.2.2' }).expectOpen();
    first.lose();
    second.lose();
    world.client('4').open({ remoteAddress: '192.0.2.1' }).expectOpen();
  });

  it('on sessions refuse new ones and resume old ones', () => {
    const world = new World({ sessionsMax: 1 });
    const alice = world.client('alice');
    alice.connect({ properties: { sessionExpiryInterval: 60 } });
    alice.disconnect();
    world.client('bob').connecting().expect({ type: 'connack', reasonCode: 0x97 });
    expect(world.client('alice').connect({ cleanStart: false }).sessionPresent).toBe(true);
  });

  it('on what is sent while the input is paused end the connection', () => {
    const world = new World({ pausedInputBytesMax: 10 }, { authenticator: { authenticate: () => 'pending' } });
    const alice = world.client('alice').connecting();
    for (let count = 0; count < 5; count++) alice.send({ type: 'pingreq' });
    alice.expectOpen();
    alice.send({ type: 'pingreq' }).expectClosed();
  });
});
