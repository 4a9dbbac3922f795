import { changesReceived, changesSent, mutant, packetTypeOf, statefulMutant } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { RawClient } from '../../harness/raw-client.ts';
import type { ConnectFields, TestContext } from '../../harness/test-context.ts';
import { frame, properties } from '../../wire/frame.ts';
import { WILL_CONTENT_TESTS } from './will-content.ts';
import { aWill, watchWill } from './will-fixture.ts';

/** Sections 3.1.2.5 and 3.1.3.2.2 of 5.0: when a Will Message is published, and when not. */
export const CONNECT_WILL_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'will/after-lost-connection',
    title: 'The will is kept while the client is connected, and published when the connection is lost',
    statements: ['MQTT-3.1.2-7', 'MQTT-3.1.2-8'],
    run: async (test) => {
      const watcher = await watchWill(test);
      const alice = await test.connect('alice', { will: aWill(test) });
      await alice.expectNothing();
      await watcher.expectNothing();
      alice.cut();
      const publish = await watcher.expect('publish');
      test.checkEqual(publish.topicName, test.topic('will'), 'Topic Name');
      test.checkEqual(publish.payload, aWill(test).payload, 'payload');
    },
    mutants: [
      changesReceived('does not keep wills', ['MQTT-3.1.2-7', 'MQTT-3.1.2-8'], 'connect', (packet) => ({
        ...packet,
        will: undefined,
      })),
      statefulMutant('publishes the will when the client connects', ['MQTT-3.1.2-8'], () => {
        let wishes: Uint8Array | undefined;
        return {
          fromClient: (received, { index }) => {
            // The watcher's SUBSCRIBE names the topic of the will.
            if (packetTypeOf(received) === 'subscribe') wishes = received.subarray(5, -1);
            if (packetTypeOf(received) !== 'connect' || index === 0 || wishes === undefined) return [received];
            return [received, frame(0x30, wishes, properties())];
          },
        };
      }),
      changesSent('loses the payload of a will', ['MQTT-3.1.2-7'], 'publish', (packet) => ({
        ...packet,
        payload: new Uint8Array(0),
      })),
    ],
  }),
  defineTest({
    id: 'will/after-disconnect-with-will',
    title: 'DISCONNECT with 0x04 has the will published',
    statements: ['MQTT-3.1.2-8'],
    run: async (test) => {
      const watcher = await watchWill(test);
      const alice = await test.connect('alice', { will: aWill(test) });
      await test.disconnect(alice, 0x04);
      await watcher.expect('publish');
    },
    mutants: [
      changesReceived('takes every DISCONNECT for a normal one', ['MQTT-3.1.2-8'], 'disconnect', (packet) => ({
        ...packet,
        reasonCode: 0,
      })),
    ],
  }),
  defineTest({
    id: 'will/after-malformed-packet',
    title: 'The will is published when the broker ends the connection for a malformed packet',
    statements: ['MQTT-3.1.2-8'],
    run: async (test) => {
      const watcher = await watchWill(test);
      const alice = await test.connect('alice', { will: aWill(test) });
      alice.sendBytes(MALFORMED);
      await alice.expectClose();
      await watcher.expect('publish');
    },
    mutants: [
      mutant('forgets the will when it closes for a malformed packet', ['MQTT-3.1.2-8'], {
        fromClient: (received) => [received[0] === MALFORMED[0] ? frame(0xe0) : received],
      }),
    ],
  }),
  defineTest({
    id: 'will/after-second-connect',
    title: 'The will is published when the broker ends the connection for a second CONNECT',
    statements: ['MQTT-3.1.2-8'],
    run: async (test) => {
      const watcher = await watchWill(test);
      const alice = await test.connect('alice', { will: aWill(test) });
      alice.send(test.connectPacket('alice'));
      await alice.expectClose();
      await watcher.expect('publish');
    },
    mutants: [
      statefulMutant('forgets the will at a second CONNECT', ['MQTT-3.1.2-8'], () => {
        const connected = new Set<number>();
        return {
          fromClient: (received, { index }) => {
            if (packetTypeOf(received) !== 'connect') return [received];
            if (connected.has(index)) return [frame(0xe0)];
            connected.add(index);
            return [received];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'will/at-session-end',
    title: 'A session that ends with its connection does not wait for the Will Delay Interval',
    statements: ['MQTT-3.1.2-8'],
    run: async (test) => {
      const watcher = await watchWill(test);
      const alice = await test.connect('alice', { will: aWill(test, { properties: { willDelayInterval: 3600 } }) });
      alice.cut();
      await watcher.expect('publish');
    },
    mutants: [
      changesReceived('waits for the delay although the session is over', ['MQTT-3.1.2-8'], 'connect', (packet) => ({
        ...packet,
        properties: { ...packet.properties, sessionExpiryInterval: 3600 },
      })),
    ],
  }),
  defineTest({
    id: 'will/delayed',
    title: 'A will with a delay is published after it, not before',
    statements: ['MQTT-3.1.2-8'],
    run: async (test) => {
      const watcher = await watchWill(test);
      const alice = await connectKept(test, { will: aWill(test, { properties: { willDelayInterval: 2 } }) });
      const start = test.target.clock.now();
      alice.cut();
      const packet = await watcher.next(2000 + DELAY_GRACE_MS);
      test.checkEqual(packet?.type, 'publish', 'what comes when the delay is over');
      // Brokers that count in whole seconds may be early by one.
      const elapsed = test.target.clock.now() - start;
      test.check(elapsed >= 1000, `the will came after ${elapsed.toFixed(0)} ms; the delay is 2000 ms`);
    },
    mutants: [0, 3600].map((willDelayInterval) =>
      changesReceived(`delays every will by ${willDelayInterval} seconds`, ['MQTT-3.1.2-8'], 'connect', (packet) => ({
        ...packet,
        will: packet.will && { ...packet.will, properties: { ...packet.will.properties, willDelayInterval } },
      })),
    ),
  }),
  defineTest({
    id: 'will/not-after-normal-disconnect',
    title: 'DISCONNECT with 0x00 deletes the will',
    statements: ['MQTT-3.1.2-8', 'MQTT-3.1.2-10'],
    run: async (test) => {
      const watcher = await watchWill(test);
      await test.disconnect(await test.connect('alice', { will: aWill(test) }));
      // When the same client is back, nothing of the first connection can be left to do.
      await test.connect('alice');
      await watcher.expectNothing();
    },
    mutants: [
      changesReceived(
        'publishes the will after a normal DISCONNECT',
        ['MQTT-3.1.2-8', 'MQTT-3.1.2-10'],
        'disconnect',
        (packet) => ({ ...packet, reasonCode: 4 }),
      ),
    ],
  }),
  defineTest({
    id: 'will/published-once',
    title: 'A will that was published is gone from the session',
    statements: ['MQTT-3.1.2-10'],
    run: async (test) => {
      const watcher = await watchWill(test);
      const first = await connectKept(test, { will: aWill(test) });
      first.cut();
      await watcher.expect('publish');
      const second = await connectKept(test, { cleanStart: false });
      second.cut();
      // When the third connection is accepted, the broker knows that the second is lost.
      await connectKept(test, { cleanStart: false });
      await watcher.expectNothing();
    },
    mutants: [
      statefulMutant('keeps the will in the session', ['MQTT-3.1.2-10'], () => {
        let withWill: Uint8Array | undefined;
        return {
          fromClient: (received, { index }) => {
            if (packetTypeOf(received) !== 'connect' || index === 0) return [received];
            withWill ??= received;
            // Without Clean Start, as the later ones are.
            return [withWill.map((byte, at) => (at === 9 && index > 1 ? byte & ~0x02 : byte))];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'will/reconnected-in-time',
    title: 'A client that is back before the Will Delay Interval is over has no will published',
    statements: ['MQTT-3.1.3-9', 'MQTT-3.1.2-8'],
    run: async (test) => {
      const watcher = await watchWill(test);
      const first = await connectKept(test, { will: aWill(test, { properties: { willDelayInterval: 1 } }) });
      first.cut();
      await connectKept(test, { cleanStart: false });
      await test.pass(2500);
      await watcher.expectNothing();
    },
    mutants: [
      changesReceived('publishes the will at once in spite of a delay', ['MQTT-3.1.3-9'], 'connect', (packet) => ({
        ...packet,
        will: packet.will && { ...packet.will, properties: {} },
      })),
      changesReceived(
        'publishes a delayed will although the client is back',
        ['MQTT-3.1.3-9', 'MQTT-3.1.2-8'],
        'connect',
        (packet, { index }) => (index < 2 ? packet : { ...packet, clientIdentifier: 'another' }),
      ),
    ],
  }),
  ...WILL_CONTENT_TESTS,
];

/** SUBSCRIBE with wrong flags and without content. */
const MALFORMED = frame(0x80);
const DELAY_GRACE_MS = 5000;

/** Connects as alice with a session that outlives the connection. */
async function connectKept(test: TestContext, fields: ConnectFields): Promise<RawClient> {
  const kept = { sessionExpiryInterval: 60 };
  const { client, connack } = await test.connectWithConnack('alice', { ...fields, properties: kept });
  if (connack.properties.sessionExpiryInterval === 0) test.skip('the broker keeps no sessions');
  return client;
}
