import { encodePacket, type ConnackPacket } from '@skua/codec';
import { decodeFrame, mutant, packetTypeOf } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import type { ProfileName } from '../../harness/profile.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { ConnectFields } from '../../harness/test-context.ts';
import type { StatementId } from '../../statements/statement.ts';
import { bytes } from '../../wire/frame.ts';
import { addsProperties, Sample, twice, withProperties } from './property-fixture.ts';

/** A property of CONNACK, and a CONNECT that has a broker send it if any does. */
interface ConnackProperty {
  /** The spec's name. */
  readonly name: string;
  readonly key: keyof ConnackPacket['properties'] & keyof typeof Sample;
  readonly statement: StatementId;
  readonly profile?: ProfileName;
  readonly connect?: ConnectFields;
  /** The property with a value that the same statement forbids. */
  readonly forbidden?: Uint8Array;
}

const IN_CONNACK: readonly ConnackProperty[] = [
  {
    name: 'Session Expiry Interval',
    key: 'sessionExpiryInterval',
    statement: 'U-3.2.2.3.2-1',
    connect: { properties: { sessionExpiryInterval: 0xffffffff } },
  },
  {
    name: 'Receive Maximum',
    key: 'receiveMaximum',
    statement: 'U-3.2.2.3.3-1',
    profile: 'receive-maximum-2',
    forbidden: bytes(0x21, 0, 0),
  },
  {
    name: 'Maximum QoS',
    key: 'maximumQos',
    statement: 'U-3.2.2.3.4-1',
    profile: 'maximum-qos-1',
    forbidden: bytes(0x24, 2),
  },
  {
    name: 'Retain Available',
    key: 'retainAvailable',
    statement: 'U-3.2.2.3.5-1',
    profile: 'retain-unavailable',
    forbidden: bytes(0x25, 2),
  },
  {
    name: 'Maximum Packet Size',
    key: 'maximumPacketSize',
    statement: 'U-3.2.2.3.6-1',
    profile: 'small-maximum-packet-size',
    forbidden: bytes(0x27, 0, 0, 0, 0),
  },
  {
    name: 'Assigned Client Identifier',
    key: 'assignedClientIdentifier',
    statement: 'U-3.2.2.3.7-1',
    connect: { clientIdentifier: '' },
  },
  { name: 'Topic Alias Maximum', key: 'topicAliasMaximum', statement: 'U-3.2.2.3.8-1' },
  { name: 'Reason String', key: 'reasonString', statement: 'U-3.2.2.3.9-2', profile: 'authenticated' },
  {
    name: 'Wildcard Subscription Available',
    key: 'wildcardSubscriptionAvailable',
    statement: 'U-3.2.2.3.11-1',
    profile: 'no-wildcard-subscriptions',
    forbidden: bytes(0x28, 2),
  },
  {
    name: 'Subscription Identifiers Available',
    key: 'subscriptionIdentifiersAvailable',
    statement: 'U-3.2.2.3.12-1',
    profile: 'no-subscription-identifiers',
    forbidden: bytes(0x29, 2),
  },
  {
    name: 'Shared Subscription Available',
    key: 'sharedSubscriptionAvailable',
    statement: 'U-3.2.2.3.13-1',
    profile: 'no-shared-subscriptions',
    forbidden: bytes(0x2a, 2),
  },
  {
    name: 'Server Keep Alive',
    key: 'serverKeepAlive',
    statement: 'U-3.2.2.3.14-1',
    profile: 'server-keep-alive',
    connect: { keepAlive: 60 },
  },
  {
    name: 'Response Information',
    key: 'responseInformation',
    statement: 'U-3.2.2.3.15-1',
    connect: { properties: { requestResponseInformation: true } },
  },
  { name: 'Server Reference', key: 'serverReference', statement: 'U-3.2.2.3.16-1' },
];

/** Properties that stand once in what the broker sends. All of it is read strictly; these tests have it sent. */
export const REPEATED_BY_THE_BROKER_TESTS: readonly ConformanceTest[] = [
  ...IN_CONNACK.map(({ name, key, statement, profile = 'default', connect, forbidden }) =>
    defineTest({
      id: `repeated/connack/${name.toLowerCase().replaceAll(' ', '-')}`,
      title: `CONNACK has ${name} at most once${forbidden === undefined ? '' : ', with an allowed value'}`,
      statements: [statement],
      profile,
      run: async (test) => {
        const alice = await test.open('alice');
        alice.send(test.connectPacket('alice', connect));
        const connack = await alice.expect('connack');
        test.choice(`${name} in CONNACK`, connack.properties[key] === undefined ? 'absent' : 'present');
      },
      mutants: [
        sendsInConnack(`sends ${name} twice in CONNACK`, statement, key, twice(Sample[key])),
        ...(forbidden === undefined
          ? []
          : [sendsInConnack(`sends a forbidden ${name} in CONNACK`, statement, key, forbidden)]),
      ],
    }),
  ),
  defineTest({
    id: 'repeated/suback/reason-string',
    title: 'SUBACK has at most one Reason String',
    statements: ['U-3.9.2.1.2-2'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const suback = await test.subscribe(alice, test.topic('a'));
      test.choice('Reason String in SUBACK', suback.properties.reasonString === undefined ? 'absent' : 'present');
    },
    mutants: [
      addsProperties('says why two times in SUBACK', ['U-3.9.2.1.2-2'], 'suback', 2, twice(Sample.reasonString)),
    ],
  }),
  defineTest({
    id: 'repeated/unsuback/reason-string',
    title: 'UNSUBACK has at most one Reason String',
    statements: ['U-3.11.2.1.2-2'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const { properties } = await test.unsubscribe(alice, test.topic('never'));
      test.choice('Reason String in UNSUBACK', properties.reasonString === undefined ? 'absent' : 'present');
    },
    mutants: [
      addsProperties('says why two times in UNSUBACK', ['U-3.11.2.1.2-2'], 'unsuback', 2, twice(Sample.reasonString)),
    ],
  }),
];

/** CONNACK has these bytes for a property, whatever the broker said of it. */
function sendsInConnack(name: string, breaks: StatementId, key: ConnackProperty['key'], instead: Uint8Array): Mutant {
  return mutant(name, [breaks], {
    fromBroker: (sent, connection) => {
      if (packetTypeOf(sent) !== 'connack') return [sent];
      const packet = decodeFrame(sent, 'client', connection);
      if (packet?.type !== 'connack') return [sent];
      const without = { ...packet, properties: { ...packet.properties, [key]: undefined } };
      return [withProperties(encodePacket(without, connection.version), 2, instead)];
    },
  });
}
