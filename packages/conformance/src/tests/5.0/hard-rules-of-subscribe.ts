import { changesReceived, mutant, packetTypeOf } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import type { ConformanceTest } from '../../harness/test-definition.ts';
import type { StatementId } from '../../statements/statement.ts';
import { bytes, frame, properties, property, string, twoByteInteger } from '../../wire/frame.ts';
import { readsPropertiesAs, Sample } from './property-fixture.ts';
import { wrongPackets } from './wrong-packets.ts';

/** A Subscription Identifier that is none. */
const IDENTIFIER_0 = property(0x0b, bytes(0));

/** The rules without a number on SUBSCRIBE and UNSUBSCRIBE, and on what CONNACK has ruled out. */
export const HARD_RULES_OF_SUBSCRIBE_TESTS: readonly ConformanceTest[] = [
  wrongPackets({
    id: 'hard/subscription-identifier-0',
    title: 'Subscription Identifier 0 in SUBSCRIBE is a Protocol Error',
    statements: ['U-3.8.2.1.2-1'],
    applies: ({ subscriptionIdentifiersAvailable }) => subscriptionIdentifiersAvailable !== false,
    reasonCode: 0x82,
    packets: (test) => [subscribe(test.topic('a'), 0, IDENTIFIER_0)],
    mutants: [readsPropertiesAs('takes 0 for no identifier', ['U-3.8.2.1.2-1'], IDENTIFIER_0, new Uint8Array(0))],
  }),
  wrongPackets({
    id: 'hard/subscribe-without-payload',
    title: 'A SUBSCRIBE without payload is a Protocol Error',
    statements: ['U-3.8.3-1'],
    reasonCode: 0x82,
    packets: () => [
      frame(0x82, twoByteInteger(1), properties()),
      frame(0x82, twoByteInteger(1), properties(Sample.userProperty)),
    ],
    mutants: [answers('answers a SUBSCRIBE for nothing', 'U-3.8.3-1', 'subscribe', 0x90)],
  }),
  wrongPackets({
    id: 'hard/subscribe-qos-3',
    title: 'Maximum QoS 3 in the Subscription Options is a Protocol Error',
    statements: ['U-3.8.3.1-1'],
    reasonCode: 0x82,
    packets: (test) => [subscribe(test.topic('a'), 0x03), subscribe(test.topic('a'), 0x1f)],
    mutants: [masksOptions('takes QoS 3 for QoS 2', 'U-3.8.3.1-1', 0xfe)],
  }),
  wrongPackets({
    id: 'hard/retain-handling-3',
    title: 'Retain Handling 3 is a Protocol Error',
    statements: ['U-3.8.3.1-2'],
    reasonCode: 0x82,
    packets: (test) => [subscribe(test.topic('a'), 0x30), subscribe(test.topic('a'), 0x31)],
    mutants: [masksOptions('takes Retain Handling 3 for 2', 'U-3.8.3.1-2', 0xef)],
  }),
  wrongPackets({
    id: 'hard/unsubscribe-without-payload',
    title: 'An UNSUBSCRIBE without payload is a Protocol Error',
    statements: ['U-3.10.3-2'],
    reasonCode: 0x82,
    packets: () => [
      frame(0xa2, twoByteInteger(1), properties()),
      frame(0xa2, twoByteInteger(1), properties(Sample.userProperty)),
    ],
    mutants: [answers('answers an UNSUBSCRIBE of nothing', 'U-3.10.3-2', 'unsubscribe', 0xb0)],
  }),
  wrongPackets({
    id: 'hard/above-maximum-qos',
    title: 'A PUBLISH above the broker’s Maximum QoS is a Protocol Error',
    statements: ['U-3.2.2.3.4-2'],
    profile: 'maximum-qos-1',
    applies: ({ maximumQos }) => maximumQos !== undefined,
    reasonCode: 0x9b,
    packets: (test) => [frame(0x34, string(test.topic('a')), twoByteInteger(1), properties(), bytes(0x78))],
    mutants: [
      changesReceived('lowers the QoS of what it gets', ['U-3.2.2.3.4-2'], 'publish', (packet) => ({
        ...packet,
        qos: 1,
      })),
    ],
  }),
  wrongPackets({
    id: 'hard/retain-unavailable',
    title: 'A PUBLISH with RETAIN is a Protocol Error where retained messages are not supported',
    statements: ['U-3.2.2.3.5-2'],
    profile: 'retain-unavailable',
    applies: ({ retainAvailable }) => retainAvailable === false,
    reasonCode: 0x9a,
    packets: (test) => [frame(0x31, string(test.topic('a')), properties(), bytes(0x78))],
    mutants: [
      changesReceived('overlooks RETAIN', ['U-3.2.2.3.5-2'], 'publish', (packet) => ({ ...packet, retain: false })),
    ],
  }),
  wrongPackets({
    id: 'hard/packet-too-large',
    title: 'A packet above the broker’s Maximum Packet Size is a Protocol Error',
    statements: ['U-3.2.2.3.6-2'],
    saidBy: 'U-3.2.2.3.6-2',
    profile: 'small-maximum-packet-size',
    applies: ({ maximumPacketSize }) => maximumPacketSize === SMALL,
    reasonCode: 0x95,
    packets: (test) => [
      frame(0x30, string(test.topic('a')), properties(), new Uint8Array(SMALL)),
      subscribe(test.topic('b'.repeat(SMALL)), 0),
    ],
    mutants: [
      mutant('drops what is too large for it', ['U-3.2.2.3.6-2'], {
        fromClient: (received) => (received.length > SMALL ? [] : [received]),
      }),
    ],
  }),
  wrongPackets({
    id: 'hard/no-wildcards',
    title: 'A SUBSCRIBE with wildcards is not granted where wildcards are not supported',
    statements: ['U-3.2.2.3.11-2'],
    profile: 'no-wildcard-subscriptions',
    applies: ({ wildcardSubscriptionAvailable }) => wildcardSubscriptionAvailable === false,
    reasonCode: 0xa2,
    orSuback: true,
    packets: (test) => [subscribe(test.topic('+'), 0), subscribe(test.topic('b/#'), 0)],
    mutants: [rewritesFilters('takes wildcards for names', 'U-3.2.2.3.11-2', /[+#]/g, 'x')],
  }),
  wrongPackets({
    id: 'hard/no-subscription-identifiers',
    title: 'A SUBSCRIBE with a Subscription Identifier is not granted where these are not supported',
    statements: ['U-3.2.2.3.12-2'],
    profile: 'no-subscription-identifiers',
    applies: ({ subscriptionIdentifiersAvailable }) => subscriptionIdentifiersAvailable === false,
    reasonCode: 0xa1,
    orSuback: true,
    packets: (test) => [subscribe(test.topic('b'), 0, Sample.subscriptionIdentifier)],
    mutants: [
      changesReceived('overlooks Subscription Identifiers', ['U-3.2.2.3.12-2'], 'subscribe', (packet) => ({
        ...packet,
        properties: {},
      })),
    ],
  }),
  wrongPackets({
    id: 'hard/no-shared-subscriptions',
    title: 'A Shared Subscription is not granted where these are not supported',
    statements: ['U-3.2.2.3.13-2'],
    profile: 'no-shared-subscriptions',
    applies: ({ sharedSubscriptionAvailable }) => sharedSubscriptionAvailable === false,
    reasonCode: 0x9e,
    orSuback: true,
    packets: (test) => [subscribe(`$share/group/${test.topic('b')}`, 0)],
    mutants: [rewritesFilters('makes shared subscriptions plain ones', 'U-3.2.2.3.13-2', /^\$share\/group\//, '')],
  }),
];

/** The length of the longer one that these tests send. */
const WITHOUT_PAYLOAD_MAX = 5 + Sample.userProperty.length;
/** What the profile `small-maximum-packet-size` allows. */
const SMALL = 256;

function subscribe(topicFilter: string, options: number, section: Uint8Array = new Uint8Array(0)): Uint8Array {
  return frame(0x82, twoByteInteger(1), properties(section), string(topicFilter), bytes(options));
}

/** The broker answers what has no payload, with a Reason Code for nothing. */
function answers(name: string, breaks: StatementId, type: 'subscribe' | 'unsubscribe', answer: number): Mutant {
  return mutant(name, [breaks], {
    fromClient: (received, connection) => {
      if (packetTypeOf(received) !== type || received.length > WITHOUT_PAYLOAD_MAX) return [received];
      connection.sendToClient(frame(answer, received.subarray(2, 4), properties(), bytes(0)));
      return [];
    },
  });
}

/** The broker looks at some bits of the last Subscription Options only. */
function masksOptions(name: string, breaks: StatementId, mask: number): Mutant {
  return mutant(name, [breaks], {
    fromClient: (received) =>
      packetTypeOf(received) === 'subscribe'
        ? [Uint8Array.from([...received.subarray(0, -1), (received.at(-1) ?? 0) & mask])]
        : [received],
  });
}

function rewritesFilters(name: string, breaks: StatementId, pattern: RegExp, instead: string): Mutant {
  return changesReceived(name, [breaks], 'subscribe', (packet) => ({
    ...packet,
    subscriptions: packet.subscriptions.map((subscription) => ({
      ...subscription,
      topicFilter: subscription.topicFilter.replace(pattern, instead),
    })),
  }));
}
