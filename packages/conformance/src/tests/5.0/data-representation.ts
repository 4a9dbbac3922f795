import { changesReceived, changesSent, mutant, neverCloses, packetTypeOf } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { connectFrame } from '../../wire/connect-frame.ts';
import {
  binary,
  bytes,
  concatenate,
  frame,
  hex,
  properties,
  property,
  string,
  twoByteInteger,
  variableByteInteger,
} from '../../wire/frame.ts';
import { PACKET_IDENTIFIER_TESTS } from './packet-identifiers.ts';

/** Sections 1.5, 2.1 and 2.2 of 5.0. */
export const DATA_REPRESENTATION_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'data/ill-formed-utf8',
    title: 'A string that is not well-formed UTF-8 ends the connection, and nobody receives the message',
    statements: ['MQTT-1.5.4-1'],
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('#'));
      for (const sequence of ILL_FORMED) {
        const topicName = binary(concatenate([new TextEncoder().encode(test.topic('a')), sequence]));
        const alice = await test.connect('alice');
        alice.sendBytes(frame(0x30, topicName, properties(), bytes(0x78)));
        await alice.expectClose();
        const bob = await test.connect('bob');
        const contentType = property(CONTENT_TYPE, binary(sequence));
        bob.sendBytes(frame(0x30, string(test.topic('a')), properties(contentType), bytes(0x78)));
        await bob.expectClose();
      }
      await watcher.expectNothing();
    },
    mutants: [
      neverCloses(['MQTT-1.5.4-1']),
      mutant('does not look at strings other than Topic Names', ['MQTT-1.5.4-1'], {
        fromClient: (received) => (includes(received, CONTENT_TYPE_MARK) ? [] : [received]),
      }),
    ],
  }),
  defineTest({
    id: 'data/null-character',
    title: 'U+0000 in a string ends the connection, whatever the string is for',
    statements: ['MQTT-1.5.4-2'],
    run: async (test) => {
      const alice = await test.open('alice');
      alice.sendBytes(connectFrame({}, string(`${test.clientIdentifier('al')}\u{0}`)));
      await alice.expectRefusal();
      for (const identifier of [CONTENT_TYPE, RESPONSE_TOPIC]) {
        const bob = await test.connect('bob');
        const text = property(identifier, string('a\u{0}b'));
        bob.sendBytes(frame(0x30, string(test.topic('a')), properties(text), bytes(0x78)));
        await bob.expectClose();
      }
    },
    mutants: [
      neverCloses(['MQTT-1.5.4-2']),
      mutant('takes U+0000 for a space', ['MQTT-1.5.4-2'], {
        fromClient: (received) => [includes(received, hex('61 00 62')) ? replaced(received, 0x61, 0, 0x20) : received],
      }),
    ],
  }),
  defineTest({
    id: 'data/byte-order-mark',
    title: 'U+FEFF is kept at the start and in the middle of strings, and tells topics apart',
    statements: ['MQTT-1.5.4-3'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      const topicName = test.topic('\u{feff}a');
      await test.subscribe(alice, topicName);
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      await alice.expectNothing();
      await test.publish(bob, {
        topicName,
        qos: 1,
        properties: { contentType: '\u{feff}text', userProperties: MARKED },
      });
      const publish = await alice.expect('publish');
      test.checkEqual(publish.topicName, topicName, 'Topic Name');
      test.checkEqual(publish.properties.contentType, '\u{feff}text', 'Content Type');
      test.checkEqual(publish.properties.userProperties, MARKED, 'User Properties');
    },
    mutants: [
      changesSent('strips U+FEFF from the start of Content Type', ['MQTT-1.5.4-3'], 'publish', (packet) => ({
        ...packet,
        properties: { ...packet.properties, contentType: packet.properties.contentType?.replace(/^\u{feff}/u, '') },
      })),
      changesReceived('skips U+FEFF in Topic Filters', ['MQTT-1.5.4-3'], 'subscribe', (packet) => ({
        ...packet,
        subscriptions: packet.subscriptions.map((subscription) => ({
          ...subscription,
          topicFilter: subscription.topicFilter.replaceAll('\u{feff}', ''),
        })),
      })),
    ],
  }),
  defineTest({
    id: 'data/shortest-integers',
    title: 'The broker writes lengths in as few bytes as they need',
    statements: ['MQTT-1.5.5-1'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      await test.subscribe(alice, test.topic('a'));
      // With lengths of one, two and three bytes.
      for (const length of [1, 200, 20_000]) {
        const contentType = 'c'.repeat(length);
        await test.publish(bob, { topicName: test.topic('a'), qos: 1, properties: { contentType } });
        const publish = await alice.expect('publish');
        test.checkEqual(publish.properties.contentType?.length, length, 'length of Content Type');
      }
      // A receiver is nowhere told what to do about longer ones.
      bob.sendBytes(concatenate([bytes(0xc0), variableByteInteger(0, 2)]));
      const answer = await bob.next();
      test.choice('a length in more bytes than it needs', answer?.type === 'pingresp' ? 'taken' : 'refused');
    },
    mutants: [
      mutant('writes the Remaining Length of PUBLISH in four bytes', ['MQTT-1.5.5-1'], {
        fromBroker: (sent) => {
          if (packetTypeOf(sent) !== 'publish') return [sent];
          const body = bodyOf(sent);
          return [concatenate([sent.subarray(0, 1), variableByteInteger(body.length, 4), body])];
        },
      }),
      mutant('writes the Property Length of SUBACK in two bytes', ['MQTT-1.5.5-1'], {
        fromBroker: (sent) =>
          packetTypeOf(sent) === 'suback' && sent[4] === 0
            ? [frame(0x90, sent.subarray(2, 4), variableByteInteger(0, 2), sent.subarray(5))]
            : [sent],
      }),
    ],
  }),
  defineTest({
    id: 'data/string-pair',
    title: 'A User Property with an ill-formed name or value ends the connection',
    statements: ['MQTT-1.5.7-1'],
    run: async (test) => {
      const good = string('a');
      for (const bad of [binary(hex('c3 28')), binary(hex('ed a0 80')), binary(hex('00'))]) {
        for (const pair of [concatenate([bad, good]), concatenate([good, bad])]) {
          const alice = await test.connect('alice');
          const section = properties(property(USER_PROPERTY, pair));
          alice.sendBytes(frame(0x30, string(test.topic('a')), section, bytes(0x78)));
          await alice.expectClose();
        }
      }
    },
    mutants: [
      neverCloses(['MQTT-1.5.7-1']),
      mutant('does not look at the values of User Properties', ['MQTT-1.5.7-1'], {
        fromClient: (received) => (includes(received, VALUE_MARK) ? [] : [received]),
      }),
    ],
  }),
  defineTest({
    id: 'data/reserved-flags',
    title: 'A packet with wrong reserved flags in its fixed header ends the connection',
    statements: ['MQTT-2.1.3-1'],
    run: async (test) => {
      const watcher = await test.connect('watcher');
      // PINGRESP is read strictly, flags and all.
      await watcher.expectNothing();
      const identifier = twoByteInteger(1);
      const filter = string(test.topic('a'));
      for (const wrong of [
        frame(0x41, identifier),
        frame(0x52, identifier),
        frame(0x60, identifier),
        frame(0x78, identifier),
        frame(0x80, identifier, properties(), filter, bytes(0)),
        frame(0xa3, identifier, properties(), filter),
        frame(0xc1),
      ]) {
        const alice = await test.connect('alice');
        alice.sendBytes(wrong);
        await alice.expectClose();
      }
      const bob = await test.open('bob');
      bob.sendBytes(connectFrame({ firstByte: 0x11 }, string(test.clientIdentifier('bob'))));
      await bob.expectRefusal();
    },
    mutants: [
      neverCloses(['MQTT-2.1.3-1']),
      mutant('does not look at the flags of PINGREQ', ['MQTT-2.1.3-1'], {
        fromClient: (received) => [packetTypeOf(received) === 'pingreq' ? frame(0xc0) : received],
      }),
      mutant('sets a reserved flag in PINGRESP', ['MQTT-2.1.3-1'], {
        fromBroker: (sent) => [packetTypeOf(sent) === 'pingresp' ? frame(0xd1) : sent],
      }),
    ],
  }),
  defineTest({
    id: 'data/property-length',
    title: 'SUBACK, PUBLISH and UNSUBACK say in a Property Length that they have no properties',
    statements: ['MQTT-2.2.2-1'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      const suback = await test.subscribe(alice, test.topic('a'));
      test.checkEqual(suback.reasonCodes.length, 1, 'Reason Codes in SUBACK');
      await test.publish(bob, { topicName: test.topic('a'), payload: 'text', qos: 1 });
      const publish = await alice.expect('publish');
      test.checkEqual(publish.payload, new TextEncoder().encode('text'), 'payload');
      const unsuback = await test.unsubscribe(alice, test.topic('a'));
      test.checkEqual(unsuback.reasonCodes.length, 1, 'Reason Codes in UNSUBACK');
    },
    mutants: (['suback', 'publish', 'unsuback'] as const).map((type) =>
      mutant(`leaves the Property Length out of ${type.toUpperCase()} without properties`, ['MQTT-2.2.2-1'], {
        fromBroker: (sent) => {
          if (packetTypeOf(sent) !== type) return [sent];
          const body = bodyOf(sent);
          const at = type === 'publish' ? 2 + topicLength(body) : 2;
          if (body[at] !== 0) return [sent];
          return [frame(sent[0] ?? 0, body.subarray(0, at), body.subarray(at + 1))];
        },
      }),
    ),
  }),
  ...PACKET_IDENTIFIER_TESTS,
];

