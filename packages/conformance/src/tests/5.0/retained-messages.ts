import { encodePacket } from '@skua/codec';
import { changesReceived, decodeFrame, packetTypeOf, statefulMutant } from '../../harness/mutations.ts';
import type { RawClient } from '../../harness/raw-client.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { TestContext } from '../../harness/test-context.ts';
import { requireRetain, retain, subscribeForRetained, textOf } from './delivery-fixture.ts';

/** Section 3.3.1.3 of 5.0: what is kept as a retained message. */
export const RETAINED_MESSAGES_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'publish/retain-replaces',
    title: 'A message with RETAIN 1 is stored, and replaces the one that was stored for its topic',
    statements: ['MQTT-3.3.1-5'],
    run: async (test) => {
      const bob = await retainingClient(test);
      for (const payload of ['first', 'second', 'third']) {
        await retain(test, bob, 'a', payload);
        const found = await retainedMessages(test, payload, 1);
        test.checkEqual(
          found.map((publish) => [textOf(publish), publish.retain]),
          [[payload, true]],
          'payload and RETAIN of the retained message',
        );
      }
      await retain(test, bob, 'a', '');
    },
    mutants: [
      changesReceived('retains nothing', ['MQTT-3.3.1-5'], 'publish', (packet) => ({ ...packet, retain: false })),
      statefulMutant('keeps the first retained message of a topic', ['MQTT-3.3.1-5'], () => {
        let stored = false;
        return {
          fromClient: (received) => {
            if (packetTypeOf(received) !== 'publish' || ((received[0] ?? 0) & 1) === 0) return [received];
            if (!stored) {
              stored = true;
              return [received];
            }
            return [Uint8Array.from([(received[0] ?? 0) & 0xfe, ...received.subarray(1)])];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'publish/retain-empty-removes',
    title: 'RETAIN 1 with an empty payload removes the stored message, and is delivered like any other message',
    statements: ['MQTT-3.3.1-6'],
    run: async (test) => {
      const bob = await retainingClient(test);
      await retain(test, bob, 'a', 'kept');
      test.checkEqual((await retainedMessages(test, 'before', 1)).length, 1, 'retained messages before');
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, { topicFilter: test.topic('a'), retainHandling: 2 });
      await retain(test, bob, 'a', '');
      const publish = await watcher.expect('publish');
      test.checkEqual(publish.payload.length, 0, 'bytes of payload that current subscribers get');
      test.checkEqual((await retainedMessages(test, 'after', 0)).length, 0, 'retained messages after');
    },
    mutants: [
      changesReceived('removes no retained messages', ['MQTT-3.3.1-6'], 'publish', (packet) => ({
        ...packet,
        retain: packet.retain && packet.payload.length > 0,
      })),
      statefulMutant('keeps the removal from current subscribers', ['MQTT-3.3.1-6'], () => ({
        fromBroker: (sent, connection) => {
          const packet = decodeFrame(sent, 'client', connection);
          return packet?.type === 'publish' && packet.payload.length === 0 ? [] : [sent];
        },
      })),
    ],
  }),
  defineTest({
    id: 'publish/retain-empty-not-stored',
    title: 'An empty message with RETAIN 1 is not stored, whether there was one before or not',
    statements: ['MQTT-3.3.1-7'],
    run: async (test) => {
      const bob = await retainingClient(test);
      await retain(test, bob, 'a', '');
      test.checkEqual((await retainedMessages(test, 'first', 0)).length, 0, 'retained messages');
      await retain(test, bob, 'a', 'kept');
      await retain(test, bob, 'a', '');
      test.checkEqual((await retainedMessages(test, 'second', 0)).length, 0, 'retained messages after a removal');
    },
    mutants: [
      statefulMutant('stores empty retained messages', ['MQTT-3.3.1-7'], () => {
        let stored: Uint8Array | undefined;
        return {
          fromClient: (received, connection) => {
            const packet = decodeFrame(received, 'server', connection);
            if (packet?.type === 'publish' && packet.retain && packet.payload.length === 0) {
              stored = encodePacket({ ...packet, qos: 0, packetIdentifier: 0 }, connection.version);
            }
            return [received];
          },
          fromBroker: (sent) => (packetTypeOf(sent) === 'suback' && stored !== undefined ? [sent, stored] : [sent]),
        };
      }),
    ],
  }),
  defineTest({
    id: 'publish/no-retain-stores-nothing',
    title: 'A message with RETAIN 0 is not stored, and neither replaces nor removes what is',
    statements: ['MQTT-3.3.1-8'],
    run: async (test) => {
      const bob = await retainingClient(test);
      const topicName = test.topic('a');
      await test.publish(bob, { topicName, payload: 'passing', qos: 1 });
      test.checkEqual((await retainedMessages(test, 'none', 0)).length, 0, 'retained messages of a topic without');
      await retain(test, bob, 'a', 'kept');
      for (const payload of ['passing', '']) {
        await test.publish(bob, { topicName, payload, qos: 1 });
        const found = await retainedMessages(test, `after${payload}`, 1);
        test.checkEqual(found.map(textOf), ['kept'], 'the retained message');
      }
      await retain(test, bob, 'a', '');
    },
    mutants: [
      changesReceived('retains everything', ['MQTT-3.3.1-8'], 'publish', (packet) => ({ ...packet, retain: true })),
      changesReceived('removes the retained message at any empty one', ['MQTT-3.3.1-8'], 'publish', (packet) => ({
        ...packet,
        retain: packet.retain || packet.payload.length === 0,
      })),
      statefulMutant('replaces a retained message by any later one', ['MQTT-3.3.1-8'], () => {
        let stored = false;
        return {
          fromClient: (received) => {
            if (packetTypeOf(received) !== 'publish') return [received];
            stored ||= ((received[0] ?? 0) & 1) === 1;
            return [stored ? Uint8Array.from([(received[0] ?? 0) | 1, ...received.subarray(1)]) : received];
          },
        };
      }),
    ],
  }),
];

/** A publisher, on a broker that has retained messages. */
async function retainingClient(test: TestContext): Promise<RawClient> {
  const { client, connack } = await test.connectWithConnack('bob');
  requireRetain(test, connack);
  return client;
}

/** What a new subscriber to topic `a` gets. */
async function retainedMessages(
  test: TestContext,
  name: string,
  expected: number,
): ReturnType<typeof subscribeForRetained> {
  const client = await test.connect(name);
  return await subscribeForRetained(test, client, { topicFilter: test.topic('a') }, expected);
}
