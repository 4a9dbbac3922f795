import { changesReceived, changesSent, ignores, mutant, packetTypeOf } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { bytes, frame, hex, properties, property, string, twoByteInteger } from '../../wire/frame.ts';
import { bodyOf, positionOf, readsPropertiesAs } from './property-fixture.ts';
import { aWill, watchWill } from './will-fixture.ts';
import { blamesQuota, checkReason, wrongPackets } from './wrong-packets.ts';

const IDENTIFIER_0 = property(0x0b, bytes(0));
/** Characters of two, three and four bytes. */
const TEXT = new TextEncoder().encode('ж鷗🐦');
const NO_TEXT = hex('c3 28');

/** The rules without a number on PUBLISH and on Will Messages. */
export const HARD_RULES_OF_PUBLISH_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'hard/will-payload-format',
    title: 'A will that is said to be UTF-8 is UTF-8 when it is published',
    statements: ['U-3.1.3.2.3-1'],
    run: async (test) => {
      const watcher = await watchWill(test);
      const will = (payload: Uint8Array) => aWill(test, { payload, properties: { payloadFormatIndicator: 1 } });
      const alice = await test.connect('alice', { will: will(TEXT) });
      alice.cut();
      const publish = await test.receive(watcher);
      test.checkEqual(publish.properties.payloadFormatIndicator, 1, 'Payload Format Indicator');
      test.checkEqual(publish.payload, TEXT, 'payload of the will');
      // Whether a broker looks at the payload is its own affair.
      const bob = await test.open('bob');
      bob.send(test.connectPacket('bob', { will: will(NO_TEXT) }));
      const connack = await bob.next();
      const refused = connack?.type !== 'connack' || connack.reasonCode !== 0;
      test.choice('a will that is not the UTF-8 that it says it is', refused ? 'refused' : 'taken');
      if (!refused) await test.disconnect(bob);
    },
    mutants: [
      changesReceived('cuts wills to so many bytes', ['U-3.1.3.2.3-1'], 'connect', (packet) => ({
        ...packet,
        will: packet.will && { ...packet.will, payload: packet.will.payload.subarray(0, 3) },
      })),
      changesSent('turns UTF-8 into Latin-1', ['U-3.1.3.2.3-1'], 'publish', (packet) => ({
        ...packet,
        payload: asLatin1(packet.payload),
      })),
    ],
  }),
  defineTest({
    id: 'hard/payload-format',
    title: 'A payload that is said to be UTF-8 is UTF-8 when it is delivered',
    statements: ['U-3.3.2.3.2-1'],
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('a'));
      const alice = await test.connect('alice');
      const message = { topicName: test.topic('a'), qos: 1, properties: { payloadFormatIndicator: 1 } } as const;
      await test.publish(alice, { ...message, payload: TEXT });
      const publish = await watcher.expect('publish');
      test.checkEqual(publish.properties.payloadFormatIndicator, 1, 'Payload Format Indicator');
      test.checkEqual(publish.payload, TEXT, 'payload');
      test.sendPublish(alice, { ...message, payload: NO_TEXT });
      const answer = await alice.next();
      const taken = answer?.type === 'puback' && answer.reasonCode < 0x80;
      test.choice('a payload that is not the UTF-8 that it says it is', taken ? 'taken' : 'refused');
    },
    mutants: [
      changesReceived('cuts payloads to so many bytes', ['U-3.3.2.3.2-1'], 'publish', (packet) => ({
        ...packet,
        payload: packet.payload.subarray(0, 3),
      })),
      changesSent('turns UTF-8 into Latin-1', ['U-3.3.2.3.2-1'], 'publish', (packet) => ({
        ...packet,
        payload: asLatin1(packet.payload),
      })),
    ],
  }),
  wrongPackets({
    id: 'hard/publish-qos-3',
    title: 'A PUBLISH with both QoS bits set is malformed',
    statements: ['U-3.3.1.2-1'],
    saidBy: 'U-3.3.1.2-2',
    reasonCode: 0x81,
    packets: (test) =>
      [0x36, 0x37, 0x3e].map((firstByte) =>
        frame(firstByte, string(test.topic('a')), twoByteInteger(1), properties(), bytes(0x78)),
      ),
    mutants: [
      mutant('takes QoS 3 for QoS 1', ['U-3.3.1.2-1'], {
        fromClient: (received) =>
          packetTypeOf(received) === 'publish'
            ? [Uint8Array.from([(received[0] ?? 0) & 0xfb, ...received.subarray(1)])]
            : [received],
      }),
    ],
  }),
  wrongPackets({
    id: 'hard/no-topic-at-all',
    title: 'A PUBLISH with neither Topic Name nor Topic Alias is a Protocol Error',
    statements: ['U-3.3.2.1-1'],
    reasonCode: 0x82,
    packets: () => [
      frame(0x30, string(''), properties(), bytes(0x78)),
      frame(0x32, string(''), twoByteInteger(1), properties(), bytes(0x78)),
    ],
    mutants: [
      mutant('publishes to a topic of its own when there is none', ['U-3.3.2.1-1'], {
        fromClient: (received) => [
          packetTypeOf(received) === 'publish' && bodyOf(received)[1] === 0
            ? frame(received[0] ?? 0, string('default'), bodyOf(received).subarray(2))
            : received,
        ],
      }),
    ],
  }),
  wrongPackets({
    id: 'hard/publish-subscription-identifier-0',
    title: 'Subscription Identifier 0 in PUBLISH is a Protocol Error',
    statements: ['U-3.3.2.3.8-1'],
    reasonCode: 0x82,
    packets: (test) => [frame(0x30, string(test.topic('a')), properties(IDENTIFIER_0), bytes(0x78))],
    mutants: [
      readsPropertiesAs('overlooks Subscription Identifier 0', ['U-3.3.2.3.8-1'], IDENTIFIER_0, new Uint8Array(0)),
    ],
  }),
  defineTest({
    id: 'hard/other-subscription-identifiers',
    title: 'A PUBLISH carries the identifiers of the subscriptions that it is for, never another, never 0',
    statements: ['U-3.3.4-2', 'U-3.3.2.3.8-1'],
    run: async (test) => {
      const { client: alice, connack } = await test.connectWithConnack('alice');
      if (connack.properties.subscriptionIdentifiersAvailable === false) test.skip('no Subscription Identifiers');
      const bob = await test.connect('bob');
      for (const [rest, subscriptionIdentifier] of [
        ['a', 7],
        ['b', 8],
        ['c', undefined],
      ] as const) {
        await test.subscribe(alice, test.topic(rest), { subscriptionIdentifier });
        await test.publish(bob, { topicName: test.topic(rest), qos: 1 });
        const { properties: told } = await alice.expect('publish');
        const allowed = subscriptionIdentifier === undefined ? [] : [subscriptionIdentifier];
        test.checkEqual(told.subscriptionIdentifiers ?? [], allowed, `Subscription Identifiers of ${rest}`);
      }
      // The new subscription takes the place of the old one, identifier and all.
      await test.subscribe(alice, test.topic('a'), { subscriptionIdentifier: 9 });
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      const { properties: told } = await alice.expect('publish');
      test.checkEqual(told.subscriptionIdentifiers, [9], 'Subscription Identifiers after a second SUBSCRIBE');
    },
    mutants: [
      changesSent('sends every Subscription Identifier that a client has used', ['U-3.3.4-2'], 'publish', (packet) => ({
        ...packet,
        properties: { ...packet.properties, subscriptionIdentifiers: [7, 8] },
      })),
      mutant('says 0 for subscriptions without identifier', ['U-3.3.2.3.8-1', 'U-3.3.4-2'], {
        fromBroker: (sent) => {
          const body = bodyOf(sent);
          const at = 2 + (body[1] ?? 0);
          if (packetTypeOf(sent) !== 'publish' || body[at] !== 0) return [sent];
          return [frame(0x30, body.subarray(0, at), properties(IDENTIFIER_0), body.subarray(at + 1))];
        },
      }),
      changesReceived('keeps the identifier of the first SUBSCRIBE', ['U-3.3.4-2'], 'subscribe', (packet) =>
        packet.properties.subscriptionIdentifier === 9
          ? { ...packet, properties: { subscriptionIdentifier: 7 } }
          : packet,
      ),
    ],
  }),
  defineTest({
    id: 'hard/topic-alias-invalid',
    title: 'A Topic Alias of 0 or above the broker’s maximum is a Protocol Error',
    statements: ['U-3.3.4-3'],
    run: async (test) => {
      for (const beyond of [false, true]) {
        const { client: alice, connack } = await test.connectWithConnack('alice');
        const { topicAliasMaximum = 0 } = connack.properties;
        if (beyond && topicAliasMaximum === 0xffff) break;
        const alias = topicAlias(beyond ? topicAliasMaximum + 1 : 0);
        alice.sendBytes(frame(0x30, string(test.topic('a')), properties(alias), bytes(0x78)));
        const rule = { id: 'hard/topic-alias-invalid', reasonCode: 0x94, saidBy: 'U-3.3.4-3' } as const;
        checkReason(test, rule, await alice.expectClose());
      }
    },
    mutants: [
      ignores('Topic Alias 0', ['U-3.3.4-3'], (received) => positionOf(received, topicAlias(0)) >= 0),
      changesReceived('does without Topic Aliases that it has no room for', ['U-3.3.4-3'], 'publish', (packet) => ({
        ...packet,
        properties: {},
      })),
      blamesQuota('U-3.3.4-3'),
    ],
  }),
  defineTest({
    id: 'hard/topic-alias-unknown',
    title: 'A Topic Alias without Topic Name that stands for nothing is a Protocol Error',
    statements: ['U-3.3.4-4'],
    run: async (test) => {
      const { client: alice, connack } = await test.connectWithConnack('alice');
      if (!connack.properties.topicAliasMaximum) test.skip('no Topic Aliases');
      alice.sendBytes(frame(0x30, string(''), properties(topicAlias(1)), bytes(0x78)));
      const rule = { id: 'hard/topic-alias-unknown', reasonCode: 0x82, saidBy: 'U-3.3.4-4' } as const;
      checkReason(test, rule, await alice.expectClose());
    },
    mutants: [
      ignores('messages whose topic it does not know', ['U-3.3.4-4'], (received) => received[3] === 0),
      mutant('publishes to a topic of its own when an alias is unknown', ['U-3.3.4-4'], {
        fromClient: (received) => [
          packetTypeOf(received) === 'publish'
            ? frame(0x30, string('default'), bodyOf(received).subarray(2))
            : received,
        ],
      }),
      blamesQuota('U-3.3.4-4'),
    ],
  }),
];

function topicAlias(value: number): Uint8Array {
  return property(0x23, twoByteInteger(value));
}

/** Each character in one byte, as far as it fits. */
function asLatin1(payload: Uint8Array): Uint8Array {
  return Uint8Array.from(new TextDecoder().decode(payload), (character) => (character.codePointAt(0) ?? 0) | 0x80);
}
