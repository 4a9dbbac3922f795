import type { PacketType, PublishPacket } from '@skua/codec';
import { changesReceived, changesSent, neverCloses, packetTypeOf, statefulMutant } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import type { RawClient } from '../../harness/raw-client.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { countsOtherwise, endsDelivery } from './send-window.ts';

/** Section 3.3.4 of 5.0: Receive Maximum on both sides. */
export const RECEIVE_MAXIMUM_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'publish/receive-maximum-exceeded',
    title: 'A client that sends more than Receive Maximum messages without an end to any is disconnected',
    statements: ['MQTT-3.3.4-7'],
    profile: 'receive-maximum-2',
    run: async (test) => {
      const { client: alice, connack } = await test.connectWithConnack('alice');
      const { receiveMaximum = 0xffff } = connack.properties;
      if (receiveMaximum > 1000) test.skip(`too many messages to send: Receive Maximum ${receiveMaximum}`);
      // Without PUBREL the broker cannot send PUBCOMP, so that all of them stay open.
      for (let sent = 0; sent < receiveMaximum; sent += 1) {
        test.sendPublish(alice, { topicName: test.topic('a'), qos: 2 });
        await alice.expect('pubrec');
      }
      test.sendPublish(alice, { topicName: test.topic('a'), qos: 2 });
      const reasonCode = await alice.expectClose();
      test.choice('Receive Maximum exceeded', reasonCode === undefined ? 'close' : `0x${reasonCode.toString(16)}`);
    },
    mutants: [
      neverCloses(['MQTT-3.3.4-7']),
      changesSent('accepts one message more than it says', ['MQTT-3.3.4-7'], 'connack', (packet) => ({
        ...packet,
        properties: { ...packet.properties, receiveMaximum: (packet.properties.receiveMaximum ?? 2) - 1 },
      })),
    ],
  }),
  defineTest({
    id: 'publish/receive-maximum-of-client',
    title: 'No more than the client’s Receive Maximum of deliveries are under way, and PUBREC does not end one',
    statements: ['MQTT-3.3.4-9'],
    run: async (test) => {
      const alice = await test.connect('alice', { properties: { receiveMaximum: 2 } });
      const bob = await test.connect('bob');
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 2 });
      for (const qos of [2, 2, 2, 1, 1] as const) await test.publish(bob, { topicName: test.topic('a'), qos });
      const underWay = [await alice.expect('publish'), ...(await publishesBeforePingresp(alice))];
      test.check(underWay.length <= 2, `${underWay.length} deliveries are under way; Receive Maximum 2`);
      const begun = underWay.find(({ qos }) => qos === 2);
      if (begun !== undefined) {
        const { packetIdentifier } = begun;
        alice.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
        await alice.expect('pubrel');
        const more = await publishesBeforePingresp(alice);
        const count = underWay.length + more.length;
        test.check(count <= 2, `${count} deliveries are under way after a PUBREC; Receive Maximum 2`);
      }
      test.choice('deliveries under way with Receive Maximum 2', `${underWay.length}`);
    },
    mutants: [
      changesReceived('takes no notice of Receive Maximum', ['MQTT-3.3.4-9'], 'connect', (packet) => ({
        ...packet,
        properties: {},
      })),
      countsOtherwise('has one delivery more under way', ['MQTT-3.3.4-9'], { size: (maximum) => maximum + 1 }),
      countsOtherwise('takes PUBREC for the end of a delivery', ['MQTT-3.3.4-9'], {
        ends: (answer) => endsDelivery(answer) || answer.type === 'pubrec',
      }),
    ],
  }),
  defineTest({
    id: 'publish/others-not-delayed',
    title: 'Only PUBLISH waits for quota: PUBREL and answers to the client come at once',
    statements: ['MQTT-3.3.4-10'],
    run: async (test) => {
      const alice = await test.connect('alice', { properties: { receiveMaximum: 1 } });
      const bob = await test.connect('bob');
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 2 });
      for (let count = 0; count < 2; count += 1) await test.publish(bob, { topicName: test.topic('a'), qos: 2 });
      const { packetIdentifier } = await alice.expect('publish');
      await alice.expectNothing();
      await test.subscribe(alice, test.topic('b'));
      await test.unsubscribe(alice, test.topic('b'));
      for (const qos of [1, 2] as const) await test.publish(alice, { topicName: test.topic('b'), qos });
      alice.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
      await alice.expect('pubrel');
      await alice.expectNothing();
    },
    mutants: (['suback', 'unsuback', 'puback', 'pubcomp', 'pubrel', 'pingresp'] as const).map((type) =>
      holdsBackAtZero(type),
    ),
  }),
];

/** PUBLISH packets that come before the answer to a PINGREQ, none of them acknowledged. */
async function publishesBeforePingresp(client: RawClient): Promise<readonly PublishPacket[]> {
  client.send({ type: 'pingreq' });
  const publishes: PublishPacket[] = [];
  for (;;) {
    const packet = await client.next();
    if (packet?.type === 'pingresp') return publishes;
    if (packet?.type !== 'publish') {
      throw client.failure(`expected PUBLISH or PINGRESP, received ${packet?.type.toUpperCase() ?? 'nothing'}`);
    }
    publishes.push(packet);
  }
}

/** A broker that keeps other packets back as well while a delivery is under way. */
function holdsBackAtZero(type: PacketType): Mutant {
  return statefulMutant(`lets ${type.toUpperCase()} wait for quota`, ['MQTT-3.3.4-10'], () => {
    const exhausted = new Set<number>();
    return {
      fromBroker: (sent, { index }) => {
        if (packetTypeOf(sent) === 'publish') exhausted.add(index);
        return packetTypeOf(sent) === type && exhausted.has(index) ? [] : [sent];
      },
    };
  });
}
