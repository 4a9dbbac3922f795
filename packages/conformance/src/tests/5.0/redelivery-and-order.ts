import type { QoS } from '@skua/codec';
import { changesReceived, ignores, packetTypeOf, statefulMutant } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import type { StatementId } from '../../statements/statement.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { KEPT, takeDeliveries, textOf, unanswered } from './delivery-fixture.ts';

/** Sections 4.4 and 4.6 of 5.0. */
export const REDELIVERY_AND_ORDER_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'redelivery/when-resumed',
    title: 'Resuming a session brings what was not acknowledged again: PUBLISH and PUBREL, identifiers as before',
    statements: ['MQTT-4.4.0-1'],
    run: async (test) => {
      for (const [qos, type] of [
        [1, 'publish'],
        [2, 'publish'],
        [2, 'pubrel'],
      ] as const) {
        const { alice, publish } = await unanswered(test, { qos });
        const { packetIdentifier } = publish;
        if (type === 'pubrel') {
          alice.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
          await alice.expect('pubrel');
        }
        alice.cut();
        const again = await test.connect('alice', { cleanStart: false, properties: KEPT });
        const repeated = await again.expect(type);
        test.checkEqual(repeated.packetIdentifier, packetIdentifier, `Packet Identifier of ${type.toUpperCase()}`);
        await again.expectNothing();
      }
    },
    mutants: [
      resumesWithout('publish'),
      resumesWithout('pubrel'),
      statefulMutant('numbers anew after reconnecting', ['MQTT-4.4.0-1'], () => ({
        fromBroker: (sent, { index }) => {
          if (index % 3 !== 2 || packetTypeOf(sent) !== 'publish') return [sent];
          const topicEnd = 4 + (sent[3] ?? 0);
          return [sent.map((byte, offset) => (offset === topicEnd ? 0x12 : byte))];
        },
      })),
    ],
  }),
  defineTest({
    id: 'redelivery/only-when-resumed',
    title: 'As long as the connection lasts nothing is sent twice, however long an answer takes',
    statements: ['MQTT-4.4.0-1'],
    run: async (test) => {
      const { alice, publish } = await unanswered(test, { qos: 2 });
      await test.pass(3000);
      await alice.expectNothing();
      alice.send({ type: 'pubrec', packetIdentifier: publish.packetIdentifier, reasonCode: 0, properties: {} });
      await alice.expect('pubrel');
      await test.pass(3000);
      await alice.expectNothing();
    },
    mutants: [repeatsAtPing('publish'), repeatsAtPing('pubrel')],
  }),
  defineTest({
    id: 'redelivery/rejected',
    title: 'A message that the client rejected with PUBACK or PUBREC does not come again',
    statements: ['MQTT-4.4.0-2'],
    run: async (test) => {
      for (const [qos, type] of [
        [1, 'puback'],
        [2, 'pubrec'],
      ] as const) {
        const { alice, publish } = await unanswered(test, { qos });
        const { packetIdentifier } = publish;
        alice.send({ type, packetIdentifier, reasonCode: 0x83, properties: {} });
        await alice.expectNothing();
        alice.cut();
        const again = await test.connect('alice', { cleanStart: false, properties: KEPT });
        await again.expectNothing();
      }
    },
    mutants: [
      ignores('PUBACK with an error', ['MQTT-4.4.0-2'], (received) => received[0] === 0x40 && received.length > 4),
      ignores('PUBREC with an error', ['MQTT-4.4.0-2'], (received) => received[0] === 0x50 && received.length > 4),
      changesReceived('does not read the Reason Code of PUBREC', ['MQTT-4.4.0-2'], 'pubrec', (packet) => ({
        ...packet,
        reasonCode: 0,
      })),
    ],
  }),
  defineTest({
    id: 'order/per-topic-and-qos',
    title: 'What one client publishes to a topic with one QoS arrives in that order, while others publish as well',
    statements: ['MQTT-4.6.0-5'],
    run: async (test) => {
      const alice = await test.connect('alice');
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 2 });
      const publishers = [await test.connect('bob'), await test.connect('carol')];
      for (const qos of [0, 1, 2] as const) {
        for (const number of NUMBERS) {
          for (const bob of publishers) {
            await test.publish(bob, { topicName: test.topic('a'), payload: `${bob.name} ${number}`, qos });
          }
        }
        // At QoS 0 a message may be lost, but not overtaken.
        for (const bob of publishers) await bob.expectNothing();
        const count = NUMBERS.length * publishers.length;
        const texts = (await takeDeliveries(alice, (soFar) => soFar.length === count)).map(textOf);
        for (const { name } of publishers) {
          const found = texts.filter((text) => text.startsWith(name)).map((text) => Number(text.split(' ')[1]));
          const expected = qos === 0 ? found.toSorted((left, right) => left - right) : NUMBERS;
          test.checkEqual(found, expected, `the messages of ${name} at QoS ${qos}`);
        }
      }
    },
    mutants: [
      delays('lets QoS 0 messages overtake', ['MQTT-4.6.0-5'], 0, 2),
      delays('lets QoS 1 messages overtake', ['MQTT-4.6.0-5'], 1, 2),
      delays('lets QoS 2 messages overtake', ['MQTT-4.6.0-5'], 2, 2),
    ],
  }),
  defineTest({
    id: 'order/every-topic',
    title: 'The order holds on every topic without asking: with wildcards, in the queue and when sent again',
    statements: ['MQTT-4.6.0-6'],
    run: async (test) => {
      const { client: first, connack } = await test.connectWithConnack('alice', { properties: KEPT });
      const wildcards = connack.properties.wildcardSubscriptionAvailable !== false;
      await test.subscribe(first, { topicFilter: test.topic(wildcards ? '#' : 'a'), qos: 1 });
      const bob = await test.connect('bob');
      const topicName = test.topic('a');
      for (const payload of ['1', '2']) await test.publish(bob, { topicName, payload, qos: 1 });
      test.checkEqual(textOf(await first.expect('publish')), '1', 'the first message');
      first.cut();
      for (const payload of ['3', '4', '5']) await test.publish(bob, { topicName, payload, qos: 1 });
      const again = await test.connect('alice', { cleanStart: false, properties: KEPT });
      for (const payload of ['6', '7']) await test.publish(bob, { topicName, payload, qos: 1 });
      const texts = (await takeDeliveries(again, (soFar) => soFar.length === 7)).map(textOf);
      test.checkEqual(texts, ['1', '2', '3', '4', '5', '6', '7'], 'the messages in the order of their arrival');
    },
    mutants: [
      delays('overtakes when it sends again', ['MQTT-4.6.0-6'], 1, 3),
      delays('sends what waited in another order', ['MQTT-4.6.0-6'], 1, 5),
    ],
  }),
];

