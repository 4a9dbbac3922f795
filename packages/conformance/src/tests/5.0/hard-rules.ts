import { ignores, mutant, packetTypeOf } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { TestContext } from '../../harness/test-context.ts';
import type { StatementId } from '../../statements/statement.ts';
import { connectFrame, ConnectFlag } from '../../wire/connect-frame.ts';
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
} from '../../wire/frame.ts';
import { positionOf, readsPropertiesAs, Sample } from './property-fixture.ts';
import { HARD_RULES_OF_PUBLISH_TESTS } from './hard-rules-of-publish.ts';
import { HARD_RULES_OF_SUBSCRIBE_TESTS } from './hard-rules-of-subscribe.ts';
import { HARD_RULES_OF_THE_END_TESTS } from './hard-rules-of-the-end.ts';
import { wrongPackets } from './wrong-packets.ts';

/** With U+0001, which a string should not have. */
const CONTROL = 'a\u{1}b';
/** User Properties whose value, then whose name is no string. */
const BAD_PAIRS = [
  concatenate([bytes(0x26), string('n'), binary(hex('c3 28'))]),
  concatenate([bytes(0x26), binary(hex('00')), string('v')]),
] as const;
/** No property has this identifier. */
const UNKNOWN = property(0x7e, bytes(0));
/** Two bytes of a Message Expiry Interval, which has four. */
const CUT_SHORT = property(0x02, bytes(0, 1));

/** The rules of 5.0 without a number that are not about properties that stand twice. */
export const HARD_RULES_TESTS: readonly ConformanceTest[] = [
  wrongPackets({
    id: 'hard/ill-formed-utf8',
    title: 'A string that is not well-formed UTF-8 makes any packet malformed',
    statements: ['U-1.5.4-1'],
    reasonCode: 0x81,
    packets: (test) => packetsWith(test, hex('61 c3 28')),
    connects: (test) => connectsWith(test, hex('61 c3 28')),
    mutants: [replaces('puts question marks for ill-formed UTF-8', 'U-1.5.4-1', hex('61 c3 28'), hex('61 3f 28'))],
  }),
  wrongPackets({
    id: 'hard/null-character',
    title: 'U+0000 in a string makes any packet malformed',
    statements: ['U-1.5.4-2'],
    reasonCode: 0x81,
    packets: (test) => packetsWith(test, hex('61 00 62')),
    connects: (test) => connectsWith(test, hex('61 00 62')),
    mutants: [replaces('takes U+0000 for a space', 'U-1.5.4-2', hex('61 00 62'), hex('61 20 62'))],
  }),
  defineTest({
    id: 'hard/control-character',
    title: 'A message with a control character in a string is either refused or delivered as it is',
    statements: ['U-1.5.4-4'],
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('a'));
      const alice = await test.connect('alice');
      test.sendPublish(alice, { topicName: test.topic('a'), qos: 1, properties: { contentType: CONTROL } });
      const answer = await alice.next();
      if (answer?.type === 'puback' && answer.reasonCode < 0x80) {
        const publish = await watcher.expect('publish');
        test.checkEqual(publish.properties.contentType, CONTROL, 'Content Type');
        test.choice('control characters in strings', 'taken');
      } else {
        if (answer?.type !== 'puback') test.check(alice.closed, 'the message was neither taken nor refused');
        await watcher.expectNothing();
        test.choice('control characters in strings', 'refused');
      }
    },
    mutants: [
      ignores(
        'strings with control characters',
        ['U-1.5.4-4'],
        (received) => positionOf(received, hex('61 01 62')) >= 0,
      ),
      replaces('strips control characters', 'U-1.5.4-4', hex('61 01 62'), hex('61 20 62')),
    ],
  }),
  wrongPackets({
    id: 'hard/string-pair',
    title: 'A User Property that is not two right strings makes any packet malformed',
    statements: ['U-1.5.7-1'],
    reasonCode: 0x81,
    packets: (test) => {
      const topic = string(test.topic('a'));
      return BAD_PAIRS.flatMap((pair) => [
        frame(0x30, topic, properties(pair), bytes(0x78)),
        frame(0x82, twoByteInteger(1), properties(pair), topic, bytes(0)),
        frame(0xa2, twoByteInteger(1), properties(pair), topic),
      ]);
    },
    connects: (test) =>
      BAD_PAIRS.map((pair) => connectFrame({ properties: properties(pair) }, string(test.clientIdentifier('bob')))),
    mutants: [readsPropertiesAs('skips bad User Properties', ['U-1.5.7-1'], BAD_PAIRS[0], new Uint8Array(0))],
  }),
  wrongPackets({
    id: 'hard/fixed-header-flags',
    title: 'Flags that a packet type does not have make the packet malformed',
    statements: ['U-2.1.3-1'],
    reasonCode: 0x81,
    packets: (test) => {
      const topic = string(test.topic('a'));
      return [
        frame(0x8a, twoByteInteger(1), properties(), topic, bytes(0)),
        frame(0xa0, twoByteInteger(1), properties(), topic),
        frame(0x60, twoByteInteger(1)),
        frame(0xc8),
        frame(0xf1, bytes(0x19), properties()),
      ];
    },
    connects: (test) => [connectFrame({ firstByte: 0x18 }, string(test.clientIdentifier('bob')))],
    mutants: [
      mutant('does not look at the flags of SUBSCRIBE and UNSUBSCRIBE', ['U-2.1.3-1'], {
        fromClient: (received) => {
          const type = (received[0] ?? 0) >> 4;
          return [type === 8 || type === 10 ? Uint8Array.from([(type << 4) | 2, ...received.subarray(1)]) : received];
        },
      }),
    ],
  }),
  wrongPackets({
    id: 'hard/property-in-wrong-packet',
    title: 'A property of another packet, or with a value that is not of its type, makes a packet malformed',
    statements: ['U-2.2.2.2-1'],
    saidBy: 'U-2.2.2.2-2',
    reasonCode: 0x81,
    packets: (test) => {
      const topic = string(test.topic('a'));
      return [
        ...[Sample.sessionExpiryInterval, Sample.willDelayInterval, UNKNOWN, CUT_SHORT].map((wrong) =>
          frame(0x30, topic, properties(wrong), bytes(0x78)),
        ),
        ...[Sample.topicAlias, Sample.reasonString, UNKNOWN].map((wrong) =>
          frame(0x82, twoByteInteger(1), properties(wrong), topic, bytes(0)),
        ),
        frame(0xa2, twoByteInteger(1), properties(Sample.subscriptionIdentifier), topic),
      ];
    },
    connects: (test) =>
      [Sample.serverKeepAlive, Sample.contentType, UNKNOWN].map((wrong) =>
        connectFrame({ properties: properties(wrong) }, string(test.clientIdentifier('bob'))),
      ),
    mutants: [
      readsPropertiesAs('skips unknown properties', ['U-2.2.2.2-1'], UNKNOWN, new Uint8Array(0)),
      readsPropertiesAs('takes Topic Alias in SUBSCRIBE', ['U-2.2.2.2-1'], Sample.topicAlias, new Uint8Array(0)),
    ],
  }),
  wrongPackets({
    id: 'hard/authentication-data-alone',
    title: 'Authentication Data without an Authentication Method is a Protocol Error',
    statements: ['U-3.1.2.11.10-1'],
    reasonCode: 0x82,
    connects: (test) => [
      connectFrame({ properties: properties(Sample.authenticationData) }, string(test.clientIdentifier('bob'))),
    ],
    mutants: [
      readsPropertiesAs(
        'overlooks Authentication Data that it has no use for',
        ['U-3.1.2.11.10-1'],
        Sample.authenticationData,
        new Uint8Array(0),
      ),
    ],
  }),
  wrongPackets({
    id: 'hard/auth-without-method',
    title: 'AUTH is a Protocol Error when CONNECT had no Authentication Method, and the broker sends none either',
    statements: ['U-3.15-1'],
    reasonCode: 0x82,
    packets: () => [
      frame(0xf0, bytes(0x19), properties(Sample.authenticationMethod)),
      frame(0xf0, bytes(0x18), properties(Sample.authenticationMethod)),
    ],
    mutants: [
      ignores('AUTH', ['U-3.15-1'], (received) => packetTypeOf(received) === 'auth'),
      mutant('asks everybody to authenticate', ['U-3.15-1'], {
        fromBroker: (sent) =>
          packetTypeOf(sent) === 'connack'
            ? [sent, frame(0xf0, bytes(0x18), properties(Sample.authenticationMethod))]
            : [sent],
      }),
    ],
  }),
  ...HARD_RULES_OF_PUBLISH_TESTS,
  ...HARD_RULES_OF_SUBSCRIBE_TESTS,
  ...HARD_RULES_OF_THE_END_TESTS,
];

