import { encodePacket, type PublishPacket, type QoS } from '@skua/codec';
import {
  changesSent,
  decodeFrame,
  mutant,
  neverCloses,
  packetTypeOf,
  statefulMutant,
} from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { TestContext } from '../../harness/test-context.ts';
import { bytes, frame, properties, property, string, twoByteInteger } from '../../wire/frame.ts';
import { takeDeliveries } from './delivery-fixture.ts';
import { RECEIVE_MAXIMUM_TESTS } from './receive-maximum.ts';

/** Section 3.3.4 of 5.0. */
export const PUBLISH_ACTIONS_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'publish/answer-by-qos',
    title: 'PUBLISH is answered according to its QoS: not at all, by PUBACK, by PUBREC',
    statements: ['MQTT-3.3.4-1'],
    run: async (test) => {
      const alice = await test.connect('alice');
      test.sendPublish(alice, { topicName: test.topic('a'), qos: 0 });
      await alice.expectNothing();
      for (const [qos, type] of [
        [1, 'puback'],
        [2, 'pubrec'],
      ] as const) {
        const packetIdentifier = test.sendPublish(alice, { topicName: test.topic('a'), qos });
        const answer = await alice.expect(type);
        test.checkEqual(answer.packetIdentifier, packetIdentifier, `Packet Identifier of ${type.toUpperCase()}`);
        await alice.expectNothing();
      }
    },
    mutants: [
      mutant('answers QoS 1 as if it were QoS 2', ['MQTT-3.3.4-1'], {
        fromBroker: (sent) =>
          packetTypeOf(sent) === 'puback' ? [Uint8Array.from([0x50, ...sent.subarray(1)])] : [sent],
      }),
      mutant('answers QoS 2 as if it were QoS 1', ['MQTT-3.3.4-1'], {
        fromBroker: (sent) =>
          packetTypeOf(sent) === 'pubrec' ? [Uint8Array.from([0x40, ...sent.subarray(1)])] : [sent],
      }),
      mutant('answers QoS 0', ['MQTT-3.3.4-1'], {
        fromClient: (received, connection) => {
          if (received[0] === 0x30) connection.sendToClient(frame(0x40, twoByteInteger(1)));
          return [received];
        },
      }),
    ],
  }),
  defineTest({
    id: 'publish/overlapping-qos',
    title: 'Where subscriptions of a client overlap, the message comes at the highest QoS of them',
    statements: ['MQTT-3.3.4-2'],
    run: async (test) => {
      for (const order of [
        [0, 1, 2],
        [2, 1, 0],
      ] as const) {
        const publishes = await overlapping(
          test,
          order.map((qos) => ({ qos })),
          (soFar) => soFar.some(({ qos }) => qos === 2),
        );
        test.check(publishes.length > 0, 'no delivery came');
        test.checkEqual(Math.max(...publishes.map(({ qos }) => qos)), 2, 'the highest QoS of the deliveries');
        test.choice('overlapping subscriptions', publishes.length > 1 ? 'several copies' : 'one copy');
      }
    },
    mutants: [
      changesSent('takes QoS 1 for overlapping subscriptions', ['MQTT-3.3.4-2'], 'publish', (packet) => ({
        ...packet,
        qos: packet.qos === 0 ? 0 : 1,
      })),
      statefulMutant('heeds the last subscription only', ['MQTT-3.3.4-2'], () => {
        let granted = 0;
        return {
          fromClient: (received) => {
            if (packetTypeOf(received) === 'subscribe') granted = (received.at(-1) ?? 0) & 3;
            return [received];
          },
          fromBroker: (sent, connection) => {
            const packet = decodeFrame(sent, 'client', connection);
            if (packet?.type !== 'publish' || granted > 0) return [sent];
            return [encodePacket({ ...packet, qos: 0, packetIdentifier: 0 }, 5)];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'publish/subscription-identifiers',
    title:
      'Where subscriptions of a client overlap, their identifiers come with the message: all in one copy or one each',
    statements: ['MQTT-3.3.4-3', 'MQTT-3.3.4-4', 'MQTT-3.3.4-5'],
    run: async (test) => {
      const publishes = await overlapping(
        test,
        [{ qos: 1, subscriptionIdentifier: 1 }, { qos: 1, subscriptionIdentifier: 268_435_455 }, { qos: 1 }],
        (soFar) => identifiersOf(soFar).length >= 2,
      );
      const several = publishes.length > 1;
      test.checkEqual(identifiersOf(publishes), [1, 268_435_455], 'the Subscription Identifiers that came');
      for (const publish of several ? publishes : []) {
        test.check(identifiersOf([publish]).length <= 1, 'a copy for one subscription has identifiers of others');
      }
      test.choice('identifiers of overlapping subscriptions', several ? 'one in each copy' : 'all in one copy');
    },
    mutants: [
      changesSent('loses Subscription Identifiers', ['MQTT-3.3.4-3'], 'publish', (packet) => ({
        ...packet,
        properties: { ...packet.properties, subscriptionIdentifiers: [] },
      })),
      changesSent('sends the first Subscription Identifier', ['MQTT-3.3.4-3', 'MQTT-3.3.4-4'], 'publish', (packet) => ({
        ...packet,
        properties: {
          ...packet.properties,
          subscriptionIdentifiers: (packet.properties.subscriptionIdentifiers ?? []).slice(0, 1),
        },
      })),
      sendsThreeCopies('sends copies without their own identifiers', (identifiers) => [identifiers[0], undefined]),
      sendsThreeCopies('sends copies with the same identifier', (identifiers) => [identifiers[0], identifiers[0]]),
    ],
  }),
  defineTest({
    id: 'publish/subscription-identifier-from-client',
    title: 'A PUBLISH of a client with a Subscription Identifier ends the connection, and nobody receives it',
    statements: ['MQTT-3.3.4-6'],
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('a'));
      const alice = await test.connect('alice');
      const section = properties(property(SUBSCRIPTION_IDENTIFIER, bytes(1)));
      alice.sendBytes(frame(0x30, string(test.topic('a')), section, bytes(0x78)));
      await alice.expectClose();
      await watcher.expectNothing();
    },
    mutants: [
      neverCloses(['MQTT-3.3.4-6']),
      mutant('drops Subscription Identifiers of publishers', ['MQTT-3.3.4-6'], {
        fromClient: (received) => {
          if (received[0] !== 0x30) return [received];
          const topicEnd = 4 + (received[3] ?? 0);
          return [frame(0x30, received.subarray(2, topicEnd), properties(), bytes(0x78))];
        },
      }),
    ],
  }),
  ...RECEIVE_MAXIMUM_TESTS,
];

/** What a client gets of one QoS 2 message that three of its subscriptions match. */
async function overlapping(
  test: TestContext,
  options: readonly { readonly qos: QoS; readonly subscriptionIdentifier?: number }[],
  enough: (soFar: readonly PublishPacket[]) => boolean,
): Promise<readonly PublishPacket[]> {
  const { client: alice, connack } = await test.connectWithConnack('alice');
  if (connack.properties.wildcardSubscriptionAvailable === false) test.skip('no wildcard subscriptions');
  const asksIdentifiers = options.some(({ subscriptionIdentifier }) => subscriptionIdentifier !== undefined);
  if (asksIdentifiers && connack.properties.subscriptionIdentifiersAvailable === false) {
    test.skip('no Subscription Identifiers');
  }
  const bob = await test.connect('bob');
  const filters = ['a/b', 'a/+', 'a/#'];
  for (const [index, { qos, ...rest }] of options.entries()) {
    await test.subscribe(alice, { topicFilter: test.topic(filters[index] ?? ''), qos }, rest);
  }
  await test.publish(bob, { topicName: test.topic('a/b'), qos: 2 });
  return await takeDeliveries(alice, enough);
}

/** The Subscription Identifiers of all these, in ascending order. */
function identifiersOf(publishes: readonly PublishPacket[]): readonly number[] {
  return publishes
    .flatMap(({ properties: { subscriptionIdentifiers = [] } }) => subscriptionIdentifiers)
    .toSorted((left, right) => left - right);
}

/** A broker that sends a copy for each subscription; `choose` says which identifiers the first two of three carry. */
function sendsThreeCopies(
  name: string,
  choose: (identifiers: readonly number[]) => readonly (number | undefined)[],
): Mutant {
  return mutant(name, ['MQTT-3.3.4-5'], {
    fromBroker: (sent, connection) => {
      const packet = decodeFrame(sent, 'client', connection);
      if (packet?.type !== 'publish') return [sent];
      const chosen = [...choose(packet.properties.subscriptionIdentifiers ?? []), undefined];
      return chosen.map((identifier, index) => {
        const subscriptionIdentifiers = identifier === undefined ? [] : [identifier];
        const { packetIdentifier } = packet;
        return encodePacket(
          {
            ...packet,
            packetIdentifier: packetIdentifier + index,
            properties: { ...packet.properties, subscriptionIdentifiers },
          },
          5,
        );
      });
    },
  });
}

const SUBSCRIPTION_IDENTIFIER = 0x0b;
