import type { Encodable, PublishPacket } from '@skua/codec';
import { changesReceived, changesSent, mutant, neverCloses } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { TestContext } from '../../harness/test-context.ts';
import { binary, bytes, frame, hex, properties, property, string, twoByteInteger } from '../../wire/frame.ts';
import { MESSAGE_EXPIRY_TESTS } from './message-expiry.ts';
import { TOPIC_ALIAS_TESTS } from './topic-alias.ts';

/** Section 3.3.2 of 5.0. */
export const PUBLISH_PROPERTIES_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'publish/topic-name-missing',
    title: 'A PUBLISH that does not begin with a Topic Name in UTF-8 ends the connection, and nobody receives it',
    statements: ['MQTT-3.3.2-1'],
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('#'));
      const start = new TextEncoder().encode(test.topic(''));
      for (const wrong of [
        frame(0x30),
        frame(0x30, twoByteInteger(0x100), start, properties()),
        frame(0x30, binary(Uint8Array.from([...start, ...hex('c3 28')])), properties(), bytes(0x78)),
        frame(0x30, binary(Uint8Array.from([...start, ...hex('ed a0 80')])), properties(), bytes(0x78)),
      ]) {
        const alice = await test.connect('alice');
        alice.sendBytes(wrong);
        await alice.expectClose();
      }
      await watcher.expectNothing();
    },
    mutants: [
      neverCloses(['MQTT-3.3.2-1']),
      mutant('overlooks PUBLISH packets without anything in them', ['MQTT-3.3.2-1'], {
        fromClient: (received) => (received.length === 2 && received[0] === 0x30 ? [] : [received]),
      }),
    ],
  }),
  defineTest({
    id: 'publish/topic-name-matches',
    title: 'The Topic Name of a delivery matches the filter of the subscription',
    statements: ['MQTT-3.3.2-3'],
    run: async (test) => {
      const { client: bob, connack } = await test.connectWithConnack('bob');
      if (connack.properties.wildcardSubscriptionAvailable === false) test.skip('no wildcard subscriptions');
      for (const [name, filter, matching] of [
        ['exact', 'a/b', ['a/b']],
        ['plus', 'a/+', ['a/', 'a/b']],
        ['hash', 'a/b/#', ['a/b', 'a/b/c']],
      ] as const) {
        const alice = await test.connect(name);
        await test.subscribe(alice, test.topic(filter));
        for (const rest of ['a', 'a/', 'a/b', 'a/b/c', 'b/a', 'A/b']) {
          await test.publish(bob, { topicName: test.topic(rest), qos: 1 });
        }
        for (const rest of matching) {
          const publish = await alice.expect('publish');
          test.checkEqual(publish.topicName, test.topic(rest), `Topic Name of a delivery for ${filter}`);
        }
        await alice.expectNothing();
        await test.disconnect(alice);
      }
    },
    mutants: [
      changesSent('cuts Topic Names at the third level', ['MQTT-3.3.2-3'], 'publish', (packet) => ({
        ...packet,
        topicName: packet.topicName.split('/').slice(0, 3).join('/'),
      })),
      changesReceived('takes + for #', ['MQTT-3.3.2-3'], 'subscribe', (packet) => ({
        ...packet,
        subscriptions: packet.subscriptions.map((subscription) => ({
          ...subscription,
          topicFilter: subscription.topicFilter.replace(/\+$/, '#'),
        })),
      })),
    ],
  }),
  defineTest({
    id: 'publish/payload-format-indicator',
    title: 'The Payload Format Indicator reaches every subscriber as it came',
    statements: ['MQTT-3.3.2-4'],
    run: async (test) => {
      const one = await deliveriesOf(test, { payloadFormatIndicator: 1 });
      for (const delivered of one) test.checkEqual(delivered.payloadFormatIndicator, 1, 'Payload Format Indicator');
      // To have none is to have 0.
      for (const sent of [{ payloadFormatIndicator: 0 }, {}] as const) {
        for (const delivered of await deliveriesOf(test, sent)) {
          test.checkEqual(delivered.payloadFormatIndicator ?? 0, 0, 'Payload Format Indicator');
          const kept = delivered.payloadFormatIndicator !== undefined;
          if ('payloadFormatIndicator' in sent) {
            test.choice('Payload Format Indicator 0', kept ? 'passed on' : 'left out, which means the same');
          }
        }
      }
    },
    mutants: [
      altersProperties('loses the Payload Format Indicator', 'MQTT-3.3.2-4', { payloadFormatIndicator: undefined }),
      altersProperties('calls every payload text', 'MQTT-3.3.2-4', { payloadFormatIndicator: 1 }),
    ],
  }),
  ...MESSAGE_EXPIRY_TESTS,
  ...TOPIC_ALIAS_TESTS,
  defineTest({
    id: 'publish/response-topic-not-utf8',
    title: 'A Response Topic that is not UTF-8 ends the connection',
    statements: ['MQTT-3.3.2-13'],
    run: async (test) => await mustCloseFor(test, property(RESPONSE_TOPIC, binary(hex('61 c3 28')))),
    mutants: [neverCloses(['MQTT-3.3.2-13'])],
  }),
  defineTest({
    id: 'publish/response-topic-wildcard',
    title: 'A message whose Response Topic has a wildcard character reaches nobody',
    statements: ['MQTT-3.3.2-14'],
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('a'));
      for (const responseTopic of ['a/+', 'a/#', '#']) {
        const alice = await test.connect('alice');
        const wrong = properties(property(RESPONSE_TOPIC, string(responseTopic)));
        alice.sendBytes(frame(0x32, string(test.topic('a')), twoByteInteger(1), wrong, bytes(0x78)));
        const answer = await alice.next();
        test.choice('Response Topic with a wildcard', answer === undefined ? 'close' : answer.type.toUpperCase());
        // Whatever it tells the publisher, the broker would break the rule itself if it passed this on.
        await watcher.expectNothing();
      }
    },
    mutants: [
      mutant('passes any Response Topic on', ['MQTT-3.3.2-14'], {
        fromClient: (received, connection) => {
          if (received[0] !== 0x32) return [received];
          const topicEnd = 4 + (received[3] ?? 0);
          const forwarded = frame(0x30, received.subarray(2, topicEnd), received.subarray(topicEnd + 2));
          connection.all[0]?.sendToClient(forwarded);
          connection.sendToClient(frame(0x40, twoByteInteger(1)));
          return [];
        },
      }),
    ],
  }),
  defineTest({
    id: 'publish/response-topic',
    title: 'The Response Topic reaches every subscriber as it came',
    statements: ['MQTT-3.3.2-15'],
    run: async (test) => {
      const responseTopic = test.topic('answers/\u{e9}/');
      for (const delivered of await deliveriesOf(test, { responseTopic })) {
        test.checkEqual(delivered.responseTopic, responseTopic, 'Response Topic');
      }
    },
    mutants: [
      altersProperties('loses the Response Topic', 'MQTT-3.3.2-15', { responseTopic: undefined }),
      altersProperties('gives another Response Topic', 'MQTT-3.3.2-15', { responseTopic: 'other' }),
    ],
  }),
  defineTest({
    id: 'publish/correlation-data',
    title: 'The Correlation Data reaches every subscriber as it came, byte by byte',
    statements: ['MQTT-3.3.2-16'],
    run: async (test) => {
      for (const correlationData of [hex('00 ff c3 28 00'), Uint8Array.of()]) {
        for (const delivered of await deliveriesOf(test, { correlationData })) {
          test.checkEqual(delivered.correlationData, correlationData, 'Correlation Data');
        }
      }
    },
    mutants: [
      altersProperties('loses the Correlation Data', 'MQTT-3.3.2-16', { correlationData: undefined }),
      altersProperties('ends Correlation Data at the first 0', 'MQTT-3.3.2-16', { correlationData: Uint8Array.of() }),
    ],
  }),
  defineTest({
    id: 'publish/user-properties',
    title: 'All User Properties reach every subscriber as they came, in their order',
    statements: ['MQTT-3.3.2-17', 'MQTT-3.3.2-18'],
    run: async (test) => {
      const names = new Set(USER_PROPERTIES.map(([name]) => name));
      for (const { userProperties = [] } of await deliveriesOf(test, { userProperties: USER_PROPERTIES })) {
        // Nothing forbids a broker to add some of its own.
        const ours = userProperties.filter(([name]) => names.has(name));
        test.checkEqual(ours, USER_PROPERTIES, 'User Properties');
        test.choice('User Properties of the broker', ours.length < userProperties.length ? 'added' : 'none');
      }
    },
    mutants: [
      altersProperties('loses User Properties', 'MQTT-3.3.2-17', { userProperties: undefined }),
      changesSent('keeps one User Property of a name', ['MQTT-3.3.2-17'], 'publish', (packet) => ({
        ...packet,
        properties: { ...packet.properties, userProperties: [...new Map(packet.properties.userProperties)] },
      })),
      changesSent('sorts User Properties', ['MQTT-3.3.2-18'], 'publish', (packet) => ({
        ...packet,
        properties: { ...packet.properties, userProperties: packet.properties.userProperties?.toSorted() },
      })),
    ],
  }),
  defineTest({
    id: 'publish/content-type-not-utf8',
    title: 'A Content Type that is not UTF-8 ends the connection',
    statements: ['MQTT-3.3.2-19'],
    run: async (test) => await mustCloseFor(test, property(CONTENT_TYPE, binary(hex('61 c3 28')))),
    mutants: [neverCloses(['MQTT-3.3.2-19'])],
  }),
  defineTest({
    id: 'publish/content-type',
    title: 'The Content Type reaches every subscriber as it came',
    statements: ['MQTT-3.3.2-20'],
    run: async (test) => {
      for (const contentType of ['Text/Plain; charset="UTF-8"', 'not a MIME type \u{1f426}', '']) {
        for (const delivered of await deliveriesOf(test, { contentType })) {
          test.checkEqual(delivered.contentType, contentType, 'Content Type');
        }
      }
    },
    mutants: [
      altersProperties('loses the Content Type', 'MQTT-3.3.2-20', { contentType: undefined }),
      changesSent('writes the Content Type in lower case', ['MQTT-3.3.2-20'], 'publish', (packet) => ({
        ...packet,
        properties: { ...packet.properties, contentType: packet.properties.contentType?.toLowerCase() },
      })),
    ],
  }),
];