/** Right packets but for one string. */
function packetsWith(test: TestContext, bad: Uint8Array): readonly Uint8Array[] {
  const text = binary(concatenate([new TextEncoder().encode(test.topic('')), bad]));
  return [
    frame(0x82, twoByteInteger(1), properties(), text, bytes(0)),
    frame(0xa2, twoByteInteger(1), properties(), text),
    frame(0x30, text, properties(), bytes(0x78)),
    frame(0x30, string(test.topic('a')), properties(property(0x08, text)), bytes(0x78)),
  ];
}

/** CONNECT packets that are right but for one string: Client Identifier, User Name, Will Topic, Content Type of the will. */
function connectsWith(test: TestContext, bad: Uint8Array): readonly Uint8Array[] {
  const identifier = string(test.clientIdentifier('bob'));
  const will = { flags: ConnectFlag.cleanStart | ConnectFlag.will };
  const contentType = properties(property(0x03, binary(bad)));
  return [
    connectFrame({}, binary(concatenate([new TextEncoder().encode(test.clientIdentifier('b')), bad]))),
    connectFrame({ flags: ConnectFlag.cleanStart | ConnectFlag.userName }, identifier, binary(bad)),
    connectFrame(will, identifier, properties(), binary(bad), binary(bytes(0x78))),
    connectFrame(will, identifier, contentType, string('skua/will'), binary(bytes(0x78))),
  ];
}

/** The broker reads bytes as if they were others, as many. */
function replaces(name: string, breaks: StatementId, wrong: Uint8Array, right: Uint8Array): Mutant {
  return mutant(name, [breaks], {
    fromClient: (received) => {
      const at = positionOf(received, wrong);
      if (at < 0) return [received];
      return [concatenate([received.subarray(0, at), right, received.subarray(at + wrong.length)])];
    },
  });
}
