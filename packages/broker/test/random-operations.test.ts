import type { EncodablePacket, ProtocolVersion, PublishPacket, PubrelPacket, QoS } from '@skua/codec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { BrokerOptionsInput } from '../src/options.ts';
import { RecordedJournal } from '../test-support/recorded-journal.ts';
import { text, type ScriptedClient } from '../test-support/scripted-client.ts';
import { World } from '../test-support/world.ts';

const TOPICS = ['a', 'a/b', 'a/b/c', 'd/e', '$x/y'];
const FILTERS = [...TOPICS, '#', 'a/#', '+/b', 'a/+/c', '$share/g/a/#', '$share/g/a', '$share/h/#', '$x/#'];
const RECEIVE_MAXIMUM = 3;

const who = fc.nat(3);
const topic = fc.constantFrom(...TOPICS);
const filter = fc.constantFrom(...FILTERS);
const qos = fc.constantFrom<QoS>(0, 1, 2);
const seconds = fc.constantFrom(0, 5, 60, 0xffffffff);

const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('connect' as const),
      who,
      clean: fc.boolean(),
      expiry: seconds,
      delay: fc.option(seconds),
      keepAlive: fc.constantFrom(0, 10),
      limited: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('subscribe' as const),
      who,
      filter,
      qos,
      noLocal: fc.boolean(),
      retainHandling: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
      identifier: fc.option(fc.integer({ min: 1, max: 9 })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('unsubscribe' as const), who, filter }) },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('publish' as const),
      who,
      topic,
      qos,
      retain: fc.boolean(),
      size: fc.nat(60),
      expiry: fc.option(fc.nat(9)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('embedder' as const),
      topic,
      qos,
      retain: fc.boolean(),
      size: fc.nat(60),
    }),
  },
  { weight: 6, arbitrary: fc.record({ type: fc.constant('acknowledge' as const), who, refused: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('wrongAcknowledge' as const),
      who,
      kind: fc.constantFrom<'puback' | 'pubrec' | 'pubrel' | 'pubcomp'>('puback', 'pubrec', 'pubrel', 'pubcomp'),
      identifier: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('disconnect' as const), who, withWill: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('lose' as const), who }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('stall' as const), who }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('unstall' as const), who }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('administer' as const), who, end: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('stored' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('advance' as const), ms: fc.constantFrom(1, 1000, 7000, 100_000) }),
  },
);

type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

const options: fc.Arbitrary<BrokerOptionsInput> = fc.record({
  inflightMessagesMax: fc.integer({ min: 1, max: 4 }),
  queuedMessagesMax: fc.integer({ min: 0, max: 4 }),
  queuedInMemoryMessagesMax: fc.integer({ min: 1, max: 3 }),
  queueOverflow: fc.constantFrom('dropNewest', 'dropOldest', 'keepLastPerTopic', 'disconnect'),
  queueQos0Messages: fc.boolean(),
  matchCacheEntriesMax: fc.constantFrom(0, 2, 100),
  retainedMessagesMax: fc.constantFrom(1, 100),
  heldAcknowledgementsMax: fc.constantFrom(1, 100),
  subscriptionsPerClientMax: fc.constantFrom(2, 100),
});

/** Sends only if there is somebody to send for; what the broker answers is looked at elsewhere. */
function send(client: ScriptedClient, packet: EncodablePacket): void {
  if (client.connection !== undefined && client.link.state === 'open') client.send(packet);
}

class Fleet {
  readonly world: World;
  readonly clients: ScriptedClient[];
  readonly #journal: RecordedJournal | undefined;

