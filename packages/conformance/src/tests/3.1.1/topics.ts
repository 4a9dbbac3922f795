import { changesSent, mutant, neverCloses, packetTypeOf } from '../../harness/mutations.ts';
import { matchesDollarTopics } from '../5.0/dollar-topics.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { StatementId } from '../../statements/statement.ts';
import { bytes, frame, string, twoByteInteger } from '../../wire/frame.ts';
import { closedConnections } from './closed-connections.ts';

/** Section 4.7 of 3.1.1. */
export const TOPICS_TESTS_3: readonly ConformanceTest[] = [
  refusedFilters('v3/topics/multi-level-wildcard-placement', '# may only stand alone as the last level', {
    statement: 'v3 MQTT-4.7.1-2',
    filters: ['a#', 'a/#/b', '##', '#a'],
  }),
  refusedFilters('v3/topics/single-level-wildcard-placement', '+ must be a whole level', {
    statement: 'v3 MQTT-4.7.1-3',
    filters: ['a+', '+a', 'a/b+/c', '++'],
  }),
  defineTest({
    id: 'v3/topics/dollar-hidden-from-wildcards',
    title: 'A leading wildcard does not match Topic Names that begin with $',
    statements: ['v3 MQTT-4.7.2-1'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      const level = test.clientIdentifier('d');
      const topicName = `$skua/${level}`;
      const suback = await test.subscribe(alice, [{ topicFilter: `+/${level}` }, { topicFilter: topicName }]);
      if ((suback.reasonCodes[1] ?? 0) >= 0x80) test.skip('no subscriptions to topics that begin with $');
      test.sendPublish(bob, { topicName, qos: 1 });
      if ((await bob.next())?.type !== 'puback') test.skip('clients may not publish to topics that begin with $');
      // There is no other way for a 3.1.1 server to say that it did not take the message.
      if ((await alice.next())?.type !== 'publish') test.skip('topics that begin with $ are not passed on');
      await test.unsubscribe(alice, topicName);
      await test.publish(bob, { topicName, qos: 1 });
      await alice.expectNothing();
    },
    mutants: [matchesDollarTopics('v3 MQTT-4.7.2-1')],
  }),
  closedConnections({
    id: 'v3/topics/empty',
    title: 'An empty Topic Name or Topic Filter ends the connection',
    statements: ['v3 MQTT-4.7.3-1'],
    packets: () => [
      frame(0x30, string(''), bytes(0x78)),
      frame(0x82, twoByteInteger(1), string(''), bytes(0)),
      frame(0xa2, twoByteInteger(1), string('')),
    ],
  }),
  defineTest({
    id: 'v3/topics/longest',
    title: 'A topic may have 65,535 bytes, and reaches subscribers whole',
    statements: ['v3 MQTT-4.7.3-3'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      const head = test.topic('');
      const topicName = head + 'x'.repeat(0xffff - head.length);
      alice.send({
        type: 'subscribe',
        packetIdentifier: 1,
        subscriptions: [
          { topicFilter: topicName, qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 },
        ],
        properties: {},
      });
      const suback = await alice.next();
      if (suback?.type !== 'suback' || suback.reasonCodes[0] === 0x80) test.skip('the broker wants shorter topics');
      test.sendPublish(bob, { topicName, qos: 1 });
      if ((await bob.next())?.type !== 'puback') test.skip('the broker wants shorter topics');
      const publish = await alice.expect('publish');
      test.check(publish.topicName === topicName, `a Topic Name of ${publish.topicName.length} characters arrived`);
    },
    mutants: [
      changesSent('cuts off long Topic Names', ['v3 MQTT-4.7.3-3'], 'publish', (packet) => ({
        ...packet,
        topicName: packet.topicName.slice(0, 0x7fff),
      })),
      changesSent('loses messages with long Topic Names', ['v3 MQTT-4.7.3-3'], 'publish', (packet) =>
        packet.topicName.length > 1024 ? undefined : packet,
      ),
    ],
  }),
  defineTest({
    id: 'v3/topics/no-normalization',
    title: 'Topics are compared byte by byte: case, empty levels and composed characters all count',
    statements: ['v3 MQTT-4.7.3-4'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      const subscribed = ['Case', 'slash/', 'caf\u{e9}', 'space '];
      const others = ['case', 'slash', 'slash//', 'cafe\u{301}', 'space', ' space'];
      await test.subscribe(
        alice,
        subscribed.map((rest) => ({ topicFilter: test.topic(rest) })),
      );
      for (const rest of others) await test.publish(bob, { topicName: test.topic(rest), qos: 1 });
      await alice.expectNothing();
      for (const rest of subscribed) {
        await test.publish(bob, { topicName: test.topic(rest), qos: 1 });
        test.checkEqual((await alice.expect('publish')).topicName, test.topic(rest), 'Topic Name');
      }
    },
    mutants: [
      changesSent('lowers the case of Topic Names', ['v3 MQTT-4.7.3-4'], 'publish', (packet) => ({
        ...packet,
        topicName: packet.topicName.toLowerCase(),
      })),
      changesSent('drops empty levels at the end', ['v3 MQTT-4.7.3-4'], 'publish', (packet) => ({
        ...packet,
        topicName: packet.topicName.replace(/\/$/, ''),
      })),
    ],
  }),
];

/** Filters that a broker may refuse with SUBACK 0x80 or by closing the connection, but may not grant. */
function refusedFilters(
  id: string,
  title: string,
  { statement, filters }: { readonly statement: StatementId; readonly filters: readonly string[] },
): ConformanceTest {
  return defineTest({
    id,
    title,
    statements: [statement],
    version: 4,
    run: async (test) => {
      for (const rest of filters) {
        const alice = await test.connect('alice');
        alice.sendBytes(frame(0x82, twoByteInteger(1), string(test.topic(rest)), bytes(0)));
        const answer = await alice.next();
        const refused =
          answer === undefined ? alice.closed : answer.type === 'suback' && answer.reasonCodes[0] === 0x80;
        test.check(refused, `the filter ${rest} was not refused: ${answer?.type.toUpperCase() ?? 'no answer'}`);
        test.choice('a wildcard in a wrong place', answer === undefined ? 'close' : 'SUBACK with 0x80');
      }
    },
    mutants: [
      neverCloses([statement]),
      mutant('grants any filter', [statement], {
        fromClient: (received, connection) => {
          if (packetTypeOf(received) !== 'subscribe') return [received];
          connection.sendToClient(frame(0x90, received.subarray(2, 4), bytes(0)));
          return [];
        },
      }),
    ],
  });
}
