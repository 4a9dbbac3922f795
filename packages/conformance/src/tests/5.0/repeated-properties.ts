import { neverCloses } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { Inconclusive } from '../../harness/verdict.ts';
import type { StatementId } from '../../statements/statement.ts';
import { connectFrame, ConnectFlag } from '../../wire/connect-frame.ts';
import { binary, bytes, frame, properties, string, twoByteInteger } from '../../wire/frame.ts';
import { readsPropertiesAs, Sample, takesOnce, toldAs, twice } from './property-fixture.ts';
import { REPEATED_IN_ACKNOWLEDGEMENTS_TESTS } from './repeated-in-acknowledgements.ts';
import { REPEATED_BY_THE_BROKER_TESTS } from './repeated-by-the-broker.ts';
import { REPEATED_IN_AUTHENTICATION_TESTS } from './repeated-in-authentication.ts';

/** A property of which a packet may have one. */
interface OnceProperty {
  /** The spec's name. */
  readonly name: string;
  readonly statement: StatementId;
  readonly one: Uint8Array;
  /** The same property with a value that the same statement forbids. */
  readonly forbidden?: Uint8Array;
}

const IN_CONNECT: readonly OnceProperty[] = [
  { name: 'Session Expiry Interval', statement: 'U-3.1.2.11.2-1', one: Sample.sessionExpiryInterval },
  {
    name: 'Receive Maximum',
    statement: 'U-3.1.2.11.3-1',
    one: Sample.receiveMaximum,
    forbidden: bytes(0x21, 0, 0),
  },
  {
    name: 'Maximum Packet Size',
    statement: 'U-3.1.2.11.4-1',
    one: Sample.maximumPacketSize,
    forbidden: bytes(0x27, 0, 0, 0, 0),
  },
  { name: 'Topic Alias Maximum', statement: 'U-3.1.2.11.5-1', one: Sample.topicAliasMaximum },
  {
    name: 'Request Response Information',
    statement: 'U-3.1.2.11.6-1',
    one: Sample.requestResponseInformation,
    forbidden: bytes(0x19, 2),
  },
  {
    name: 'Request Problem Information',
    statement: 'U-3.1.2.11.7-1',
    one: Sample.requestProblemInformation,
    forbidden: bytes(0x17, 2),
  },
];

const IN_WILL: readonly OnceProperty[] = [
  { name: 'Will Delay Interval', statement: 'U-3.1.3.2.2-1', one: Sample.willDelayInterval },
  { name: 'Payload Format Indicator', statement: 'U-3.1.3.2.3-2', one: Sample.payloadFormatIndicator },
  { name: 'Message Expiry Interval', statement: 'U-3.1.3.2.4-1', one: Sample.messageExpiryInterval },
  { name: 'Content Type', statement: 'U-3.1.3.2.5-1', one: Sample.contentType },
  { name: 'Response Topic', statement: 'U-3.1.3.2.6-1', one: Sample.responseTopic },
  { name: 'Correlation Data', statement: 'U-3.1.3.2.7-1', one: Sample.correlationData },
];

const IN_PUBLISH: readonly OnceProperty[] = [
  { name: 'Topic Alias', statement: 'U-3.3.2.3.4-1', one: Sample.topicAlias },
  { name: 'Response Topic', statement: 'U-3.3.2.3.5-1', one: Sample.responseTopic },
  { name: 'Correlation Data', statement: 'U-3.3.2.3.6-1', one: Sample.correlationData },
  { name: 'Content Type', statement: 'U-3.3.2.3.9-1', one: Sample.contentType },
];

/**
 * The rules without a number that say that a property may stand once in a packet. Where section 4.13 lets a broker choose
 * how to say so, all answers are right, but the connection ends and the packet has no effect.
 */
