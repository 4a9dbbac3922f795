import { changesReceived, changesSent, neverCloses, packetTypeOf, statefulMutant } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { textOf } from '../5.0/delivery-fixture.ts';
import { connectKept, discardSessions, leave } from './connection-fixture.ts';

/** Sections 3.1.2.4, 3.1.2.10 and 3.1.4 of 3.1.1: CleanSession, takeover and Keep Alive. */
export const CONNECT_SESSION_TESTS_3: readonly ConformanceTest[] = [
  defineTest({
    id: 'v3/connect/session-resumed',
    title: 'With CleanSession 0 a session goes on: what was published meanwhile arrives, subscriptions still hold',
    statements: ['v3 MQTT-3.1.2-4', 'v3 MQTT-3.1.2-5', 'v3 MQTT-3.1.4-3', 'v3 MQTT-4.1.0-1', 'v3 MQTT-4.5.0-1'],
    version: 4,
    run: async (test) => {
      const first = await connectKept(test, 'alice');
      const topicName = test.topic('a');
      await test.subscribe(first, { topicFilter: topicName, qos: 2 });
      await leave(test, first);
      const bob = await test.connect('bob');
      await test.publish(bob, { topicName, payload: 'one', qos: 1 });
      await test.publish(bob, { topicName, payload: 'two', qos: 2 });
      const again = await connectKept(test, 'alice');
      const meanwhile = [await test.receive(again), await test.receive(again)].map(textOf);
      // Only messages of one QoS are bound to their order.
      test.checkEqual(meanwhile.toSorted(), ['one', 'two'], 'what was published meanwhile');
      await test.publish(bob, { topicName, payload: 'after', qos: 1 });
      test.checkEqual(textOf(await test.receive(again)), 'after', 'payload');
      await again.expectNothing();
      await discardSessions(test, 'alice');
    },
    mutants: [
      changesReceived(
        'always starts clean',
        ['v3 MQTT-3.1.2-4', 'v3 MQTT-3.1.4-3', 'v3 MQTT-4.1.0-1'],
        'connect',
        (packet) => ({ ...packet, cleanStart: true }),
      ),
      changesReceived(
        'queues nothing for clients that are away',
        ['v3 MQTT-3.1.2-5', 'v3 MQTT-4.5.0-1'],
        'publish',
        (packet, { all }) => (all.length === 2 ? { ...packet, topicName: 'skua/nowhere' } : packet),
      ),
    ],
  }),
  defineTest({
    id: 'v3/connect/session-outlives-cut',
    title: 'A session with CleanSession 0 outlives a lost connection, and a new one begins where there is none',
    statements: ['v3 MQTT-3.1.2-4', 'v3 MQTT-3.2.2-2', 'v3 MQTT-3.2.2-3'],
    version: 4,
    run: async (test) => {
      const first = await test.connectWithConnack('alice', { cleanStart: false });
      test.checkEqual(first.connack.sessionPresent, false, 'Session Present of a new session');
      await test.subscribe(first.client, { topicFilter: test.topic('a'), qos: 1 });
      first.client.cut();
      const second = await test.connectWithConnack('alice', { cleanStart: false });
      test.checkEqual(second.connack.sessionPresent, true, 'Session Present of a session that goes on');
      await test.publish(await test.connect('bob'), { topicName: test.topic('a'), qos: 1 });
      await test.receive(second.client);
      await discardSessions(test, 'alice');
      const third = await test.connectWithConnack('alice', { cleanStart: false });
      test.checkEqual(third.connack.sessionPresent, false, 'Session Present after the session was discarded');
      await discardSessions(test, 'alice');
    },
    mutants: [
      changesReceived('always starts clean', ['v3 MQTT-3.1.2-4'], 'connect', (packet) => ({
        ...packet,
        cleanStart: true,
      })),
      changesSent('never says Session Present', ['v3 MQTT-3.2.2-2'], 'connack', (packet) => ({
        ...packet,
        sessionPresent: false,
      })),
      changesSent('always says Session Present', ['v3 MQTT-3.2.2-3'], 'connack', (packet) => ({
        ...packet,
        sessionPresent: true,
      })),
    ],
  }),
  defineTest({
    id: 'v3/connect/session-discarded',
    title: 'CleanSession 1 discards the session before it, and leaves none behind',
    statements: ['v3 MQTT-3.1.2-6', 'v3 MQTT-3.1.4-3', 'v3 MQTT-3.2.2-1'],
    version: 4,
    run: async (test) => {
      const first = await connectKept(test, 'alice');
      await test.subscribe(first, { topicFilter: test.topic('a'), qos: 1 });
      await leave(test, first);
      const bob = await test.connect('bob');
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      const second = await test.connectWithConnack('alice');
      test.checkEqual(second.connack.sessionPresent, false, 'Session Present');
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      await second.client.expectNothing();
      await test.subscribe(second.client, { topicFilter: test.topic('a'), qos: 1 });
      await leave(test, second.client);
      const third = await test.connectWithConnack('alice', { cleanStart: false });
      test.checkEqual(third.connack.sessionPresent, false, 'Session Present after a clean session');
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      await third.client.expectNothing();
      await discardSessions(test, 'alice');
    },
    mutants: [
      changesReceived(
        'resumes a session in spite of CleanSession 1',
        ['v3 MQTT-3.1.2-6', 'v3 MQTT-3.1.4-3'],
        'connect',
        (packet) => ({ ...packet, cleanStart: false }),
      ),
      changesSent('says Session Present in spite of CleanSession 1', ['v3 MQTT-3.2.2-1'], 'connack', (packet) => ({
        ...packet,
        sessionPresent: true,
      })),
    ],
  }),
  defineTest({
    id: 'v3/connect/retained-outlives-session',
    title: 'A retained message stays when the session of its publisher ends',
    statements: ['v3 MQTT-3.1.2-7'],
    version: 4,
    run: async (test) => {
      const topicName = test.topic('a');
      const alice = await test.connect('alice');
      await test.publish(alice, { topicName, payload: 'kept', qos: 1, retain: true });
      await leave(test, alice);
      // When the same client is back, its first session has ended.
      const again = await test.connect('alice');
      again.send({
        type: 'subscribe',
        packetIdentifier: again.packetIdentifier(),
        subscriptions: [
          { topicFilter: topicName, qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 },
        ],
        properties: {},
      });
      const packets = [await again.next(), await again.next()];
      const retained = packets.find((packet) => packet?.type === 'publish');
      test.checkEqual(retained?.type === 'publish' && textOf(retained), 'kept', 'the retained message');
      await test.publish(again, { topicName, payload: '', qos: 0, retain: true });
    },
    mutants: [
      statefulMutant('deletes retained messages with the session', ['v3 MQTT-3.1.2-7'], () => {
        let retained: Uint8Array | undefined;
        return {
          fromClient: (received) => {
            if (packetTypeOf(received) === 'publish') retained ??= received;
            if (packetTypeOf(received) !== 'disconnect' || retained === undefined) return [received];
            // The same message without its payload, `kept`.
            const without = retained.slice(0, -4);
            without[1] = (retained[1] ?? 0) - 4;
            return [without, received];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'v3/connect/takeover',
    title: 'A second connection with the same Client Identifier ends the first, and its CleanSession counts',
    statements: ['v3 MQTT-3.1.4-2', 'v3 MQTT-3.1.4-3', 'v3 MQTT-4.1.0-2'],
    version: 4,
    run: async (test) => {
      const bob = await test.connect('bob');
      const topicName = test.topic('a');
      const first = await connectKept(test, 'alice');
      await test.subscribe(first, topicName);
      await test.publish(bob, { topicName, qos: 1 });
      await first.expect('publish');
      const second = await connectKept(test, 'alice');
      await first.expectClose();
      await test.publish(bob, { topicName, qos: 1 });
      await second.expect('publish');
      const third = await test.connect('alice');
      await second.expectClose();
      await test.publish(bob, { topicName, qos: 1 });
      await third.expectNothing();
    },
    mutants: [
      neverCloses(['v3 MQTT-3.1.4-2']),
      ...[true, false].map((cleanStart) =>
        changesReceived(`reads CleanSession always as ${cleanStart}`, ['v3 MQTT-3.1.4-3'], 'connect', (packet) => ({
          ...packet,
          cleanStart,
        })),
      ),
      changesReceived(
        'forgets subscriptions while the client is connected',
        ['v3 MQTT-4.1.0-2'],
        'subscribe',
        () => undefined,
      ),
    ],
  }),
  defineTest({
    id: 'v3/connect/keep-alive',
    title: 'A client that is silent for one and a half times its Keep Alive is cut off, and its will published',
    statements: ['v3 MQTT-3.1.2-24'],
    version: 4,
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('will'));
      const client = await test.connect('alice', {
        keepAlive: 1,
        will: { topicName: test.topic('will'), payload: new Uint8Array(0), qos: 0, retain: false, properties: {} },
      });
      const start = test.target.clock.now();
      // No broker is held to the millisecond: many look around every few seconds only.
      await client.expectClose(1500 + KEEP_ALIVE_GRACE_MS);
      const elapsed = test.target.clock.now() - start;
      test.choice('a silent client is cut off', elapsed <= 2000 ? 'within twice the Keep Alive' : 'later');
      await watcher.expect('publish');
    },
    mutants: [
      neverCloses(['v3 MQTT-3.1.2-24']),
      changesReceived('takes no notice of Keep Alive', ['v3 MQTT-3.1.2-24'], 'connect', (packet) => ({
        ...packet,
        keepAlive: 0,
      })),
      changesReceived('forgets the will of a silent client', ['v3 MQTT-3.1.2-24'], 'connect', (packet) => ({
        ...packet,
        will: undefined,
      })),
    ],
  }),
];

const KEEP_ALIVE_GRACE_MS = 8000;
