import {
  changesReceived,
  changesSent,
  decodeFrame,
  ignores,
  packetTypeOf,
  statefulMutant,
} from '../../harness/mutations.ts';
import type { RawClient } from '../../harness/raw-client.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { TestContext } from '../../harness/test-context.ts';
import { KEPT, unanswered } from './delivery-fixture.ts';

/** Section 4.3.3 of 5.0: the broker as the sender of QoS 2 messages. */
export const QOS_2_SENDER_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'qos-2/first-sending',
    title: 'A QoS 2 delivery is a PUBLISH with a Packet Identifier, QoS 2 and DUP 0',
    statements: ['MQTT-4.3.3-2'],
    run: async (test) => {
      const { publish } = await unanswered(test, { qos: 2 });
      test.checkEqual([publish.qos, publish.dup], [2, false], 'QoS and DUP');
      test.check(publish.packetIdentifier > 0, 'the PUBLISH has no Packet Identifier');
    },
    mutants: [
      changesSent('sets DUP from the start', ['MQTT-4.3.3-2'], 'publish', (packet) => ({ ...packet, dup: true })),
      changesSent('delivers QoS 2 at QoS 1', ['MQTT-4.3.3-2'], 'publish', (packet) => ({ ...packet, qos: 1 })),
    ],
  }),
  defineTest({
    id: 'qos-2/unacknowledged-until-pubrec',
    title: 'A QoS 2 PUBLISH counts as unacknowledged until its PUBREC: it comes again before, and not after',
    statements: ['MQTT-4.3.3-3'],
    run: async (test) => {
      const { alice, publish } = await unanswered(test, { qos: 2 });
      const { packetIdentifier } = publish;
      // A PUBACK is not the acknowledgement of a QoS 2 message. The broker may take offence or take no notice.
      alice.send({ type: 'puback', packetIdentifier, reasonCode: 0, properties: {} });
      alice.send({ type: 'pingreq' });
      const answer = await alice.next();
      test.choice('PUBACK for a QoS 2 message', answer?.type === 'pingresp' ? 'ignored' : 'disconnects');
      alice.cut();
      const again = await resumed(test);
      const repeated = await again.expect('publish');
      test.checkEqual([repeated.packetIdentifier, repeated.qos], [packetIdentifier, 2], 'identifier and QoS');
      await finish(again, packetIdentifier);
      again.cut();
      await (await resumed(test)).expectNothing();
    },
    mutants: [
      statefulMutant('is done with a delivery once it is sent', ['MQTT-4.3.3-3'], () => ({
        fromBroker: (sent, { index }) => (packetTypeOf(sent) === 'publish' && index > 1 ? [] : [sent]),
      })),
      statefulMutant('takes PUBACK for PUBREC with an error', ['MQTT-4.3.3-3'], () => ({
        fromClient: (received) =>
          packetTypeOf(received) === 'puback'
            ? [Uint8Array.from([0x50, 0x03, ...received.subarray(2, 4), 0x80])]
            : [received],
      })),
      ignores('PUBREC', ['MQTT-4.3.3-3'], (received) => packetTypeOf(received) === 'pubrec'),
    ],
  }),
  defineTest({
    id: 'qos-2/pubrel',
    title: 'PUBREC without an error is answered by PUBREL with the Packet Identifier of the PUBLISH',
    statements: ['MQTT-4.3.3-4'],
    run: async (test) => {
      const { alice, bob, publish } = await unanswered(test, { qos: 2 });
      await finish(alice, publish.packetIdentifier);
      // The identifier of the first message may be used again, or another one.
      await test.publish(bob, { topicName: test.topic('a'), qos: 2 });
      const { packetIdentifier } = await alice.expect('publish');
      await finish(alice, packetIdentifier);
    },
    mutants: [
      changesSent('sends no PUBREL', ['MQTT-4.3.3-4'], 'pubrel', () => undefined),
      changesSent('sends PUBREL for another message', ['MQTT-4.3.3-4'], 'pubrel', (packet) => ({
        ...packet,
        packetIdentifier: packet.packetIdentifier + 1,
      })),
      changesReceived('takes every PUBREC for an error', ['MQTT-4.3.3-4'], 'pubrec', (packet) => ({
        ...packet,
        reasonCode: 0x80,
      })),
    ],
  }),
  defineTest({
    id: 'qos-2/unacknowledged-until-pubcomp',
    title: 'After PUBREC it is PUBREL that comes again, until PUBCOMP, and never the PUBLISH',
    statements: ['MQTT-4.3.3-5', 'MQTT-4.3.3-6'],
    run: async (test) => {
      const { alice, publish } = await unanswered(test, { qos: 2 });
      const { packetIdentifier } = publish;
      alice.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
      await alice.expect('pubrel');
      alice.cut();
      for (let round = 0; round < 2; round += 1) {
        const again = await resumed(test);
        const pubrel = await again.expect('pubrel');
        test.checkEqual(pubrel.packetIdentifier, packetIdentifier, 'Packet Identifier of the repeated PUBREL');
        await again.expectNothing();
        if (round === 1) again.send({ type: 'pubcomp', packetIdentifier, reasonCode: 0, properties: {} });
        if (round === 1) await again.expectNothing();
        again.cut();
      }
      await (await resumed(test)).expectNothing();
    },
    mutants: [
      statefulMutant('does not repeat PUBREL', ['MQTT-4.3.3-5'], () => ({
        fromBroker: (sent, { index }) => (packetTypeOf(sent) === 'pubrel' && index > 1 ? [] : [sent]),
      })),
      ignores('PUBCOMP', ['MQTT-4.3.3-5'], (received) => packetTypeOf(received) === 'pubcomp'),
      statefulMutant('begins again with PUBLISH', ['MQTT-4.3.3-5', 'MQTT-4.3.3-6'], () => {
        let publish: Uint8Array = Uint8Array.of();
        return {
          fromBroker: (sent, { index }) => {
            if (packetTypeOf(sent) === 'publish') publish = Uint8Array.from([0x3c, ...sent.subarray(1)]);
            return [packetTypeOf(sent) === 'pubrel' && index > 1 ? publish : sent];
          },
        };
      }),
      statefulMutant('repeats PUBLISH with PUBREL', ['MQTT-4.3.3-6'], () => {
        let publish: Uint8Array = Uint8Array.of();
        return {
          fromBroker: (sent, { index }) => {
            if (packetTypeOf(sent) === 'publish') publish = Uint8Array.from([0x3c, ...sent.subarray(1)]);
            return packetTypeOf(sent) === 'pubrel' && index > 1 ? [publish, sent] : [sent];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'qos-2/no-expiry-once-sent',
    title: 'A QoS 2 message that was sent does not expire: it comes again and is completed',
    statements: ['MQTT-4.3.3-7'],
    run: async (test) => {
      const { alice, publish } = await unanswered(test, { qos: 2, properties: { messageExpiryInterval: 1 } });
      alice.cut();
      await test.pass(2500);
      const again = await resumed(test);
      const repeated = await again.expect('publish');
      test.checkEqual(repeated.packetIdentifier, publish.packetIdentifier, 'Packet Identifier of the repetition');
      await finish(again, publish.packetIdentifier);
    },
    mutants: [
      statefulMutant('lets messages expire that it has sent', ['MQTT-4.3.3-7'], () => ({
        fromBroker: (sent, connection) => {
          const packet = decodeFrame(sent, 'client', connection);
          return packet?.type === 'publish' && packet.dup ? [] : [sent];
        },
      })),
    ],
  }),
];

/** Alice again, with the session that she had. */
async function resumed(test: TestContext): Promise<RawClient> {
  return await test.connect('alice', { cleanStart: false, properties: KEPT });
}

/** Completes a delivery from PUBREC on, and waits until the broker has PUBCOMP. */
async function finish(client: RawClient, packetIdentifier: number): Promise<void> {
  client.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
  const pubrel = await client.expect('pubrel');
  if (pubrel.packetIdentifier !== packetIdentifier) throw client.failure('PUBREL has another Packet Identifier');
  client.send({ type: 'pubcomp', packetIdentifier, reasonCode: 0, properties: {} });
  await client.expectNothing();
}
