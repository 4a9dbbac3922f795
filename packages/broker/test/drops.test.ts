import { describe, expect, it } from 'vitest';

import type { BrokerPorts } from '../src/broker.ts';
import type { DropReason } from '../src/events.ts';
import type { BrokerOptionsInput } from '../src/options.ts';
import { text, type ScriptedClient } from '../test-support/scripted-client.ts';
import { World } from '../test-support/world.ts';

interface Scenario {
  readonly options?: BrokerOptionsInput;
  readonly ports?: BrokerPorts;
  /** Loses messages for this one reason. */
  readonly run: (world: World) => void;
  /** Whom it concerns, the Topic Name and the QoS of each. */
  readonly lost: readonly (readonly [clientIdentifier: string, topicName: string, qos: number])[];
}

const SCENARIOS: Readonly<Record<DropReason, Scenario>> = {
  congested: {
    run(world) {
      subscriber(world).stall();
      publish(world, 'fills/the/link', 0);
      publish(world, 'a', 0);
    },
    lost: [['bob', 'a', 0]],
  },
  offline: {
    run(world) {
      subscriber(world).lose();
      publish(world, 'a', 0);
    },
    lost: [['bob', 'a', 0]],
  },
  queueFull: {
    options: { queuedMessagesMax: 1, queuedBytesMax: 10 },
    run(world) {
      subscriber(world).lose();
      publish(world, 'too/long/for/it', 1);
      publish(world, 'a', 1);
      publish(world, 'b', 2);
    },
    lost: [
      ['bob', 'too/long/for/it', 1],
      ['bob', 'b', 2],
    ],
  },
  displaced: {
    options: { queuedMessagesMax: 1, queueOverflow: 'dropOldest' },
    run(world) {
      subscriber(world).lose();
      publish(world, 'a', 1);
      publish(world, 'b', 2);
    },
    lost: [['bob', 'a', 1]],
  },
  superseded: {
    options: { queuedMessagesMax: 2, queueOverflow: 'keepLastPerTopic' },
    run(world) {
      subscriber(world).lose();
      for (const topicName of ['a', 'b', 'b']) publish(world, topicName, 1);
    },
    lost: [['bob', 'b', 1]],
  },
  expired: {
    run(world) {
      const bob = subscriber(world).lose();
      world.broker.publish({ topicName: 'a', qos: 1, messageExpiryInterval: 1 }, world.now);
      world.advance(1000);
      bob.connect({ cleanStart: false });
      bob.expectNothing();
    },
    lost: [['bob', 'a', 1]],
  },
  packetTooLarge: {
    run(world) {
      const bob = subscriber(world, { maximumPacketSize: 50 });
      for (const qos of [0, 1, 2] as const) {
        world.broker.publish({ topicName: 'a', payload: new Uint8Array(50), qos }, world.now);
      }
      bob.expectNothing();
    },
    lost: [
      ['bob', 'a', 0],
      ['bob', 'a', 1],
      ['bob', 'a', 2],
    ],
  },
  deliveryDenied: {
    ports: {
      authorizer: {
        authorizeDelivery(_client, { topicName }) {
          if (topicName === 'throws') throw new Error('hook');
          return topicName !== 'no';
        },
      },
    },
    run(world) {
      subscriber(world);
      for (const topicName of ['yes', 'no', 'throws']) publish(world, topicName, 1);
    },
    lost: [
      ['bob', 'no', 1],
      ['bob', 'throws', 1],
    ],
  },
  publishDenied: {
    options: { topicLevelsMax: 2, payloadFormatChecked: true, protectedTopics: ['$SYS', '$own'] },
    ports: {
      authorizer: { authorizePublish: (_connection, { topicName }) => (topicName === 'no' ? 'deny' : 'allow') },
    },
    run(world) {
      const alice = world.client('alice');
      alice.connect();
      expect(alice.deliver('no', '', { qos: 1 })).toBe(0x87);
      expect(alice.deliver('$SYS/a', '', { qos: 2 })).toBe(0x87);
      alice.publish('$own/a');
      expect(alice.deliver('a/b/c', '', { qos: 1 })).toBe(0x90);
      const properties = { payloadFormatIndicator: 1 } as const;
      expect(alice.deliver('a', Uint8Array.of(0xff), { qos: 1, properties })).toBe(0x99);
      expect(alice.deliver('a', Uint8Array.of(0x41), { qos: 1, properties })).toBe(0x10);
      expect(alice.deliver('$other/a', '', { qos: 1 })).toBe(0x10);
    },
    lost: [
      ['alice', 'no', 1],
      ['alice', '$SYS/a', 2],
      ['alice', '$own/a', 0],
      ['alice', 'a/b/c', 1],
      ['alice', 'a', 1],
    ],
  },
  rejected: {
    run(world) {
      const bob = subscriber(world);
      bob.acknowledges = false;
      publish(world, 'a', 1);
      publish(world, 'b', 2);
      bob.acknowledge('puback', bob.expect({ type: 'publish' }).packetIdentifier, 0x83);
      bob.acknowledge('pubrec', bob.expect({ type: 'publish' }).packetIdentifier, 0x97);
    },
    lost: [
      ['bob', 'a', 1],
      ['bob', 'b', 2],
    ],
  },
  sessionEnded: {
    options: { inflightMessagesMax: 1 },
    run(world) {
      subscriber(world).acknowledges = false;
      publish(world, 'in/flight', 2);
      publish(world, 'queued', 1);
      world.broker.endSession('bob', world.now);
    },
    lost: [
      ['bob', 'in/flight', 2],
      ['bob', 'queued', 1],
    ],
  },
  storeUnwell: {
    options: { publishWhileStoreUnwell: 'refuse' },
    ports: { journal: { append: () => {} } },
    run(world) {
      const alice = world.client('alice');
      alice.connect();
      world.broker.handleStoreHealth(false, world.now);
      alice.publish('a', 'x', { qos: 1, retain: true });
      alice.publish('b', 'x', { qos: 2, retain: true });
    },
    lost: [
      ['alice', 'a', 1],
      ['alice', 'b', 2],
    ],
  },
  retainedFull: {
    options: { retainedMessagesMax: 1 },
    run(world) {
      const alice = world.client('alice');
      alice.connect();
      alice.publish('kept', 'x', { retain: true });
      alice.publish('a', 'x', { retain: true });
      world.broker.publish({ topicName: 'b', payload: text('x'), qos: 1, retain: true }, world.now);
    },
    lost: [
      ['alice', 'a', 0],
      ['', 'b', 1],
    ],
  },
};

