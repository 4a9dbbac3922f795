import { changesReceived, changesSent, packetTypeOf, statefulMutant } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { TestContext } from '../../harness/test-context.ts';
import { frame } from '../../wire/frame.ts';
import { retain, subscribeForRetained, textOf } from '../5.0/delivery-fixture.ts';

/** Section 3.3.1.3 of 3.1.1: retained messages. */
export const RETAIN_TESTS_3: readonly ConformanceTest[] = [
  defineTest({
    id: 'v3/retain/stored',
    title: 'A retained message is stored with its QoS, and the last one of each matching topic sent to new subscribers',
    statements: ['v3 MQTT-3.3.1-5', 'v3 MQTT-3.3.1-6', 'v3 MQTT-3.3.1-8'],
    version: 4,
    run: async (test) => {
      const bob = await test.connect('bob');
      for (const [rest, payload, qos] of [
        ['a/one', 'first', 1],
        ['a/one', 'last', 1],
        ['a/two', 'only', 2],
      ] as const) {
        await test.publish(bob, { topicName: test.topic(rest), payload, qos, retain: true });
      }
      const alice = await test.connect('alice');
      const publishes = await subscribeForRetained(test, alice, { topicFilter: test.topic('a/+'), qos: 2 }, 2);
      test.checkEqual(
        publishes.map((publish) => `${textOf(publish)} at QoS ${publish.qos}`).toSorted(),
        ['last at QoS 1', 'only at QoS 2'],
        'what a new subscriber gets',
      );
      test.check(
        publishes.every((publish) => publish.retain),
        'RETAIN is not set in what a new subscription brings',
      );
      await clear(test, 'a/one', 'a/two');
    },
    mutants: [
      changesReceived('does not retain', ['v3 MQTT-3.3.1-5', 'v3 MQTT-3.3.1-6'], 'publish', (packet) => ({
        ...packet,
        retain: false,
      })),
      changesSent('forgets the QoS of retained messages', ['v3 MQTT-3.3.1-5'], 'publish', (packet) => ({
        ...packet,
        qos: 0,
        packetIdentifier: 0,
      })),
      changesSent('sends retained messages of one topic only', ['v3 MQTT-3.3.1-6'], 'publish', (packet) =>
        packet.topicName.endsWith('two') ? undefined : packet,
      ),
      changesSent('never sets RETAIN', ['v3 MQTT-3.3.1-8'], 'publish', (packet) => ({ ...packet, retain: false })),
    ],
  }),
  defineTest({
    id: 'v3/retain/qos-0-replaces',
    title: 'A retained message at QoS 0 takes the place of the one before, even if it is not kept itself',
    statements: ['v3 MQTT-3.3.1-7'],
    version: 4,
    run: async (test) => {
      const bob = await test.connect('bob');
      await retain(test, bob, 'a', 'old');
      await test.publish(bob, { topicName: test.topic('a'), payload: 'new', qos: 0, retain: true });
      await bob.expectNothing();
      const alice = await test.connect('alice');
      const publishes = await subscribeForRetained(test, alice, { topicFilter: test.topic('a') }, 1);
      const texts = publishes.map(textOf);
      test.check(!texts.includes('old'), 'the message before is still retained');
      test.choice('a retained message at QoS 0', texts.length === 0 ? 'not kept' : 'kept');
      await clear(test, 'a');
    },
    mutants: [
      changesReceived('retains at QoS 1 and 2 only', ['v3 MQTT-3.3.1-7'], 'publish', (packet) => ({
        ...packet,
        retain: packet.retain && packet.qos > 0,
      })),
    ],
  }),
  defineTest({
    id: 'v3/retain/not-set-for-established',
    title: 'RETAIN is not set in what comes for a subscription that was there before',
    statements: ['v3 MQTT-3.3.1-9'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      await test.subscribe(alice, test.topic('a'));
      await retain(test, bob, 'a', 'kept');
      const publish = await alice.expect('publish');
      test.checkEqual(publish.retain, false, 'RETAIN');
      await clear(test, 'a');
    },
    mutants: [
      changesSent('passes RETAIN on as it was published', ['v3 MQTT-3.3.1-9'], 'publish', (packet) => ({
        ...packet,
        retain: true,
      })),
    ],
  }),
  defineTest({
    id: 'v3/retain/removed-by-empty-message',
    title: 'An empty retained message is delivered as usual, removes what was retained, and is not retained itself',
    statements: ['v3 MQTT-3.3.1-10', 'v3 MQTT-3.3.1-11'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      await retain(test, bob, 'a', 'kept');
      await subscribeForRetained(test, alice, { topicFilter: test.topic('a') }, 1);
      await retain(test, bob, 'a', '');
      const publish = await alice.expect('publish');
      test.checkEqual(publish.payload.length, 0, 'bytes of payload');
      const late = await test.connect('late');
      const publishes = await subscribeForRetained(test, late, { topicFilter: test.topic('a') }, 0);
      test.checkEqual(publishes.map(textOf), [], 'what a new subscriber gets');
    },
    mutants: [
      changesReceived('does not remove retained messages', ['v3 MQTT-3.3.1-10'], 'publish', (packet) => ({
        ...packet,
        retain: packet.payload.length > 0,
      })),
      changesSent('does not deliver empty messages', ['v3 MQTT-3.3.1-10'], 'publish', (packet) =>
        packet.payload.length > 0 ? packet : undefined,
      ),
      statefulMutant('retains empty messages', ['v3 MQTT-3.3.1-11'], () => {
        let retained: Uint8Array | undefined;
        return {
          fromBroker: (sent, { index }) => {
            if (packetTypeOf(sent) === 'publish') retained = sent;
            if (packetTypeOf(sent) !== 'suback' || index < 2 || retained === undefined) return [sent];
            return [sent, frame(0x31, retained.subarray(2))];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'v3/retain/without-flag',
    title: 'A PUBLISH without RETAIN is not stored, and does not touch what is retained',
    statements: ['v3 MQTT-3.3.1-12'],
    version: 4,
    run: async (test) => {
      const bob = await test.connect('bob');
      await retain(test, bob, 'a/one', 'kept');
      await test.publish(bob, { topicName: test.topic('a/one'), payload: 'passing', qos: 1 });
      await test.publish(bob, { topicName: test.topic('a/one'), payload: '', qos: 1 });
      await test.publish(bob, { topicName: test.topic('a/two'), payload: 'passing', qos: 1 });
      const alice = await test.connect('alice');
      const publishes = await subscribeForRetained(test, alice, { topicFilter: test.topic('a/+') }, 1);
      test.checkEqual(publishes.map(textOf), ['kept'], 'what a new subscriber gets');
      await clear(test, 'a/one');
    },
    mutants: [
      changesReceived('retains everything', ['v3 MQTT-3.3.1-12'], 'publish', (packet) => ({ ...packet, retain: true })),
      changesReceived('removes what is retained at any empty message', ['v3 MQTT-3.3.1-12'], 'publish', (packet) => ({
        ...packet,
        retain: packet.retain || packet.payload.length === 0,
      })),
    ],
  }),
];

/** Removes what a test has retained. */
async function clear(test: TestContext, ...rests: readonly string[]): Promise<void> {
  const tidy = await test.connect('tidy');
  for (const rest of rests) await retain(test, tidy, rest, '');
}