/** A broker that loses one kind of packet when it takes a session up again. */
function resumesWithout(type: 'publish' | 'pubrel'): Mutant {
  return statefulMutant(`does not repeat ${type.toUpperCase()}`, ['MQTT-4.4.0-1'], () => ({
    fromBroker: (sent, { index }) => (packetTypeOf(sent) === type && index % 3 === 2 ? [] : [sent]),
  }));
}

/** A broker that sends a packet again after a while. */
function repeatsAtPing(type: 'publish' | 'pubrel'): Mutant {
  return statefulMutant(`repeats ${type.toUpperCase()} after a while`, ['MQTT-4.4.0-1'], () => {
    let last: Uint8Array | undefined;
    return {
      fromBroker: (sent) => {
        if (packetTypeOf(sent) === type) last = sent;
        return packetTypeOf(sent) === 'pingresp' && last !== undefined ? [last, sent] : [sent];
      },
    };
  });
}

/** A broker that sends one PUBLISH, counted from 1 among those of its QoS, after two later ones. */
function delays(name: string, breaks: readonly StatementId[], qos: QoS, position: number): Mutant {
  return statefulMutant(name, breaks, () => {
    let count = 0;
    let held: Uint8Array | undefined;
    return {
      fromBroker: (sent) => {
        if (packetTypeOf(sent) !== 'publish' || (((sent[0] ?? 0) >> 1) & 3) !== qos) return [sent];
        count += 1;
        if (count === position) held = sent;
        if (count === position) return [];
        return count === position + 2 && held !== undefined ? [sent, held] : [sent];
      },
    };
  });
}

const NUMBERS: readonly number[] = [1, 2, 3, 4, 5, 6];