describe('a lost message', () => {
  it.each(Object.entries(SCENARIOS))('is counted and told: %s', (reason, { options, ports, run, lost }) => {
    const world = new World(options, ports);
    run(world);
    expect(world.eventsOf('messageDropped')).toEqual(
      lost.map(([clientIdentifier, topicName, qos]) => ({
        type: 'messageDropped',
        reason,
        clientIdentifier,
        topicName,
        qos,
      })),
    );
    const counted = Object.entries(world.broker.counters.dropped).filter(([, count]) => count > 0);
    expect(counted).toEqual([[reason, lost.length]]);
  });

  it('that a hook denies does not keep the next retained one from the queue of a client that is gone', () => {
    let asked = 0;
    const world = new World({ queuedMessagesMax: 2 }, { authorizer: { authorizeDelivery: () => ++asked > 1 } });
    for (const topicName of ['a', 'b', 'c', 'd', 'e']) {
      world.broker.publish({ topicName, payload: text(topicName), qos: 1, retain: true }, world.now);
    }
    const bob = world.client('bob');
    bob.connect({ properties: { sessionExpiryInterval: 60 } });
    bob.stall();
    bob.subscribe('+', { qos: 1 });
    bob.lose();
    expect(world.broker.counters.queuedNow).toBe(2);
    // The fifth was not tried any more: it is still retained.
    expect(world.eventsOf('messageDropped').map(({ reason }) => reason)).toEqual(['deliveryDenied', 'queueFull']);
  });
});

function subscriber(world: World, properties: { maximumPacketSize?: number } = {}): ScriptedClient {
  const bob = world.client('bob');
  bob.connect({ properties: { sessionExpiryInterval: 600, ...properties } });
  bob.subscribe('#');
  return bob;
}

function publish(world: World, topicName: string, qos: 0 | 1 | 2): void {
  world.broker.publish({ topicName, payload: text('x'), qos }, world.now);
}
