import { changesReceived, changesSent, packetTypeOf, statefulMutant } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import type { StatementId } from '../../statements/statement.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { requireRetain, retain, subscribeForRetained } from './delivery-fixture.ts';

/** Section 3.3.1.3 of 5.0: Retain Handling and Retain As Published. */
export const RETAIN_OPTIONS_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'publish/retain-handling-0',
    title: 'With Retain Handling 0 a subscription brings all retained messages that match its filter',
    statements: ['MQTT-3.3.1-9'],
    run: async (test) => {
      const { client: bob, connack } = await test.connectWithConnack('bob');
      requireRetain(test, connack);
      if (connack.properties.wildcardSubscriptionAvailable === false) test.skip('no wildcard subscriptions');
      for (const rest of ['a/1', 'a/2', 'b']) await retain(test, bob, rest, 'kept');
      const alice = await test.connect('alice');
      const filter = { topicFilter: test.topic('a/+'), retainHandling: 0 } as const;
      const found = await subscribeForRetained(test, alice, filter, 2);
      test.checkEqual(
        found.map(({ topicName }) => topicName).toSorted(),
        [test.topic('a/1'), test.topic('a/2')],
        'the topics of the retained messages',
      );
      for (const rest of ['a/1', 'a/2', 'b']) await retain(test, bob, rest, '');
    },
    mutants: [
      handlesAs('takes Retain Handling 0 for 2', ['MQTT-3.3.1-9'], 2),
      statefulMutant('sends one retained message for a filter', ['MQTT-3.3.1-9'], () => {
        let sent = 0;
        return {
          fromBroker: (packet) => {
            if (packetTypeOf(packet) !== 'publish') return [packet];
            sent += 1;
            return sent > 1 ? [] : [packet];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'publish/retain-handling-1',
    title: 'With Retain Handling 1 a new subscription brings retained messages, a repeated one does not',
    statements: ['MQTT-3.3.1-10'],
    run: async (test) => {
      const { client: bob, connack } = await test.connectWithConnack('bob');
      requireRetain(test, connack);
      await retain(test, bob, 'a', 'kept');
      const alice = await test.connect('alice');
      const filter = { topicFilter: test.topic('a'), retainHandling: 1 } as const;
      const first = await subscribeForRetained(test, alice, filter, 1);
      test.checkEqual(first.length, 1, 'retained messages for a new subscription');
      const second = await subscribeForRetained(test, alice, { ...filter, qos: 1 }, 0);
      test.checkEqual(second.length, 0, 'retained messages for a subscription that was there');
      await retain(test, bob, 'a', '');
    },
    mutants: [
      handlesAs('takes Retain Handling 1 for 0', ['MQTT-3.3.1-10'], 0),
      handlesAs('takes Retain Handling 1 for 2', ['MQTT-3.3.1-10'], 2),
    ],
  }),
  defineTest({
    id: 'publish/retain-handling-2',
    title: 'With Retain Handling 2 a subscription brings no retained messages',
    statements: ['MQTT-3.3.1-11'],
    run: async (test) => {
      const { client: bob, connack } = await test.connectWithConnack('bob');
      requireRetain(test, connack);
      await retain(test, bob, 'a', 'kept');
      const alice = await test.connect('alice');
      const filter = { topicFilter: test.topic('a'), retainHandling: 2 } as const;
      for (const which of ['a new subscription', 'a repeated subscription']) {
        const found = await subscribeForRetained(test, alice, filter, 0);
        test.checkEqual(found.length, 0, `retained messages for ${which}`);
      }
      await retain(test, bob, 'a', '');
    },
    mutants: [
      handlesAs('takes Retain Handling 2 for 0', ['MQTT-3.3.1-11'], 0),
      handlesAs('takes Retain Handling 2 for 1', ['MQTT-3.3.1-11'], 1),
    ],
  }),
  defineTest({
    id: 'publish/retain-as-published-0',
    title: 'Without Retain As Published messages are forwarded with RETAIN 0',
    statements: ['MQTT-3.3.1-12'],
    run: async (test) => {
      const { client: bob, connack } = await test.connectWithConnack('bob');
      requireRetain(test, connack);
      const alice = await test.connect('alice');
      await test.subscribe(alice, { topicFilter: test.topic('a'), retainAsPublished: false });
      for (const flag of [true, false]) {
        await test.publish(bob, { topicName: test.topic('a'), qos: 1, retain: flag });
        test.checkEqual((await alice.expect('publish')).retain, false, 'RETAIN');
      }
      await retain(test, bob, 'a', '');
    },
    mutants: [
      changesReceived('always forwards RETAIN as it came', ['MQTT-3.3.1-12'], 'subscribe', (packet) => ({
        ...packet,
        subscriptions: packet.subscriptions.map((subscription) => ({ ...subscription, retainAsPublished: true })),
      })),
    ],
  }),
  defineTest({
    id: 'publish/retain-as-published-1',
    title: 'With Retain As Published messages are forwarded with RETAIN as it came',
    statements: ['MQTT-3.3.1-13'],
    run: async (test) => {
      const { client: bob, connack } = await test.connectWithConnack('bob');
      requireRetain(test, connack);
      const alice = await test.connect('alice');
      await test.subscribe(alice, { topicFilter: test.topic('a'), retainAsPublished: true });
      for (const flag of [true, false]) {
        await test.publish(bob, { topicName: test.topic('a'), qos: 1, retain: flag });
        test.checkEqual((await alice.expect('publish')).retain, flag, 'RETAIN');
      }
      await retain(test, bob, 'a', '');
    },
    mutants: [
      changesReceived('takes no notice of Retain As Published', ['MQTT-3.3.1-13'], 'subscribe', (packet) => ({
        ...packet,
        subscriptions: packet.subscriptions.map((subscription) => ({ ...subscription, retainAsPublished: false })),
      })),
      changesSent('sets RETAIN for whoever wants it as published', ['MQTT-3.3.1-13'], 'publish', (packet) => ({
        ...packet,
        retain: true,
      })),
    ],
  }),
];

/** A broker that takes every Retain Handling for the same one. */
function handlesAs(name: string, breaks: readonly StatementId[], retainHandling: 0 | 1 | 2): Mutant {
  return changesReceived(name, breaks, 'subscribe', (packet) => ({
    ...packet,
    subscriptions: packet.subscriptions.map((subscription) => ({ ...subscription, retainHandling })),
  }));
}