  constructor(brokerOptions: BrokerOptionsInput, journalled: boolean, versions: readonly ProtocolVersion[]) {
    this.#journal = journalled ? new RecordedJournal() : undefined;
    this.world = new World(brokerOptions, { journal: this.#journal, queueReader: this.#journal });
    this.clients = versions.map((version, index) => this.world.client(`client${index}`, version));
  }

  run(step: Operation): void {
    const { world } = this;
    const client = 'who' in step ? this.clients[step.who % this.clients.length] : undefined;
    if (step.type === 'embedder') {
      const payload = new Uint8Array(step.size);
      world.broker.publish({ topicName: step.topic, payload, qos: step.qos, retain: step.retain }, world.now);
    } else if (step.type === 'stored') this.store();
    else if (step.type === 'advance') world.advance(step.ms);
    else if (client !== undefined) this.#runFor(client, step);
    world.check();
    for (const each of this.clients) expect(unacknowledged(each).length).toBeLessThanOrEqual(RECEIVE_MAXIMUM);
  }

  store(): void {
    const { broker, now } = this.world;
    const journal = this.#journal;
    if (journal === undefined) return;
    broker.handleStored(journal.entries.length, now);
    for (const request of journal.requests.splice(0)) broker.handleQueueRead(request, journal.page(request), now);
  }

  /** The store must be able to add up whatever the journal says. */
  checkJournal(): void {
    const snapshot = this.#journal?.snapshot();
    if (snapshot === undefined) return;
    for (const restoring of [snapshot, this.#journal!.stored()]) {
      const journal = new RecordedJournal();
      const restored = new World({}, { journal, queueReader: journal });
      restored.broker.restore(restoring, this.world.now);
      restored.check();
    }
  }

  #runFor(client: ScriptedClient, step: Extract<Operation, { who: number }>): void {
    const v5 = client.version === 5;
    switch (step.type) {
      case 'connect': {
        if (client.connection !== undefined && client.connection.state !== 'closed') client.lose();
        const limits = step.limited ? { maximumPacketSize: 50, topicAliasMaximum: 1 } : {};
        const willProperties = v5 && step.delay !== null ? { willDelayInterval: step.delay } : {};
        client.connecting({
          cleanStart: step.clean,
          keepAlive: step.keepAlive,
          properties: v5 ? { sessionExpiryInterval: step.expiry, receiveMaximum: RECEIVE_MAXIMUM, ...limits } : {},
          ...(step.delay === null
            ? {}
            : { will: { topicName: 'a/b', payload: text('will'), qos: 1, properties: willProperties } }),
        });
        return;
      }
      case 'subscribe': {
        const { filter: topicFilter, retainHandling } = step;
        const noLocal = v5 && step.noLocal && !topicFilter.startsWith('$share');
        const subscription = {
          topicFilter,
          qos: step.qos,
          noLocal,
          retainAsPublished: v5,
          retainHandling: v5 ? retainHandling : 0,
        } as const;
        const properties = v5 && step.identifier !== null ? { subscriptionIdentifier: step.identifier } : {};
        send(client, {
          type: 'subscribe',
          packetIdentifier: client.nextIdentifier(),
          subscriptions: [subscription],
          properties,
        });
        return;
      }
      case 'unsubscribe':
        send(client, {
          type: 'unsubscribe',
          packetIdentifier: client.nextIdentifier(),
          topicFilters: [step.filter],
          properties: {},
        });
        return;
      case 'publish': {
        const packetIdentifier = step.qos === 0 ? 0 : client.nextIdentifier();
        const properties = v5 && step.expiry !== null ? { messageExpiryInterval: step.expiry } : {};
        const { qos: publishedQos, retain } = step;
        send(client, {
          type: 'publish',
          dup: false,
          qos: publishedQos,
          retain,
          topicName: step.topic,
          packetIdentifier,
          payload: new Uint8Array(step.size),
          properties,
        });
        return;
      }
      case 'acknowledge': {
        const [packet] = unacknowledged(client);
        if (packet === undefined) return;
        client.link.received.splice(client.link.received.indexOf(packet), 1);
        const type = packet.type === 'pubrel' ? 'pubcomp' : packet.qos === 1 ? 'puback' : 'pubrec';
        const reasonCode = step.refused && v5 && type !== 'pubcomp' ? 0x83 : 0;
        send(client, { type, packetIdentifier: packet.packetIdentifier, reasonCode, properties: {} });
        return;
      }
      case 'wrongAcknowledge': {
        // If it happens to be the right one, it is an acknowledgement.
        const { received } = client.link;
        const known = unacknowledged(client).find((packet) => packet.packetIdentifier === step.identifier);
        if (known !== undefined && step.kind !== 'pubrel') received.splice(received.indexOf(known), 1);
        send(client, { type: step.kind, packetIdentifier: step.identifier, reasonCode: 0, properties: {} });
        return;
      }
      case 'disconnect':
        send(client, { type: 'disconnect', reasonCode: step.withWill && v5 ? 4 : 0, properties: {} });
        return;
      case 'lose':
        if (client.connection !== undefined) client.lose();
        return;
      case 'stall':
        client.stall();
        return;
      case 'unstall':
        if (client.connection !== undefined) client.unstall();
        return;
      case 'administer':
        if (step.end) this.world.broker.endSession(client.clientIdentifier, this.world.now);
        else this.world.broker.disconnectClient(client.clientIdentifier, this.world.now);
    }
  }
}

/** PUBLISH and PUBREL that this client has received on this connection and not answered. */
function unacknowledged(client: ScriptedClient): (PublishPacket | PubrelPacket)[] {
  return client.link.received
    .filter((packet) => packet.type === 'pubrel' || packet.type === 'publish')
    .filter((packet) => packet.type === 'pubrel' || packet.qos > 0);
}

describe('random operations of several clients', () => {
  it('never throw, never break a limit, and leave nothing behind', () => {
    fc.assert(
      fc.property(
        options,
        fc.boolean(),
        fc.array(fc.constantFrom<ProtocolVersion>(4, 5, 5), { minLength: 4, maxLength: 4 }),
        fc.array(operation, { maxLength: 60 }),
        (brokerOptions, journalled, versions, operations) => {
          // A client of 3.1.1 has no Receive Maximum of its own.
          const inflightMessagesMax = Math.min(RECEIVE_MAXIMUM, brokerOptions.inflightMessagesMax ?? 1);
          const fleet = new Fleet({ ...brokerOptions, inflightMessagesMax }, journalled, versions);
          for (const step of operations) fleet.run(step);
          fleet.checkJournal();
          const { world } = fleet;
          for (const client of world.opened) client.lose();
          for (const client of fleet.clients) world.broker.endSession(client.clientIdentifier, world.now);
          // Queues that were set aside are given away page by page.
          for (let page = 0; page < 5; page++) fleet.store();
          world.check();
          for (const topicName of TOPICS) world.broker.publish({ topicName, retain: true }, world.now);
          expect(world.broker.counters).toMatchObject({
            connectionsNow: 0,
            clientsNow: 0,
            sessionsNow: 0,
            subscriptionsNow: 0,
            sharedSubscriptionsNow: 0,
            queuedNow: 0,
            queuedBytesNow: 0,
            retainedNow: 0,
            retainedBytesNow: 0,
          });
          expect(world.broker.nextTimeout()).toBeUndefined();
          for (const topicName of TOPICS) {
            expect(world.broker.match(topicName)).toEqual({
              receivers: [],
              sharedSubscriptions: [],
              localSubscriptions: 0,
            });
          }
        },
      ),
      { numRuns: 1000 },
    );
  }, 60_000);
});
