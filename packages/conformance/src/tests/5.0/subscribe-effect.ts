import { changesReceived, changesSent, packetTypeOf, statefulMutant } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.8 of 5.0: what a subscription does. */
export const SUBSCRIBE_EFFECT_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'subscribe/no-local',
    title: 'With No Local a client gets the messages of others, not its own',
    statements: ['MQTT-3.8.3-3'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      await test.subscribe(alice, { topicFilter: test.topic('a'), noLocal: true });
      await test.publish(alice, { topicName: test.topic('a'), payload: 'own', qos: 1 });
      await alice.expectNothing();
      await test.publish(bob, { topicName: test.topic('a'), payload: 'other', qos: 1 });
      await alice.expect('publish');
    },
    mutants: [
      changesReceived('takes no notice of No Local', ['MQTT-3.8.3-3'], 'subscribe', (packet) => ({
        ...packet,
        subscriptions: packet.subscriptions.map((subscription) => ({ ...subscription, noLocal: false })),
      })),
    ],
  }),
  defineTest({
    id: 'subscribe/replaces',
    title: 'A second subscription with the same filter replaces the first: one copy, at the new QoS',
    statements: ['MQTT-3.8.4-3'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 1 });
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 0 });
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      const publish = await alice.expect('publish');
      test.checkEqual(publish.qos, 0, 'QoS of the delivery');
      await alice.expectNothing();
    },
    mutants: [
      statefulMutant('keeps the first of two equal subscriptions', ['MQTT-3.8.4-3'], () => {
        let first: Uint8Array | undefined;
        return {
          fromClient: (frame) => {
            if (packetTypeOf(frame) !== 'subscribe') return [frame];
            first ??= frame;
            // The packet identifier of the repetition, the options of the first.
            const repeated = first.slice();
            repeated.set(frame.subarray(2, 4), 2);
            return [repeated];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'subscribe/retained-again',
    title: 'Subscribing again with Retain Handling 0 brings the retained message again',
    statements: ['MQTT-3.8.4-4'],
    run: async (test) => {
      const { client: alice, connack } = await test.connectWithConnack('alice');
      if (connack.properties.retainAvailable === false) test.skip('no retained messages');
      const topicName = test.topic('a');
      await test.publish(alice, { topicName, qos: 1, retain: true });
      for (const round of ['first', 'second']) {
        alice.send({
          type: 'subscribe',
          packetIdentifier: alice.packetIdentifier(),
          subscriptions: [
            { topicFilter: topicName, qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 },
          ],
          properties: {},
        });
        const packets = [await alice.next(), await alice.next()];
        for (const type of ['suback', 'publish']) {
          const came = packets.some((packet) => packet?.type === type);
          test.check(came, `the ${round} SUBSCRIBE brought no ${type.toUpperCase()}`);
        }
      }
      await test.publish(alice, { topicName, qos: 0, retain: true, payload: '' });
    },
    mutants: [
      changesReceived('treats Retain Handling 0 as 1', ['MQTT-3.8.4-4'], 'subscribe', (packet) => ({
        ...packet,
        subscriptions: packet.subscriptions.map((subscription) => ({ ...subscription, retainHandling: 1 as const })),
      })),
    ],
  }),
  defineTest({
    id: 'subscribe/several-filters',
    title: 'Several filters in one SUBSCRIBE all take effect, with one SUBACK',
    statements: ['MQTT-3.8.4-5'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      await test.subscribe(alice, [{ topicFilter: test.topic('a') }, { topicFilter: test.topic('b') }]);
      for (const level of ['a', 'b']) {
        await test.publish(bob, { topicName: test.topic(level), qos: 1 });
        const publish = await alice.expect('publish');
        test.checkEqual(publish.topicName, test.topic(level), 'Topic Name');
      }
      await alice.expectNothing();
    },
    mutants: [
      changesReceived('looks at the first filter of SUBSCRIBE only', ['MQTT-3.8.4-5'], 'subscribe', (packet) => ({
        ...packet,
        subscriptions: packet.subscriptions.slice(0, 1),
      })),
    ],
  }),
  defineTest({
    id: 'subscribe/lower-qos',
    title: 'A message comes at the lower of its own QoS and the granted QoS',
    statements: ['MQTT-3.8.4-8'],
    run: async (test) => {
      const bob = await test.connect('bob');
      for (const granted of [0, 1, 2] as const) {
        const alice = await test.connect(`alice${granted}`);
        const topicName = test.topic(`granted${granted}`);
        const suback = await test.subscribe(alice, { topicFilter: topicName, qos: granted });
        const maximum = suback.reasonCodes[0] ?? 0;
        for (const qos of [0, 1, 2] as const) {
          await test.publish(bob, { topicName, qos });
          const publish = await test.receive(alice);
          test.checkEqual(publish.qos, Math.min(qos, maximum), `delivery of QoS ${qos} where ${maximum} was granted`);
        }
      }
    },
    mutants: [
      changesSent('delivers at QoS 1 at least', ['MQTT-3.8.4-8'], 'publish', (packet) =>
        packet.qos > 0 ? packet : { ...packet, qos: 1, packetIdentifier: 99 },
      ),
      changesSent('delivers everything at QoS 0', ['MQTT-3.8.4-8'], 'publish', (packet) => ({
        ...packet,
        qos: 0,
        dup: false,
        packetIdentifier: 0,
      })),
    ],
  }),
];
