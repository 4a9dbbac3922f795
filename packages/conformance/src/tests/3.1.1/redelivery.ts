import { changesReceived, changesSent, packetTypeOf, statefulMutant } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { textOf } from '../5.0/delivery-fixture.ts';
import { connectKept, discardSessions } from './connection-fixture.ts';

/** Sections 4.4 and 4.5 of 3.1.1: what a reconnect takes up again, and for whom messages are kept. */
export const REDELIVERY_TESTS_3: readonly ConformanceTest[] = [
  defineTest({
    id: 'v3/redelivery/identifiers-and-order',
    title: 'After a reconnect everything unacknowledged is sent again, in its order, under its Packet Identifiers',
    statements: ['v3 MQTT-4.4.0-1', 'v3 MQTT-4.6.0-6', 'v3 MQTT-2.3.1-4'],
    version: 4,
    run: async (test) => {
      const first = await connectKept(test, 'alice');
      const bob = await test.connect('bob');
      const suback = await test.subscribe(first, { topicFilter: test.topic('a'), qos: 2 });
      if (suback.reasonCodes[0] !== 2) test.skip('QoS 2 is not granted');
      const payloads = ['one', 'two', 'three'];
      for (const payload of payloads) await test.publish(bob, { topicName: test.topic('a'), payload, qos: 1 });
      const one = await first.expect('publish');
      const rest = [await first.next(), await first.next()].filter((packet) => packet?.type === 'publish');
      const identifiers = [one, ...rest].map((publish) => publish.packetIdentifier);
      first.cut();
      const second = await connectKept(test, 'alice');
      const again = [await test.receive(second), await test.receive(second), await test.receive(second)];
      test.checkEqual(again.map(textOf), payloads, 'what is sent again');
      test.checkEqual(
        again.slice(0, identifiers.length).map((publish) => publish.packetIdentifier),
        identifiers,
        'Packet Identifiers of what is sent again',
      );
      await discardSessions(test, 'alice');
    },
    mutants: [
      changesSent('sends the first unacknowledged PUBLISH again only', ['v3 MQTT-4.4.0-1'], 'publish', (packet) =>
        packet.dup && textOf(packet) !== 'one' ? undefined : packet,
      ),
      changesSent(
        'numbers deliveries anew when it sends them again',
        ['v3 MQTT-4.4.0-1', 'v3 MQTT-2.3.1-4'],
        'publish',
        (packet) => (packet.dup ? { ...packet, packetIdentifier: packet.packetIdentifier + 100 } : packet),
      ),
      statefulMutant('sends again in another order', ['v3 MQTT-4.6.0-6'], () => {
        let held: Uint8Array | undefined;
        return {
          fromBroker: (sent, { index }) => {
            if (packetTypeOf(sent) !== 'publish' || index !== 2) return [sent];
            if (held === undefined) {
              held = sent;
              return [];
            }
            const swapped = [sent, held];
            held = new Uint8Array(0);
            return swapped.filter((packet) => packet.length > 0);
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'v3/redelivery/kept-for-all',
    title: 'A message is kept for every session with a matching subscription, and for no other',
    statements: ['v3 MQTT-4.5.0-1'],
    version: 4,
    run: async (test) => {
      const filters = { alice: 'a/+', carol: 'a/#', dave: 'b' } as const;
      for (const [name, rest] of Object.entries(filters)) {
        const client = await connectKept(test, name);
        await test.subscribe(client, { topicFilter: test.topic(rest), qos: 1 });
        client.cut();
      }
      const bob = await test.connect('bob');
      await test.publish(bob, { topicName: test.topic('a/b'), qos: 1 });
      for (const name of ['alice', 'carol']) {
        const client = await connectKept(test, name);
        test.checkEqual((await test.receive(client)).topicName, test.topic('a/b'), `what ${name} receives`);
      }
      await (await connectKept(test, 'dave')).expectNothing();
      await discardSessions(test, ...Object.keys(filters));
    },
    mutants: [
      changesSent('delivers to one subscriber only', ['v3 MQTT-4.5.0-1'], 'publish', (packet, { index }) =>
        index === 4 ? packet : undefined,
      ),
      changesReceived('keeps messages for every session', ['v3 MQTT-4.5.0-1'], 'subscribe', (packet) => ({
        ...packet,
        subscriptions: packet.subscriptions.map((subscription) => ({
          ...subscription,
          topicFilter: subscription.topicFilter.replace(/\/b$/, '/#'),
        })),
      })),
    ],
  }),
];
