import { describe, expect, it } from 'vitest';

import type { BrokerPorts } from '../src/broker.ts';
import type { BrokerOptionsInput } from '../src/options.ts';
import type { ScriptedClient } from '../test-support/scripted-client.ts';
import { World } from '../test-support/world.ts';

const SUBSCRIPTION = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;

function subackFor(client: ScriptedClient, ...filters: string[]): { reasonString: string | undefined; size: number } {
  const subscriptions = filters.map((topicFilter) => ({ topicFilter, ...SUBSCRIPTION }));
  client.send({ type: 'subscribe', packetIdentifier: 1, subscriptions, properties: {} });
  const { reasonString } = client.expect({ type: 'suback' }).properties;
  return { reasonString, size: client.link.frames.at(-1)?.byteLength ?? 0 };
}

function connected(options: BrokerOptionsInput = {}, ports: BrokerPorts = {}, properties: object = {}): ScriptedClient {
  const client = new World(options, ports).client('alice');
  client.connect({ properties });
  return client;
}

const DENYING: BrokerPorts = {
  authorizer: {
    authorizeSubscribe(_connection, { topicFilter }) {
      if (topicFilter === 'throws') throw new Error('secret of the database');
      if (topicFilter === 'quota') return 0x97;
      if (topicFilter === 'other') return 0x80;
      return topicFilter === 'no' ? 'deny' : 'allow';
    },
  },
};

describe('the Reason String of a SUBACK', () => {
  it('says which Topic Filter was refused and why, and nothing of what the hook said', () => {
    const options = {
      topicLevelsMax: 3,
      subscriptionsPerClientMax: 2,
      sharedSubscriptionAvailable: false,
      wildcardSubscriptionAvailable: false,
    };
    const cases = [
      [['yes'], undefined],
      [['yes', 'no', 'other'], 'filter 2 of 3: not authorized'],
      [['other'], 'filter 1 of 1: refused'],
      [['throws'], 'filter 1 of 1: it could not be decided'],
      [['quota'], 'filter 1 of 1: quota exceeded'],
      [['a/b/c/d'], 'filter 1 of 1: more than 3 levels'],
      [['$share/s/a'], 'filter 1 of 1: shared subscriptions are not available'],
      [['a/#'], 'filter 1 of 1: wildcards are not available'],
      [['a', 'b', 'c'], 'filter 3 of 3: more than 2 subscriptions'],
    ] as const;
    for (const [filters, expected] of cases) {
      expect(subackFor(connected(options, DENYING), ...filters).reasonString).toBe(expected);
    }
  });

  it('is left out where the client wants none [MQTT-3.1.2-29] or has no room for it [MQTT-3.9.2-1]', () => {
    expect(subackFor(connected({}, DENYING, { requestProblemInformation: false }), 'no').reasonString).toBeUndefined();
    const { size, reasonString } = subackFor(connected({}, DENYING, { maximumPacketSize: 100 }), 'no');
    expect(reasonString).toBeDefined();
    expect(subackFor(connected({}, DENYING, { maximumPacketSize: size }), 'no').reasonString).toBe(reasonString);
    expect(subackFor(connected({}, DENYING, { maximumPacketSize: size - 1 }), 'no').reasonString).toBeUndefined();
  });

  it('does not exist in 3.1.1', () => {
    const world = new World({}, DENYING);
    const alice = world.client('alice', 4);
    alice.connect();
    expect(alice.subscribe('no')).toEqual([0x80]);
  });
});

describe('the Reason String of a refused CONNECT', () => {
  const refusing: BrokerPorts = {
    authenticator: { authenticate: () => ({ outcome: 'reject', reasonCode: 0x8a, reasonString: 'see you in May' }) },
  };
  const refusedWith = (properties: object, options: BrokerOptionsInput = {}): [string | undefined, number] => {
    const client = new World(options, refusing).client('alice').connecting({ properties });
    const { reasonString } = client.expect({ type: 'connack', reasonCode: 0x8a }).properties;
    return [reasonString, client.link.frames[0]?.byteLength ?? 0];
  };

  it('is the hook’s, if there is room [MQTT-3.2.2-19]', () => {
    const [reasonString, size] = refusedWith({});
    expect(reasonString).toBe('see you in May');
    expect(refusedWith({ maximumPacketSize: size })[0]).toBe('see you in May');
    expect(refusedWith({ maximumPacketSize: size - 1 })[0]).toBeUndefined();
  });

  it('may be sent although the client asked for none: it is a CONNACK [MQTT-3.1.2-29]', () => {
    expect(refusedWith({ requestProblemInformation: false })[0]).toBe('see you in May');
  });

  it('is not sent without `reasonStrings`', () => {
    expect(refusedWith({}, { reasonStrings: false })[0]).toBeUndefined();
  });
});

describe('the Reason String of a DISCONNECT', () => {
  const ended = (properties: object, options: BrokerOptionsInput = {}): [string | undefined, number] => {
    const client = connected(options, {}, properties);
    client.send({
      type: 'connect',
      protocolVersion: 5,
      cleanStart: true,
      keepAlive: 0,
      clientIdentifier: 'alice',
      properties: {},
    });
    const { reasonString } = client.expect({ type: 'disconnect', reasonCode: 0x82 }).properties;
    return [reasonString, client.link.frames.at(-1)?.byteLength ?? 0];
  };

  it('says what was wrong, if there is room [MQTT-3.14.2-3]', () => {
    const [reasonString, size] = ended({});
    expect(reasonString).toContain('a second CONNECT');
    expect(ended({ maximumPacketSize: size })[0]).toBe(reasonString);
    expect(ended({ maximumPacketSize: size - 1 })[0]).toBeUndefined();
  });

  it('is not sent without `reasonStrings`; the event says it all the same', () => {
    expect(ended({}, { reasonStrings: false })[0]).toBeUndefined();
    const world = new World({ reasonStrings: false }, DENYING);
    const alice = world.client('alice');
    alice.connect();
    expect(subackFor(alice, 'no').reasonString).toBeUndefined();
    world.broker.disconnectClient('alice', world.now);
    expect(alice.expect({ type: 'disconnect' }).properties.reasonString).toBeUndefined();
    expect(world.eventsOf('disconnected')[0]?.explanation).toBe('administrative action');
  });
});