export const REPEATED_PROPERTIES_TESTS: readonly ConformanceTest[] = [
  ...IN_CONNECT.map((what) =>
    refusesTwo(what, 'CONNECT', (section, identifier) => connectFrame({ properties: section }, identifier)),
  ),
  ...IN_WILL.map((what) =>
    refusesTwo(what, 'Will Properties', (section, identifier) =>
      connectFrame(
        { flags: ConnectFlag.cleanStart | ConnectFlag.will },
        identifier,
        section,
        string('skua/will'),
        binary(bytes(0x78)),
      ),
    ),
  ),
  ...IN_PUBLISH.map(({ name, statement, one }) =>
    defineTest({
      id: `repeated/publish/${slug(name)}`,
      title: `A PUBLISH with two of ${name} ends the connection, and nobody receives it`,
      statements: [statement],
      run: async (test) => {
        const watcher = await test.connect('watcher');
        await test.subscribe(watcher, test.topic('a'));
        const { client: alice, connack } = await test.connectWithConnack('alice');
        if (one === Sample.topicAlias && !connack.properties.topicAliasMaximum) test.skip('no Topic Aliases');
        const publish = (section: Uint8Array): Uint8Array =>
          frame(0x30, string(test.topic('a')), properties(section), bytes(0x78));
        alice.sendBytes(publish(one));
        await watcher.expect('publish');
        alice.sendBytes(publish(twice(one)));
        test.choice(`two of ${name} in PUBLISH`, toldAs(await alice.expectClose()));
        await watcher.expectNothing();
      },
      mutants: [neverCloses([statement]), takesOnce(name, [statement], one)],
    }),
  ),
  defineTest({
    id: 'repeated/subscribe/subscription-identifier',
    title: 'A SUBSCRIBE with two Subscription Identifiers ends the connection',
    statements: ['U-3.8.2.1.2-2'],
    run: async (test) => {
      const { client: alice, connack } = await test.connectWithConnack('alice');
      if (connack.properties.subscriptionIdentifiersAvailable === false) test.skip('no Subscription Identifiers');
      await test.subscribe(alice, test.topic('a'), { subscriptionIdentifier: 7 });
      const section = properties(twice(Sample.subscriptionIdentifier));
      alice.sendBytes(frame(0x82, twoByteInteger(2), section, string(test.topic('b')), bytes(0)));
      test.choice('two Subscription Identifiers in SUBSCRIBE', toldAs(await alice.expectClose()));
    },
    mutants: [
      neverCloses(['U-3.8.2.1.2-2']),
      takesOnce('Subscription Identifier', ['U-3.8.2.1.2-2'], Sample.subscriptionIdentifier),
    ],
  }),
  ...REPEATED_IN_ACKNOWLEDGEMENTS_TESTS,
  ...REPEATED_BY_THE_BROKER_TESTS,
  ...REPEATED_IN_AUTHENTICATION_TESTS,
];

/** A CONNECT with one is accepted, one with two is refused. */
function refusesTwo(
  { name, statement, one, forbidden }: OnceProperty,
  place: string,
  connect: (section: Uint8Array, identifier: Uint8Array) => Uint8Array,
): ConformanceTest {
  const mutants: Mutant[] = [neverCloses([statement]), takesOnce(name, [statement], one)];
  if (forbidden !== undefined) {
    mutants.push(readsPropertiesAs(`takes a forbidden ${name} for another`, [statement], forbidden, one));
  }
  return defineTest({
    id: `repeated/${slug(place)}/${slug(name)}`,
    title: `A CONNECT with two of ${name}${place === 'CONNECT' ? '' : ` in its ${place}`} is refused`,
    statements: [statement],
    run: async (test) => {
      const identifier = string(test.clientIdentifier('alice'));
      const once = await test.open('alice');
      once.sendBytes(connect(properties(one), identifier));
      const { reasonCode } = await once.expect('connack');
      if (reasonCode !== 0) throw new Inconclusive(`the broker refuses ${name}: ${toldAs(reasonCode)}`);
      await test.disconnect(once);
      const bob = await test.open('bob');
      bob.sendBytes(connect(properties(twice(one)), string(test.clientIdentifier('bob'))));
      test.choice(`two of ${name} in ${place}`, toldAs(await bob.expectRefusal()));
      if (forbidden === undefined) return;
      const carol = await test.open('carol');
      carol.sendBytes(connect(properties(forbidden), string(test.clientIdentifier('carol'))));
      test.choice(`${name} with a forbidden value in ${place}`, toldAs(await carol.expectRefusal()));
    },
    mutants,
  });
}

function slug(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-');
}