/** What becomes of the properties of a QoS 1 message on its way to a subscriber at QoS 0 and to one at QoS 1. */
async function deliveriesOf(
  test: TestContext,
  sent: Encodable<PublishPacket>['properties'],
): Promise<readonly PublishPacket['properties'][]> {
  const bob = await test.connect('bob');
  const delivered: PublishPacket['properties'][] = [];
  const subscribers = [await test.connect('alice'), await test.connect('carol')];
  for (const [index, subscriber] of subscribers.entries()) {
    await test.subscribe(subscriber, { topicFilter: test.topic('a'), qos: index === 0 ? 0 : 1 });
  }
  await test.publish(bob, { topicName: test.topic('a'), qos: 1, properties: sent });
  for (const subscriber of subscribers) delivered.push((await test.receive(subscriber)).properties);
  return delivered;
}

/** Sends a PUBLISH with a property that is wrong. */
async function mustCloseFor(test: TestContext, wrong: Uint8Array): Promise<void> {
  const watcher = await test.connect('watcher');
  await test.subscribe(watcher, test.topic('a'));
  const alice = await test.connect('alice');
  alice.sendBytes(frame(0x30, string(test.topic('a')), properties(wrong), bytes(0x78)));
  await alice.expectClose();
  await watcher.expectNothing();
}

/** A broker that changes properties of what it forwards. */
function altersProperties(
  name: string,
  statement: `MQTT-3.3.2-${number}`,
  altered: Encodable<PublishPacket>['properties'],
): ReturnType<typeof mutant> {
  return changesSent(name, [statement], 'publish', (packet) => ({
    ...packet,
    properties: { ...packet.properties, ...altered },
  }));
}

const RESPONSE_TOPIC = 0x08;
const CONTENT_TYPE = 0x03;
const USER_PROPERTIES: readonly (readonly [string, string])[] = [
  ['b', '2'],
  ['a', '1'],
  ['b', '1'],
  ['b', '2'],
  ['empty', ''],
  ['\u{e9}', '\u{1f426}'],
];
