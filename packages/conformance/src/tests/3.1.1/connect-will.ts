import type { QoS } from '@skua/codec';
import { changesReceived, mutant, packetTypeOf, statefulMutant } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { frame } from '../../wire/frame.ts';
import { subscribeForRetained, textOf } from '../5.0/delivery-fixture.ts';
import { aWill, watchWill } from '../5.0/will-fixture.ts';
import { leave } from './connection-fixture.ts';

/** Sections 3.1.2.5 to 3.1.2.7 of 3.1.1: the Will Message. */
export const CONNECT_WILL_TESTS_3: readonly ConformanceTest[] = [
  defineTest({
    id: 'v3/will/published',
    title: 'The will is published when the connection is lost or ended for a violation, at its own QoS and not before',
    statements: ['v3 MQTT-3.1.2-8'],
    version: 4,
    run: async (test) => {
      const watcher = await watchWill(test);
      for (const qos of [0, 1, 2] as const satisfies readonly QoS[]) {
        const alice = await test.connect('alice', { will: aWill(test, { qos }) });
        await alice.expectNothing();
        await watcher.expectNothing();
        alice.cut();
        const publish = await test.receive(watcher);
        test.checkEqual(publish.topicName, test.topic('will'), 'Topic Name');
        test.checkEqual(textOf(publish), 'gone', 'payload');
        test.checkEqual(publish.qos, qos, 'QoS of the will');
      }
      const bob = await test.connect('bob', { will: aWill(test) });
      bob.sendBytes(MALFORMED);
      await bob.expectClose();
      await test.receive(watcher);
    },
    mutants: [
      changesReceived('does not keep wills', ['v3 MQTT-3.1.2-8'], 'connect', (packet) => ({
        ...packet,
        will: undefined,
      })),
      changesReceived('publishes every will at QoS 0', ['v3 MQTT-3.1.2-8'], 'connect', (packet) => ({
        ...packet,
        will: packet.will && { ...packet.will, qos: 0 },
      })),
      mutant('forgets the will when it closes for a malformed packet', ['v3 MQTT-3.1.2-8'], {
        fromClient: (received) => [received[0] === MALFORMED[0] ? frame(0xe0) : received],
      }),
    ],
  }),
  defineTest({
    id: 'v3/will/not-after-disconnect',
    title: 'DISCONNECT discards the will',
    statements: ['v3 MQTT-3.1.2-10', 'v3 MQTT-3.14.4-3'],
    version: 4,
    run: async (test) => {
      const watcher = await watchWill(test);
      await leave(test, await test.connect('alice', { will: aWill(test) }));
      // When the same client is back, nothing of the first connection can be left to do.
      await test.connect('alice');
      await watcher.expectNothing();
    },
    mutants: [
      mutant('overlooks DISCONNECT', ['v3 MQTT-3.1.2-10', 'v3 MQTT-3.14.4-3'], {
        fromClient: (received) => [packetTypeOf(received) === 'disconnect' ? MALFORMED : received],
      }),
    ],
  }),
  defineTest({
    id: 'v3/will/published-once',
    title: 'A will is published once, and a connection without a will publishes none',
    statements: ['v3 MQTT-3.1.2-10', 'v3 MQTT-3.1.2-12'],
    version: 4,
    run: async (test) => {
      const watcher = await watchWill(test);
      const first = await test.connect('alice', { cleanStart: false, will: aWill(test) });
      first.cut();
      await watcher.expect('publish');
      const second = await test.connect('alice', { cleanStart: false });
      second.cut();
      // When the third connection is accepted, the broker knows that the second is lost.
      await test.connect('alice');
      await watcher.expectNothing();
    },
    mutants: [
      statefulMutant('keeps the will in the session', ['v3 MQTT-3.1.2-10', 'v3 MQTT-3.1.2-12'], () => {
        let withWill: Uint8Array | undefined;
        return {
          fromClient: (received, { index }) => {
            if (packetTypeOf(received) !== 'connect' || index === 0) return [received];
            withWill ??= received;
            return [withWill];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'v3/will/not-retained',
    title: 'A will without Will Retain is not retained',
    statements: ['v3 MQTT-3.1.2-16'],
    version: 4,
    run: async (test) => {
      const watcher = await watchWill(test);
      const alice = await test.connect('alice', { will: aWill(test) });
      alice.cut();
      const publish = await watcher.expect('publish');
      test.checkEqual(publish.retain, false, 'RETAIN');
      const late = await test.connect('late');
      await test.subscribe(late, test.topic('will'));
      await late.expectNothing();
    },
    mutants: [
      changesReceived('retains every will', ['v3 MQTT-3.1.2-16'], 'connect', (packet) => ({
        ...packet,
        will: packet.will && { ...packet.will, retain: true },
      })),
    ],
  }),
  defineTest({
    id: 'v3/will/retained',
    title: 'A will with Will Retain is retained for later subscribers',
    statements: ['v3 MQTT-3.1.2-17'],
    version: 4,
    run: async (test) => {
      const watcher = await watchWill(test);
      const alice = await test.connect('alice', { will: aWill(test, { retain: true }) });
      alice.cut();
      await watcher.expect('publish');
      const late = await test.connect('late');
      const publishes = await subscribeForRetained(test, late, { topicFilter: test.topic('will') }, 1);
      test.checkEqual(
        publishes.map((publish) => [publish.retain, textOf(publish)]),
        [[true, 'gone']],
        'RETAIN and payload',
      );
      await test.publish(late, { topicName: test.topic('will'), retain: true, payload: '', qos: 0 });
    },
    mutants: [
      changesReceived('does not retain wills', ['v3 MQTT-3.1.2-17'], 'connect', (packet) => ({
        ...packet,
        will: packet.will && { ...packet.will, retain: false },
      })),
    ],
  }),
];

/** SUBSCRIBE with wrong flags and without content. */
const MALFORMED = frame(0x80);
