import { encodePacket } from '@skua/codec';
import {
  changesReceived,
  changesSent,
  decodeFrame,
  ignores,
  packetTypeOf,
  statefulMutant,
} from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { KEPT, takeDeliveries, textOf, unanswered } from './delivery-fixture.ts';
import { QOS_2_RECEIVER_TESTS } from './qos-2-receiver.ts';
import { QOS_2_SENDER_TESTS } from './qos-2-sender.ts';

/** Section 4.3 of 5.0. QoS 0 is tested with the flags of PUBLISH. */
export const QUALITY_OF_SERVICE_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'qos-1/first-sending',
    title: 'A QoS 1 delivery is a PUBLISH with a Packet Identifier, QoS 1 and DUP 0',
    statements: ['MQTT-4.3.2-2'],
    run: async (test) => {
      const { publish } = await unanswered(test, { qos: 1 });
      test.checkEqual([publish.qos, publish.dup], [1, false], 'QoS and DUP');
      test.check(publish.packetIdentifier > 0, 'the PUBLISH has no Packet Identifier');
    },
    mutants: [
      changesSent('sets DUP from the start', ['MQTT-4.3.2-2'], 'publish', (packet) => ({ ...packet, dup: true })),
      changesSent('delivers QoS 1 at QoS 0', ['MQTT-4.3.2-2'], 'publish', (packet) => ({
        ...packet,
        qos: 0,
        packetIdentifier: 0,
      })),
    ],
  }),
  defineTest({
    id: 'qos-1/unacknowledged-until-puback',
    title: 'A QoS 1 delivery counts as unacknowledged until its own PUBACK: it comes again before, and not after',
    statements: ['MQTT-4.3.2-3'],
    run: async (test) => {
      const { alice, bob, publish: first } = await unanswered(test, { payload: 'first', qos: 1 });
      await test.publish(bob, { topicName: test.topic('a'), payload: 'second', qos: 1 });
      alice.send({ type: 'puback', packetIdentifier: first.packetIdentifier, reasonCode: 0, properties: {} });
      const second = await alice.expect('publish');
      await alice.expectNothing();
      alice.cut();
      const again = await test.connect('alice', { cleanStart: false, properties: KEPT });
      const repeated = await takeDeliveries(again, (soFar) => soFar.length > 0);
      test.checkEqual(repeated.map(textOf), ['second'], 'what comes again');
      test.checkEqual(repeated[0]?.packetIdentifier, second.packetIdentifier, 'Packet Identifier of the repetition');
      await test.disconnect(again);
      const acknowledged = await test.connect('alice', { cleanStart: false });
      await acknowledged.expectNothing();
    },
    mutants: [
      changesReceived('takes any PUBACK for all deliveries', ['MQTT-4.3.2-3'], 'puback', (packet, connection) => {
        const { packetIdentifier } = packet;
        for (const later of [1, 2]) {
          connection.sendToBroker(encodePacket({ ...packet, packetIdentifier: packetIdentifier + later }, 5));
        }
        return packet;
      }),
      statefulMutant('is done with a delivery once it is sent', ['MQTT-4.3.2-3'], () => ({
        fromBroker: (sent, connection) => {
          const packet = decodeFrame(sent, 'client', connection);
          if (packet?.type === 'publish') {
            const { packetIdentifier } = packet;
            connection.sendToBroker(
              encodePacket({ type: 'puback', packetIdentifier, reasonCode: 0, properties: {} }, 5),
            );
          }
          return [sent];
        },
      })),
      ignores('PUBACK', ['MQTT-4.3.2-3'], (received) => packetTypeOf(received) === 'puback'),
    ],
  }),
  defineTest({
    id: 'qos-1/puback',
    title: 'PUBACK carries the Packet Identifier of its PUBLISH, and the message is the broker’s from then on',
    statements: ['MQTT-4.3.2-4'],
    run: async (test) => {
      const bob = await test.connect('bob', { properties: KEPT });
      await test.subscribe(bob, { topicFilter: test.topic('a'), qos: 1 });
      await test.disconnect(bob);
      const alice = await test.connect('alice');
      for (const packetIdentifier of [0xffff, 1, 0x100]) {
        const payload = `${packetIdentifier}`;
        test.sendPublish(alice, { topicName: test.topic('a'), payload, qos: 1, packetIdentifier });
        const puback = await alice.expect('puback');
        test.checkEqual(puback.packetIdentifier, packetIdentifier, 'Packet Identifier of PUBACK');
      }
      alice.cut();
      const again = await test.connect('bob', { cleanStart: false });
      const publishes = await takeDeliveries(again, (soFar) => soFar.length === 3);
      test.checkEqual(publishes.map(textOf), ['65535', '1', '256'], 'the messages that were acknowledged');
    },
    mutants: [
      changesSent('counts Packet Identifiers of PUBACK itself', ['MQTT-4.3.2-4'], 'puback', (packet) => ({
        ...packet,
        packetIdentifier: 1,
      })),
      changesSent('sends no PUBACK', ['MQTT-4.3.2-4'], 'puback', () => undefined),
      statefulMutant('acknowledges without taking the message', ['MQTT-4.3.2-4'], () => ({
        fromClient: (received, connection) => {
          const packet = decodeFrame(received, 'server', connection);
          if (packet?.type !== 'publish') return [received];
          const { packetIdentifier } = packet;
          connection.sendToClient(encodePacket({ type: 'puback', packetIdentifier, reasonCode: 0, properties: {} }, 5));
          return [];
        },
      })),
    ],
  }),
  defineTest({
    id: 'qos-1/identifier-again',
    title: 'After PUBACK a PUBLISH with the same Packet Identifier is a new message, even with DUP 1',
    statements: ['MQTT-4.3.2-5'],
    run: async (test) => {
      const bob = await test.connect('bob');
      await test.subscribe(bob, { topicFilter: test.topic('a'), qos: 1 });
      const alice = await test.connect('alice');
      for (const [payload, dup] of [
        ['first', false],
        ['second', false],
        ['third', true],
      ] as const) {
        await test.publish(alice, { topicName: test.topic('a'), payload, qos: 1, dup, packetIdentifier: 7 });
        test.checkEqual(textOf(await test.receive(bob)), payload, 'payload');
      }
    },
    mutants: [
      statefulMutant('takes DUP 1 for a repetition', ['MQTT-4.3.2-5'], () => ({
        fromClient: (received, connection) => {
          const packet = decodeFrame(received, 'server', connection);
          if (packet?.type !== 'publish' || !packet.dup) return [received];
          const { packetIdentifier } = packet;
          connection.sendToClient(encodePacket({ type: 'puback', packetIdentifier, reasonCode: 0, properties: {} }, 5));
          return [];
        },
      })),
      changesReceived('takes QoS 1 for exactly once', ['MQTT-4.3.2-5'], 'publish', (packet) => ({
        ...packet,
        qos: 2,
      })),
    ],
  }),
  ...QOS_2_SENDER_TESTS,
  ...QOS_2_RECEIVER_TESTS,
];
