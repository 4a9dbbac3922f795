import { changesReceived, changesSent, ignores, mutant, neverCloses, packetTypeOf } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { connectFrame } from '../../wire/connect-frame.ts';
import { binary, bytes, concatenate, frame, hex, string, twoByteInteger } from '../../wire/frame.ts';
import { closedConnections } from './closed-connections.ts';
import { HEAD } from './connection-fixture.ts';

/** Sections 1.5, 2.2 and 2.3 of 3.1.1. */
export const DATA_REPRESENTATION_TESTS_3: readonly ConformanceTest[] = [
  defineTest({
    id: 'v3/data/ill-formed-utf8',
    title: 'A string that is not well-formed UTF-8 ends the connection, and nobody receives the message',
    statements: ['v3 MQTT-1.5.3-1'],
    version: 4,
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('#'));
      for (const sequence of ILL_FORMED) {
        const topicName = binary(concatenate([new TextEncoder().encode(test.topic('a')), sequence]));
        const alice = await test.connect('alice');
        alice.sendBytes(frame(0x30, topicName, bytes(0x78)));
        await alice.expectClose();
      }
      await watcher.expectNothing();
    },
    mutants: [
      neverCloses(['v3 MQTT-1.5.3-1']),
      mutant('looks for surrogates only', ['v3 MQTT-1.5.3-1'], {
        fromClient: (received) => {
          if (packetTypeOf(received) !== 'publish') return [received];
          return received.some((byte, index) => byte === 0xed && received[index + 1] === 0xa0) ? [received] : [];
        },
      }),
    ],
  }),
  closedConnections({
    id: 'v3/data/null-character',
    title: 'U+0000 in a string ends the connection, whatever the string is for',
    statements: ['v3 MQTT-1.5.3-2', 'v3 MQTT-4.7.3-2'],
    packets: (test) => {
      const text = string(test.topic('a\u{0}b'));
      return [
        frame(0x30, text, bytes(0x78)),
        frame(0x82, twoByteInteger(1), text, bytes(0)),
        frame(0xa2, twoByteInteger(1), text),
      ];
    },
  }),
  defineTest({
    id: 'v3/data/byte-order-mark',
    title: 'U+FEFF is kept in strings, and tells topics apart',
    statements: ['v3 MQTT-1.5.3-3'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      const topicName = test.topic('\u{feff}a');
      await test.subscribe(alice, topicName);
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      await alice.expectNothing();
      await test.publish(bob, { topicName, qos: 1 });
      test.checkEqual((await alice.expect('publish')).topicName, topicName, 'Topic Name');
      // At the very start of a string it looks most like a mark.
      const first = `\u{feff}${test.topic('b')}`;
      await test.subscribe(alice, first);
      await test.publish(bob, { topicName: first, qos: 1 });
      test.checkEqual((await alice.expect('publish')).topicName, first, 'Topic Name');
    },
    mutants: [
      changesSent('strips U+FEFF from the start of Topic Names', ['v3 MQTT-1.5.3-3'], 'publish', (packet) => ({
        ...packet,
        topicName: packet.topicName.replace(/^\u{feff}/u, ''),
      })),
      changesReceived('skips U+FEFF in Topic Filters', ['v3 MQTT-1.5.3-3'], 'subscribe', (packet) => ({
        ...packet,
        subscriptions: packet.subscriptions.map((subscription) => ({
          ...subscription,
          topicFilter: subscription.topicFilter.replaceAll('\u{feff}', ''),
        })),
      })),
    ],
  }),
  defineTest({
    id: 'v3/data/reserved-flags',
    title: 'A packet with wrong reserved flags in its fixed header ends the connection',
    statements: ['v3 MQTT-2.2.2-2'],
    version: 4,
    run: async (test) => {
      const identifier = twoByteInteger(1);
      const filter = string(test.topic('a'));
      for (const wrong of [
        frame(0x41, identifier),
        frame(0x52, identifier),
        frame(0x60, identifier),
        frame(0x78, identifier),
        frame(0x80, identifier, filter, bytes(0)),
        frame(0xa3, identifier, filter),
        frame(0xc1),
        frame(0xe1),
      ]) {
        const alice = await test.connect('alice');
        alice.sendBytes(wrong);
        await alice.expectClose();
      }
      const bob = await test.open('bob');
      bob.sendBytes(connectFrame({ ...HEAD, firstByte: 0x11 }, string(test.clientIdentifier('bob'))));
      await bob.expectRefusal();
    },
    mutants: [
      neverCloses(['v3 MQTT-2.2.2-2']),
      ignores('flags of PINGREQ', ['v3 MQTT-2.2.2-2'], (received) => received[0] === 0xc1),
    ],
  }),
  defineTest({
    id: 'v3/data/reserved-flags-sent',
    title: 'The broker sends no packet with wrong reserved flags',
    statements: ['v3 MQTT-2.2.2-1'],
    version: 4,
    run: async (test) => {
      // Whatever comes is read strictly, flags and all.
      const alice = await test.connect('alice');
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 2 });
      const bob = await test.connect('bob');
      for (const qos of [1, 2] as const) {
        await test.publish(bob, { topicName: test.topic('a'), qos });
        await test.receive(alice);
      }
      await test.unsubscribe(alice, test.topic('a'));
      await alice.expectNothing();
    },
    mutants: (['connack', 'puback', 'suback', 'pingresp'] as const).map((type) =>
      mutant(`sets a reserved flag in ${type.toUpperCase()}`, ['v3 MQTT-2.2.2-1'], {
        fromBroker: (sent) => [packetTypeOf(sent) === type ? sent.with(0, (sent[0] ?? 0) | 1) : sent],
      }),
    ),
  }),
  closedConnections({
    id: 'v3/packet-identifier/zero',
    title: 'SUBSCRIBE, UNSUBSCRIBE and PUBLISH above QoS 0 with Packet Identifier 0, or none, end the connection',
    statements: ['v3 MQTT-2.3.1-1'],
    packets: (test) => {
      const topic = string(test.topic('a'));
      const zero = twoByteInteger(0);
      return [
        frame(0x82, zero, topic, bytes(0)),
        frame(0xa2, zero, topic),
        frame(0x32, topic, zero, bytes(0x78)),
        frame(0x34, topic, zero, bytes(0x78)),
        frame(0x32, topic),
        frame(0x34, topic),
      ];
    },
    mutants: [
      mutant('grants a SUBSCRIBE with Packet Identifier 0', ['v3 MQTT-2.3.1-1'], {
        fromClient: (received, connection) => {
          if (packetTypeOf(received) === 'subscribe') connection.sendToClient(frame(0x90, twoByteInteger(0), bytes(0)));
          return packetTypeOf(received) === 'subscribe' ? [] : [received];
        },
      }),
    ],
  }),
  defineTest({
    id: 'v3/packet-identifier/of-deliveries',
    title: 'Deliveries above QoS 0 have Packet Identifiers that are not 0, those at QoS 0 have none',
    statements: ['v3 MQTT-2.3.1-1', 'v3 MQTT-2.3.1-5'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 1 });
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      const publish = await test.receive(alice);
      test.check(publish.qos === 0 || publish.packetIdentifier > 0, 'Packet Identifier 0');
      for (const payload of ['', 'text']) {
        await test.publish(bob, { topicName: test.topic('a'), payload, qos: 0 });
        // A Packet Identifier would be read as the start of the payload.
        test.checkEqual((await test.receive(alice)).payload, new TextEncoder().encode(payload), 'payload');
      }
    },
    mutants: [
      mutant('numbers PUBLISH at QoS 1 with 0', ['v3 MQTT-2.3.1-1'], {
        fromBroker: (sent) => {
          const at = 4 + (sent[3] ?? 0);
          return sent[0] === 0x32 ? [sent.with(at, 0).with(at + 1, 0)] : [sent];
        },
      }),
      mutant('numbers PUBLISH at QoS 0', ['v3 MQTT-2.3.1-5'], {
        fromBroker: (sent) => {
          if (sent[0] !== 0x30) return [sent];
          const topicEnd = 4 + (sent[3] ?? 0);
          return [frame(0x30, sent.subarray(2, topicEnd), twoByteInteger(7), sent.subarray(topicEnd))];
        },
      }),
    ],
  }),
];

/** A lone surrogate, an overlong slash, a broken sequence, one beyond U+10FFFF, and one that ends early. */
const ILL_FORMED = [hex('ed a0 80'), hex('c0 af'), hex('c3 28'), hex('f4 90 80 80'), hex('e2 82')];
