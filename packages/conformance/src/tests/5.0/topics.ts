import { changesSent, neverCloses } from '../../harness/mutations.ts';
import { matchesDollarTopics } from './dollar-topics.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { grantsAnyFilter, mustRefuseFilter } from './refused-filter.ts';
import { binary, bytes, frame, properties, string, twoByteInteger } from '../../wire/frame.ts';

/** Section 4.7 of 5.0. */
export const TOPICS_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'topics/wildcard-in-topic-name',
    title: 'A Topic Name with a wildcard character ends the connection, and nobody receives the message',
    statements: ['MQTT-4.7.0-1', 'MQTT-3.3.2-2'],
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('#'));
      for (const level of ['a/+', 'a/#', 'a+b']) {
        const alice = await test.connect('alice');
        alice.sendBytes(frame(0x30, string(test.topic(level)), properties(), bytes(0x78)));
        await alice.expectClose();
      }
      await watcher.expectNothing();
    },
    mutants: [neverCloses(['MQTT-4.7.0-1', 'MQTT-3.3.2-2'])],
  }),
  defineTest({
    id: 'topics/multi-level-wildcard-placement',
    title: '# may only stand alone as the last level',
    statements: ['MQTT-4.7.1-1'],
    run: async (test) => {
      for (const rest of ['a#', 'a/#/b', '##', '#a']) {
        await mustRefuseFilter(test, test.topic(rest), '# in a wrong place');
      }
    },
    mutants: [grantsAnyFilter('MQTT-4.7.1-1')],
  }),
  defineTest({
    id: 'topics/single-level-wildcard-placement',
    title: '+ must be a whole level',
    statements: ['MQTT-4.7.1-2'],
    run: async (test) => {
      for (const rest of ['a+', '+a', 'a/b+/c', '++']) {
        await mustRefuseFilter(test, test.topic(rest), '+ in a wrong place');
      }
    },
    mutants: [grantsAnyFilter('MQTT-4.7.1-2')],
  }),
  defineTest({
    id: 'topics/dollar-hidden-from-wildcards',
    title: 'A leading wildcard does not match Topic Names that begin with $',
    statements: ['MQTT-4.7.2-1'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      const level = test.clientIdentifier('d');
      const suback = await test.subscribe(alice, [{ topicFilter: `+/${level}` }, { topicFilter: `$skua/${level}` }]);
      if ((suback.reasonCodes[1] ?? 0) >= 0x80) test.skip('no subscriptions to topics that begin with $');
      const packetIdentifier = test.sendPublish(bob, { topicName: `$skua/${level}`, qos: 1 });
      const answer = await bob.next();
      if (answer?.type !== 'puback' || answer.packetIdentifier !== packetIdentifier || answer.reasonCode >= 0x80) {
        test.skip('clients may not publish to topics that begin with $');
      }
      await alice.expect('publish');
      await test.unsubscribe(alice, `$skua/${level}`);
      await test.publish(bob, { topicName: `$skua/${level}`, qos: 1 });
      await alice.expectNothing();
    },
    mutants: [matchesDollarTopics('MQTT-4.7.2-1')],
  }),
  defineTest({
    id: 'topics/empty',
    title: 'An empty Topic Filter, and an empty Topic Name without an alias, end the connection',
    statements: ['MQTT-4.7.3-1'],
    run: async (test) => {
      const alice = await test.connect('alice');
      alice.sendBytes(frame(0x82, twoByteInteger(1), properties(), string(''), bytes(0)));
      await alice.expectClose();
      const bob = await test.connect('bob');
      bob.sendBytes(frame(0x30, string(''), properties(), bytes(0x78)));
      await bob.expectClose();
    },
    mutants: [neverCloses(['MQTT-4.7.3-1'])],
  }),
  defineTest({
    id: 'topics/null-character',
    title: 'U+0000 in a Topic Name or Topic Filter ends the connection',
    statements: ['MQTT-4.7.3-2'],
    run: async (test) => {
      const alice = await test.connect('alice');
      alice.sendBytes(frame(0x82, twoByteInteger(1), properties(), binary(bytes(0x61, 0, 0x62)), bytes(0)));
      await alice.expectClose();
      const bob = await test.connect('bob');
      bob.sendBytes(frame(0x30, binary(bytes(0x61, 0, 0x62)), properties(), bytes(0x78)));
      await bob.expectClose();
    },
    mutants: [neverCloses(['MQTT-4.7.3-2'])],
  }),
  defineTest({
    id: 'topics/no-normalization',
    title: 'Topics are compared byte by byte: case, empty levels and composed characters all count',
    statements: ['MQTT-4.7.3-4'],
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
        const publish = await alice.expect('publish');
        test.checkEqual(publish.topicName, test.topic(rest), 'Topic Name');
      }
    },
    mutants: [
      changesSent('lowers the case of Topic Names', ['MQTT-4.7.3-4'], 'publish', (packet) => ({
        ...packet,
        topicName: packet.topicName.toLowerCase(),
      })),
      changesSent('drops empty levels at the end', ['MQTT-4.7.3-4'], 'publish', (packet) => ({
        ...packet,
        topicName: packet.topicName.replace(/\/$/, ''),
      })),
    ],
  }),
];