/** A lone surrogate, an overlong slash, a broken sequence, one beyond U+10FFFF, and one that ends early. */
const ILL_FORMED = [hex('ed a0 80'), hex('c0 af'), hex('c3 28'), hex('f4 90 80 80'), hex('e2 82')];
const RESPONSE_TOPIC = 0x08;
const CONTENT_TYPE = 0x03;
const USER_PROPERTY = 0x26;
const MARKED = [['\u{feff}name', '\u{feff}value']] as const;
/** How the Content Type of the first ill-formed sequence looks on the wire. */
const CONTENT_TYPE_MARK = hex('03 00 03 ed a0 80');
/** A User Property whose name is in order and whose value is not. */
const VALUE_MARK = hex('26 00 01 61 00 02 c3 28');

function includes(whole: Uint8Array, part: Uint8Array): boolean {
  return whole.some((_byte, start) => part.every((byte, index) => whole[start + index] === byte));
}

/** Each `found` that follows `after` becomes `instead`. */
function replaced(whole: Uint8Array, after: number, found: number, instead: number): Uint8Array {
  return whole.map((byte, index) => (byte === found && whole[index - 1] === after ? instead : byte));
}

/** What follows the Remaining Length. */
function bodyOf(packet: Uint8Array): Uint8Array {
  let start = 1;
  while ((packet[start] ?? 0) >= 0x80) start += 1;
  return packet.subarray(start + 1);
}

function topicLength(body: Uint8Array): number {
  return ((body[0] ?? 0) << 8) | (body[1] ?? 0);
}
