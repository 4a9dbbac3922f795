import { changesReceived, changesSent, ignores, mutant, neverCloses, packetTypeOf } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { binary, bytes, frame, hex, properties, string, twoByteInteger } from '../../wire/frame.ts';

/** Sections 3.10 and 3.11 of 5.0. */
export const UNSUBSCRIBE_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'unsubscribe/reserved-flags',
    title: 'UNSUBSCRIBE with other flags than 0010 is malformed',
    statements: ['MQTT-3.10.1-1'],
    run: async (test) => {
      for (const flags of [0x0, 0x1, 0x3, 0x6, 0xa]) {
        const alice = await test.connect('alice');
        alice.sendBytes(frame(0xa0 | flags, twoByteInteger(1), properties(), string(test.topic('a'))));
        await alice.expectClose();
      }
    },
    mutants: [neverCloses(['MQTT-3.10.1-1'])],
  }),
  defineTest({
    id: 'unsubscribe/filter-not-utf8',
    title: 'UNSUBSCRIBE with a Topic Filter that is not UTF-8 ends the connection',
    statements: ['MQTT-3.10.3-1'],
    run: async (test) => {
      const alice = await test.connect('alice');
      alice.sendBytes(frame(0xa2, twoByteInteger(1), properties(), binary(hex('61 2f c3 28'))));
      await alice.expectClose();
    },
    mutants: [neverCloses(['MQTT-3.10.3-1'])],
  }),
  defineTest({
    id: 'unsubscribe/no-filter',
    title: 'UNSUBSCRIBE without a Topic Filter ends the connection',
    statements: ['MQTT-3.10.3-2'],
    run: async (test) => {
      const alice = await test.connect('alice');
      alice.sendBytes(frame(0xa2, twoByteInteger(1), properties()));
      await alice.expectClose();
    },
    mutants: [neverCloses(['MQTT-3.10.3-2'])],
  }),
  defineTest({
    id: 'unsubscribe/ends-the-subscription',
    title: 'UNSUBSCRIBE ends the subscription with just this filter; others that match the same topics stay',
    statements: ['MQTT-3.10.4-1', 'MQTT-3.10.4-2', 'MQTT-3.10.4-4'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      await test.subscribe(alice, test.topic('a'));
      await test.subscribe(alice, test.topic('b/+'));
      await test.unsubscribe(alice, test.topic('a'), test.topic('b/c'));
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      await test.publish(bob, { topicName: test.topic('b/c'), qos: 1 });
      const publish = await alice.expect('publish');
      test.checkEqual(publish.topicName, test.topic('b/c'), 'the message of the subscription that is left');
      await alice.expectNothing();
    },
    mutants: [
      changesReceived('keeps a subscription', ['MQTT-3.10.4-1', 'MQTT-3.10.4-2'], 'unsubscribe', (packet) => ({
        ...packet,
        topicFilters: packet.topicFilters.map((filter) => `${filter}/not`),
      })),
      changesReceived('ends what a filter matches', ['MQTT-3.10.4-1'], 'unsubscribe', (packet) => ({
        ...packet,
        topicFilters: packet.topicFilters.map((filter) => filter.replace(/b\/c$/, 'b/+')),
      })),
      ignores('UNSUBSCRIBE', ['MQTT-3.10.4-4'], (received) => packetTypeOf(received) === 'unsubscribe'),
    ],
  }),
  defineTest({
    id: 'unsubscribe/completes-deliveries',
    title: 'A QoS 1 and a QoS 2 delivery that had begun are completed after UNSUBSCRIBE',
    statements: ['MQTT-3.10.4-3'],
    run: async (test) => {
      const alice = await test.connect('alice', { properties: { sessionExpiryInterval: 60 } });
      const bob = await test.connect('bob');
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 2 });
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      await test.publish(bob, { topicName: test.topic('a'), qos: 2 });
      const first = await alice.expect('publish');
      const second = await alice.expect('publish');
      await test.unsubscribe(alice, test.topic('a'));
      alice.cut();
      const again = await test.connect('alice', { cleanStart: false, properties: { sessionExpiryInterval: 0 } });
      const repeated = [await test.receive(again), await test.receive(again)];
      test.checkEqual(
        repeated.map((publish) => publish.packetIdentifier),
        [first.packetIdentifier, second.packetIdentifier],
        'the deliveries that are taken up again',
      );
    },
    mutants: [
      mutant('forgets deliveries at UNSUBSCRIBE', ['MQTT-3.10.4-3'], {
        fromBroker: (sent, connection) => (packetTypeOf(sent) === 'publish' && connection.index === 2 ? [] : [sent]),
      }),
    ],
  }),
  defineTest({
    id: 'unsubscribe/unknown-filter',
    title: 'UNSUBSCRIBE without such a subscription is answered, under its own Packet Identifier',
    statements: ['MQTT-3.10.4-5', 'MQTT-3.11.3-2'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const unsuback = await test.unsubscribe(alice, test.topic('a'));
      test.check(
        UNSUBSCRIBE_REASON_CODES.has(unsuback.reasonCodes[0] ?? -1),
        `Reason Code ${unsuback.reasonCodes[0]} is not one of UNSUBACK`,
      );
      test.choice('UNSUBSCRIBE without such a subscription', `0x${unsuback.reasonCodes[0]?.toString(16)}`);
    },
    mutants: [
      changesSent('uses another Packet Identifier in UNSUBACK', ['MQTT-3.10.4-5'], 'unsuback', (packet) => ({
        ...packet,
        packetIdentifier: packet.packetIdentifier + 1,
      })),
      mutant('invents a Reason Code for UNSUBACK', ['MQTT-3.11.3-2'], {
        fromBroker: (sent) => (packetTypeOf(sent) === 'unsuback' ? [withLastByte(sent, 0x01)] : [sent]),
      }),
    ],
  }),
  defineTest({
    id: 'unsubscribe/several-filters',
    title: 'Several filters in one UNSUBSCRIBE are all ended, with one UNSUBACK whose codes stand in their order',
    statements: ['MQTT-3.10.4-6', 'MQTT-3.11.3-1'],
    run: async (test) => {
      const alice = await test.connect('alice');
      await test.subscribe(alice, [{ topicFilter: test.topic('a') }, { topicFilter: test.topic('c') }]);
      const unsuback = await test.unsubscribe(alice, test.topic('a'), test.topic('b'), test.topic('c'));
      test.checkEqual(unsuback.reasonCodes.length, 3, 'Reason Codes in UNSUBACK');
      const [existed, missing, alsoExisted] = unsuback.reasonCodes;
      test.checkEqual([existed, alsoExisted], [0, 0], 'the codes of the subscriptions that were there');
      test.check(missing === 0x11 || missing === 0, `Reason Code ${missing} for a subscription that was not there`);
      const bob = await test.connect('bob');
      for (const level of ['a', 'c']) await test.publish(bob, { topicName: test.topic(level), qos: 1 });
      await alice.expectNothing();
    },
    mutants: [
      changesReceived('looks at the first filter of UNSUBSCRIBE only', ['MQTT-3.10.4-6'], 'unsubscribe', (packet) => ({
        ...packet,
        topicFilters: packet.topicFilters.slice(0, 1),
      })),
      changesSent('sorts the Reason Codes of UNSUBACK', ['MQTT-3.11.3-1'], 'unsuback', (packet) => ({
        ...packet,
        reasonCodes: packet.reasonCodes.toReversed().toSorted((left, right) => right - left),
      })),
    ],
  }),
  defineTest({
    id: 'unsubscribe/unsuback-fits',
    title: 'UNSUBACK keeps to the client’s Maximum Packet Size',
    statements: ['MQTT-3.11.2-1', 'MQTT-3.11.2-2'],
    run: async (test) => {
      const alice = await test.connect('alice', { properties: { maximumPacketSize: SMALL } });
      await test.unsubscribe(alice, test.topic('a'));
      test.check(alice.largestFrame <= SMALL, `a packet of ${alice.largestFrame} bytes; allowed: ${SMALL}`);
    },
    mutants: [
      changesSent('always sends a Reason String in UNSUBACK', ['MQTT-3.11.2-1'], 'unsuback', (packet) => ({
        ...packet,
        properties: { reasonString: 'there was no subscription with this Topic Filter' },
      })),
      changesSent('always sends User Properties in UNSUBACK', ['MQTT-3.11.2-2'], 'unsuback', (packet) => ({
        ...packet,
        properties: { userProperties: [['explanation', 'there was no subscription with this Topic Filter']] },
      })),
    ],
  }),
];

/** Success, No subscription existed, and the errors (section 3.11.3). */
const UNSUBSCRIBE_REASON_CODES: ReadonlySet<number> = new Set([0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91]);
/** CONNACK has to fit in as well, with what a broker says of itself; long explanations do not. */
const SMALL = 48;

function withLastByte(original: Uint8Array, value: number): Uint8Array {
  return Uint8Array.from([...original.subarray(0, -1), ...bytes(value)]);
}
