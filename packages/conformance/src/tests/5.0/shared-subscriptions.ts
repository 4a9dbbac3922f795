import { changesReceived, changesSent, mutant, packetTypeOf, statefulMutant } from '../../harness/mutations.ts';
import type { RawClient } from '../../harness/raw-client.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { TestContext } from '../../harness/test-context.ts';
import { grantsAnyFilter, mustRefuseFilter } from './refused-filter.ts';
import { bytes, frame, properties, string } from '../../wire/frame.ts';

/** Section 4.8 of 5.0. */
export const SHARED_SUBSCRIPTIONS_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'shared/share-name-missing',
    title: 'A shared filter needs a ShareName of at least one character',
    statements: ['MQTT-4.8.2-1'],
    run: async (test) => {
      await requireShared(test);
      await mustRefuseFilter(test, `$share//${test.topic('a')}`, 'a malformed shared filter');
    },
    mutants: [grantsAnyFilter('MQTT-4.8.2-1')],
  }),
  defineTest({
    id: 'shared/share-name-characters',
    title: 'A ShareName has no wildcard characters and is followed by / and a Topic Filter',
    statements: ['MQTT-4.8.2-2'],
    run: async (test) => {
      await requireShared(test);
      for (const filter of ['$share/a+b/x', '$share/a#/x', '$share/group', '$share/group/']) {
        await mustRefuseFilter(test, filter, 'a malformed shared filter');
      }
    },
    mutants: [grantsAnyFilter('MQTT-4.8.2-2')],
  }),
  defineTest({
    id: 'shared/granted-qos',
    title: 'Each member gets messages at the QoS that it was granted',
    statements: ['MQTT-4.8.2-3'],
    run: async (test) => {
      await requireShared(test);
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      await test.subscribe(alice, { topicFilter: shared(test), qos: 0 });
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      const publish = await alice.expect('publish');
      test.checkEqual(publish.qos, 0, 'QoS of the delivery');
    },
    mutants: [
      changesSent('delivers to members at QoS 1 at least', ['MQTT-4.8.2-3'], 'publish', (packet) =>
        packet.qos > 0 ? packet : { ...packet, qos: 1, packetIdentifier: 99 },
      ),
    ],
  }),
  defineTest({
    id: 'shared/qos-2-completed',
    title: 'A QoS 2 delivery that broke off is completed with the same member, and nobody else gets it',
    statements: ['MQTT-4.8.2-4'],
    run: async (test) => {
      await requireShared(test);
      const { first, second, publish } = await breakOffQos2(test, 600);
      const again = await test.connect(first, { cleanStart: false, properties: { sessionExpiryInterval: 0 } });
      const repeated = await again.expect('publish');
      test.checkEqual(repeated.packetIdentifier, publish.packetIdentifier, 'Packet Identifier of the repetition');
      await second.expectNothing();
    },
    mutants: [
      mutant('does not take a delivery up again', ['MQTT-4.8.2-4'], {
        fromBroker: (sent) => (packetTypeOf(sent) === 'publish' && ((sent[0] ?? 0) & 0x08) !== 0 ? [] : [sent]),
      }),
    ],
  }),
  defineTest({
    id: 'shared/qos-2-not-passed-on',
    title: 'A QoS 2 delivery that broke off is not passed on when the member’s session ends',
    statements: ['MQTT-4.8.2-5'],
    run: async (test) => {
      await requireShared(test);
      const { first, second } = await breakOffQos2(test, 600);
      // A Clean Start ends the session for certain.
      await test.connect(first);
      await second.expectNothing();
    },
    mutants: [
      statefulMutant('passes QoS 2 messages on to another member', ['MQTT-4.8.2-5'], () => {
        let last: Uint8Array | undefined;
        return {
          fromBroker: (sent, connection) => {
            if (packetTypeOf(sent) === 'publish') last = sent;
            const passesOn = packetTypeOf(sent) === 'pingresp' && last !== undefined && connection.all.length > 4;
            return passesOn && last !== undefined ? [last, sent] : [sent];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'shared/rejected-not-passed-on',
    title: 'A message that a member rejects goes to nobody else',
    statements: ['MQTT-4.8.2-6'],
    run: async (test) => {
      await requireShared(test);
      const members = [await test.connect('one'), await test.connect('two')];
      for (const member of members) await test.subscribe(member, { topicFilter: shared(test), qos: 2 });
      const bob = await test.connect('bob');
      for (const qos of [1, 2] as const) {
        await test.publish(bob, { topicName: test.topic('a'), qos });
        const { receiver, other } = await receiverOf(test, members);
        const { packetIdentifier } = await receiver.expect('publish');
        const type = qos === 1 ? 'puback' : 'pubrec';
        receiver.send({ type, packetIdentifier, reasonCode: 0x83, properties: {} });
        await receiver.expectNothing();
        await other.expectNothing();
      }
    },
    mutants: [
      changesReceived('resends rejected messages', ['MQTT-4.8.2-6'], 'puback', (packet, connection) => {
        const other = connection.all.find((candidate) => candidate.index !== connection.index && candidate.index > 0);
        other?.sendToClient(frame(0x30, string('skua/passed-on'), properties(), bytes(0x78)));
        return packet;
      }),
    ],
  }),
];

/** The shared filter of a test's topics. */
function shared(test: TestContext): string {
  return `$share/group/${test.topic('a')}`;
}

async function requireShared(test: TestContext): Promise<void> {
  const { client, connack } = await test.connectWithConnack('probe');
  if (connack.properties.sharedSubscriptionAvailable === false) test.skip('no shared subscriptions');
  await test.disconnect(client);
}

/** Two members; the one that gets a QoS 2 message loses its connection before it has answered. */
async function breakOffQos2(
  test: TestContext,
  sessionExpiryInterval: number,
): Promise<{ first: string; second: RawClient; publish: { packetIdentifier: number } }> {
  const fields = { properties: { sessionExpiryInterval } };
  const members = [await test.connect('one', fields), await test.connect('two', fields)];
  for (const member of members) await test.subscribe(member, { topicFilter: shared(test), qos: 2 });
  const bob = await test.connect('bob');
  await test.publish(bob, { topicName: test.topic('a'), qos: 2 });
  const { receiver, other } = await receiverOf(test, members);
  const publish = await receiver.expect('publish');
  receiver.cut();
  return { first: receiver.name, second: other, publish };
}

/** Which of two members a message went to. */
async function receiverOf(
  test: TestContext,
  members: readonly RawClient[],
): Promise<{ receiver: RawClient; other: RawClient }> {
  const { clock } = test.target;
  await clock.until(() => members.some((member) => member.waiting > 0), clock.answerTimeoutMs);
  const receiver = members.find((member) => member.waiting > 0);
  const other = members.find((member) => member !== receiver);
  if (receiver === undefined || other === undefined) test.fail('no member of the shared subscription got the message');
  return { receiver, other };
}
