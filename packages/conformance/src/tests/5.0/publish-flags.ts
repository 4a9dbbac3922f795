import { changesSent, mutant, neverCloses, packetTypeOf } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { bytes, frame, properties, string, twoByteInteger } from '../../wire/frame.ts';
import { KEPT, takeDeliveries, unanswered } from './delivery-fixture.ts';
import { RETAINED_MESSAGES_TESTS } from './retained-messages.ts';
import { RETAIN_OPTIONS_TESTS } from './retain-options.ts';

/** Section 3.3.1 of 5.0. */
export const PUBLISH_FLAGS_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'publish/dup-when-sent-again',
    title: 'A PUBLISH that is sent again has DUP 1',
    statements: ['MQTT-3.3.1-1'],
    run: async (test) => {
      for (const qos of [1, 2] as const) {
        const { alice } = await unanswered(test, { qos });
        alice.cut();
        const again = await test.connect('alice', { cleanStart: false, properties: KEPT });
        const publish = await again.expect('publish');
        test.checkEqual(publish.dup, true, `DUP of the second sending at QoS ${qos}`);
      }
    },
    mutants: [
      changesSent('never sets DUP', ['MQTT-3.3.1-1'], 'publish', (packet) => ({ ...packet, dup: false })),
      changesSent('sets DUP at QoS 1 only', ['MQTT-3.3.1-1'], 'publish', (packet) => ({
        ...packet,
        dup: packet.dup && packet.qos === 1,
      })),
    ],
  }),
  defineTest({
    id: 'publish/dup-at-qos-0',
    title: 'What the broker sends at QoS 0 has DUP 0, whatever the publisher sent',
    statements: ['MQTT-3.3.1-2', 'MQTT-4.3.1-1'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 0 });
      for (const qos of [0, 1, 2] as const) {
        await test.publish(bob, { topicName: test.topic('a'), qos, dup: qos > 0 });
        const publish = await alice.expect('publish');
        test.checkEqual([publish.qos, publish.dup], [0, false], `QoS and DUP of a message published at QoS ${qos}`);
      }
      // DUP at QoS 0 is the client's mistake. A broker may take offence.
      const carol = await test.connect('carol');
      carol.sendBytes(frame(0x38, string(test.topic('a')), properties(), bytes(0x78)));
      carol.send({ type: 'pingreq' });
      const answer = await carol.next();
      test.choice('DUP at QoS 0', answer?.type === 'pingresp' ? 'accepted' : 'refused');
      for (const publish of await takeDeliveries(alice, () => true)) {
        test.checkEqual(publish.dup, false, 'DUP of the delivery');
      }
    },
    mutants: [
      mutant('passes DUP on at QoS 0', ['MQTT-3.3.1-2', 'MQTT-4.3.1-1'], {
        fromBroker: (sent) => (sent[0] === 0x30 ? [Uint8Array.from([0x38, ...sent.subarray(1)])] : [sent]),
      }),
      changesSent('delivers at QoS 1 at least', ['MQTT-4.3.1-1'], 'publish', (packet) =>
        packet.qos > 0 ? packet : { ...packet, qos: 1, packetIdentifier: 99 },
      ),
    ],
  }),
  defineTest({
    id: 'publish/dup-not-passed-on',
    title: 'The first sending to a subscriber has DUP 0, although the publisher has sent the message with DUP 1',
    statements: ['MQTT-3.3.1-3'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 2 });
      for (const qos of [1, 2] as const) {
        await test.publish(bob, { topicName: test.topic('a'), qos, dup: true });
        const publish = await test.receive(alice);
        test.checkEqual(publish.dup, false, `DUP of the first sending at QoS ${qos}`);
      }
    },
    mutants: [
      mutant('passes DUP on', ['MQTT-3.3.1-3'], {
        fromBroker: (sent) =>
          packetTypeOf(sent) === 'publish' && ((sent[0] ?? 0) & 0x06) !== 0
            ? [Uint8Array.from([(sent[0] ?? 0) | 0x08, ...sent.subarray(1)])]
            : [sent],
      }),
    ],
  }),
  defineTest({
    id: 'publish/qos-3',
    title: 'A PUBLISH with both QoS bits set ends the connection, and nobody receives it',
    statements: ['MQTT-3.3.1-4'],
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, { topicFilter: test.topic('a'), qos: 2 });
      for (const firstByte of [0x36, 0x37, 0x3e]) {
        const alice = await test.connect('alice');
        alice.sendBytes(frame(firstByte, string(test.topic('a')), twoByteInteger(1), properties(), bytes(0x78)));
        await alice.expectClose();
      }
      await watcher.expectNothing();
    },
    mutants: [
      neverCloses(['MQTT-3.3.1-4']),
      mutant('takes QoS 3 for QoS 2', ['MQTT-3.3.1-4'], {
        fromClient: (received) =>
          packetTypeOf(received) === 'publish'
            ? [Uint8Array.from([(received[0] ?? 0) & 0xfd, ...received.subarray(1)])]
            : [received],
      }),
    ],
  }),
  ...RETAINED_MESSAGES_TESTS,
  ...RETAIN_OPTIONS_TESTS,
];
