import { changesReceived, changesSent, ignores, mutant, packetTypeOf } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { binary, frame, hex, string, twoByteInteger } from '../../wire/frame.ts';
import { closedConnections } from './closed-connections.ts';
import { connectKept, discardSessions } from './connection-fixture.ts';

/** Sections 3.10 and 3.11 of 3.1.1. */
export const UNSUBSCRIBE_TESTS_3: readonly ConformanceTest[] = [
  closedConnections({
    id: 'v3/unsubscribe/reserved-flags',
    title: 'UNSUBSCRIBE with other flags than 0010 ends the connection',
    statements: ['v3 MQTT-3.10.1-1'],
    packets: (test) =>
      [0xa0, 0xa1, 0xa3, 0xa6, 0xaa].map((first) => frame(first, twoByteInteger(1), string(test.topic('a')))),
    mutants: [
      mutant('does not look at the flags of UNSUBSCRIBE', ['v3 MQTT-3.10.1-1'], {
        fromClient: (received) => [packetTypeOf(received) === 'unsubscribe' ? received.with(0, 0xa2) : received],
      }),
    ],
  }),
  closedConnections({
    id: 'v3/unsubscribe/filter-not-utf8',
    title: 'UNSUBSCRIBE with a Topic Filter that is not UTF-8, or with bytes between filters, ends the connection',
    statements: ['v3 MQTT-3.10.3-1'],
    packets: (test) => [
      frame(0xa2, twoByteInteger(1), binary(hex('61 2f c3 28'))),
      frame(0xa2, twoByteInteger(1), string(test.topic('a')), binary(hex('61 ed a0 80'))),
      // A length that reaches beyond the packet.
      frame(0xa2, twoByteInteger(1), string(test.topic('a')), hex('00 05 61')),
    ],
  }),
  closedConnections({
    id: 'v3/unsubscribe/no-filter',
    title: 'UNSUBSCRIBE without a Topic Filter ends the connection',
    statements: ['v3 MQTT-3.10.3-2'],
    packets: () => [frame(0xa2, twoByteInteger(1))],
  }),
  defineTest({
    id: 'v3/unsubscribe/ends-the-subscription',
    title: 'UNSUBSCRIBE ends the subscription with exactly this filter, and no other',
    statements: ['v3 MQTT-3.10.4-1', 'v3 MQTT-3.10.4-2'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      await test.subscribe(alice, [{ topicFilter: test.topic('a/+') }, { topicFilter: test.topic('b/c') }]);
      // These match, or are matched, but are not the same.
      await test.unsubscribe(alice, test.topic('a/b'), test.topic('#'), test.topic('b/+'), test.topic('B/c'));
      for (const rest of ['a/b', 'b/c']) {
        await test.publish(bob, { topicName: test.topic(rest), qos: 1 });
        test.checkEqual((await alice.expect('publish')).topicName, test.topic(rest), 'Topic Name');
      }
      await test.unsubscribe(alice, test.topic('a/+'));
      await test.publish(bob, { topicName: test.topic('a/b'), qos: 1 });
      await alice.expectNothing();
      await test.publish(bob, { topicName: test.topic('b/c'), qos: 1 });
      await alice.expect('publish');
    },
    mutants: [
      changesReceived('ends what a filter matches', ['v3 MQTT-3.10.4-1'], 'unsubscribe', (packet) => ({
        ...packet,
        topicFilters: packet.topicFilters.map((filter) => filter.replace(/b\/\+$/, 'b/c')),
      })),
      changesReceived(
        'answers UNSUBSCRIBE without ending anything',
        ['v3 MQTT-3.10.4-1', 'v3 MQTT-3.10.4-2'],
        'unsubscribe',
        (packet) => ({
          ...packet,
          topicFilters: packet.topicFilters.map((filter) => `${filter}/not`.replace('#/', '')),
        }),
      ),
    ],
  }),
  defineTest({
    id: 'v3/unsubscribe/completes-deliveries',
    title: 'A QoS 1 and a QoS 2 delivery that had begun are completed after UNSUBSCRIBE',
    statements: ['v3 MQTT-3.10.4-3'],
    version: 4,
    run: async (test) => {
      const alice = await connectKept(test, 'alice');
      const bob = await test.connect('bob');
      const suback = await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 2 });
      if (suback.reasonCodes[0] !== 2) test.skip('QoS 2 is not granted');
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      await test.publish(bob, { topicName: test.topic('a'), qos: 2 });
      const first = await alice.expect('publish');
      const second = await alice.expect('publish');
      await test.unsubscribe(alice, test.topic('a'));
      alice.cut();
      const again = await connectKept(test, 'alice');
      const repeated = [await test.receive(again), await test.receive(again)];
      test.checkEqual(
        repeated.map((publish) => publish.packetIdentifier),
        [first.packetIdentifier, second.packetIdentifier],
        'the deliveries that are taken up again',
      );
      await discardSessions(test, 'alice');
    },
    mutants: [
      mutant('forgets deliveries at UNSUBSCRIBE', ['v3 MQTT-3.10.4-3'], {
        fromBroker: (sent, connection) => (packetTypeOf(sent) === 'publish' && connection.index === 2 ? [] : [sent]),
      }),
    ],
  }),
  defineTest({
    id: 'v3/unsubscribe/answered',
    title: 'UNSUBSCRIBE is answered by UNSUBACK under its own Packet Identifier, even if there was no subscription',
    statements: ['v3 MQTT-3.10.4-4', 'v3 MQTT-3.10.4-5', 'v3 MQTT-2.3.1-7'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      await test.subscribe(alice, test.topic('a'));
      for (const packetIdentifier of [0x1234, 0x4321]) {
        alice.send({ type: 'unsubscribe', packetIdentifier, topicFilters: [test.topic('a')], properties: {} });
        const unsuback = await alice.expect('unsuback');
        test.checkEqual(unsuback.packetIdentifier, packetIdentifier, 'Packet Identifier of UNSUBACK');
      }
    },
    mutants: [
      ignores(
        'UNSUBSCRIBE',
        ['v3 MQTT-3.10.4-4', 'v3 MQTT-3.10.4-5'],
        (received) => packetTypeOf(received) === 'unsubscribe',
      ),
      ignores(
        'UNSUBSCRIBE when there is no such subscription',
        ['v3 MQTT-3.10.4-5'],
        (received) => packetTypeOf(received) === 'unsubscribe' && received[2] === 0x43,
      ),
      changesSent(
        'uses another Packet Identifier in UNSUBACK',
        ['v3 MQTT-3.10.4-4', 'v3 MQTT-2.3.1-7'],
        'unsuback',
        (packet) => ({ ...packet, packetIdentifier: packet.packetIdentifier + 1 }),
      ),
    ],
  }),
  defineTest({
    id: 'v3/unsubscribe/several-filters',
    title: 'Several filters in one UNSUBSCRIBE are all ended, with one UNSUBACK',
    statements: ['v3 MQTT-3.10.4-6'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      await test.subscribe(alice, [{ topicFilter: test.topic('a') }, { topicFilter: test.topic('c') }]);
      await test.unsubscribe(alice, test.topic('a'), test.topic('b'), test.topic('c'));
      const bob = await test.connect('bob');
      for (const level of ['a', 'c']) await test.publish(bob, { topicName: test.topic(level), qos: 1 });
      await alice.expectNothing();
    },
    mutants: [
      changesReceived(
        'looks at the first filter of UNSUBSCRIBE only',
        ['v3 MQTT-3.10.4-6'],
        'unsubscribe',
        (packet) => ({
          ...packet,
          topicFilters: packet.topicFilters.slice(0, 1),
        }),
      ),
      mutant('answers each filter by an UNSUBACK of its own', ['v3 MQTT-3.10.4-6'], {
        fromBroker: (sent) => (packetTypeOf(sent) === 'unsuback' ? [sent, sent, sent] : [sent]),
      }),
    ],
  }),
];
