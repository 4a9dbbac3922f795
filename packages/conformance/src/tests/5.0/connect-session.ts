import { changesReceived, changesSent, neverCloses } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { TestContext } from '../../harness/test-context.ts';
import type { RawClient } from '../../harness/raw-client.ts';
import { CONNECT_WILL_TESTS } from './connect-will.ts';
import { CONNECT_PROPERTIES_TESTS } from './connect-properties.ts';

/** Clean Start, sessions, takeover and keep alive: sections 3.1.2.4, 3.1.2.10, 3.1.2.11.2, 3.1.3.1 and 3.1.4 of 5.0. */
export const CONNECT_SESSION_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'connect/clean-start-discards',
    title: 'Clean Start 1 discards the session: subscriptions and queued messages are gone, Session Present is 0',
    statements: ['MQTT-3.1.2-4', 'MQTT-3.1.4-4', 'MQTT-3.2.2-2'],
    run: async (test) => {
      const first = await connectKept(test, 'alice');
      await test.subscribe(first, { topicFilter: test.topic('a'), qos: 1 });
      await test.disconnect(first);
      const bob = await test.connect('bob');
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      const { client, connack } = await test.connectWithConnack('alice');
      test.checkEqual(connack.sessionPresent, false, 'Session Present');
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      await client.expectNothing();
    },
    mutants: [
      changesReceived(
        'resumes a session in spite of Clean Start',
        ['MQTT-3.1.2-4', 'MQTT-3.1.4-4'],
        'connect',
        (packet) => ({ ...packet, cleanStart: false }),
      ),
      changesSent('says Session Present after Clean Start', ['MQTT-3.2.2-2'], 'connack', (packet) => ({
        ...packet,
        sessionPresent: true,
      })),
    ],
  }),
  defineTest({
    id: 'connect/resumes',
    title: 'Without Clean Start a session goes on: messages published meanwhile arrive, subscriptions still hold',
    statements: ['MQTT-3.1.2-5', 'MQTT-3.1.4-4'],
    run: async (test) => {
      const first = await connectKept(test, 'alice');
      await test.subscribe(first, { topicFilter: test.topic('a'), qos: 1 });
      await test.disconnect(first);
      const bob = await test.connect('bob');
      await test.publish(bob, { topicName: test.topic('a'), payload: 'meanwhile', qos: 1 });
      const again = await test.connect('alice', { cleanStart: false });
      await test.publish(bob, { topicName: test.topic('a'), payload: 'after', qos: 1 });
      for (const payload of ['meanwhile', 'after']) {
        const publish = await test.receive(again);
        test.checkEqual(publish.payload, new TextEncoder().encode(payload), 'payload');
      }
      await again.expectNothing();
    },
    mutants: [
      changesReceived('always starts clean', ['MQTT-3.1.2-5', 'MQTT-3.1.4-4'], 'connect', (packet) => ({
        ...packet,
        cleanStart: true,
      })),
      changesReceived('queues nothing for clients that are away', ['MQTT-3.1.2-5'], 'subscribe', (packet) => ({
        ...packet,
        subscriptions: packet.subscriptions.map((subscription) => ({ ...subscription, qos: 0 as const })),
      })),
    ],
  }),
  defineTest({
    id: 'connect/new-session',
    title: 'Without Clean Start and without a session a new one begins, which can be resumed later',
    statements: ['MQTT-3.1.2-6'],
    run: async (test) => {
      // So that what is refused below is refused for want of a session.
      await test.disconnect(await connectKept(test, 'bob'));
      const alice = await test.open('alice');
      alice.send({ ...test.connectPacket('alice'), cleanStart: false, properties: KEPT });
      const first = await alice.expect('connack');
      test.checkEqual(first.reasonCode, 0, 'Reason Code of CONNACK');
      test.checkEqual(first.sessionPresent, false, 'Session Present');
      await test.subscribe(alice, test.topic('a'));
      await test.disconnect(alice);
      const { client, connack } = await test.connectWithConnack('alice', { cleanStart: false });
      test.checkEqual(connack.sessionPresent, true, 'Session Present');
      await test.publish(await test.connect('carol'), { topicName: test.topic('a'), qos: 1 });
      await client.expect('publish');
    },
    mutants: [
      changesSent('refuses whoever has nothing to resume', ['MQTT-3.1.2-6'], 'connack', (packet, { index }) =>
        index === 1 ? { ...packet, reasonCode: 0x85 } : packet,
      ),
      changesReceived('does not keep a session that began without Clean Start', ['MQTT-3.1.2-6'], 'connect', (packet) =>
        packet.cleanStart ? packet : { ...packet, properties: {} },
      ),
    ],
  }),
  defineTest({
    id: 'connect/session-stored',
    title: 'With a Session Expiry Interval the session outlives a lost connection, unacknowledged messages included',
    statements: ['MQTT-3.1.2-23'],
    run: async (test) => {
      const first = await connectKept(test, 'alice');
      await test.subscribe(first, { topicFilter: test.topic('a'), qos: 1 });
      const bob = await test.connect('bob');
      await test.publish(bob, { topicName: test.topic('a'), payload: 'unacknowledged', qos: 1 });
      await first.expect('publish');
      first.cut();
      await test.publish(bob, { topicName: test.topic('a'), payload: 'queued', qos: 1 });
      const { client, connack } = await test.connectWithConnack('alice', { cleanStart: false });
      test.checkEqual(connack.sessionPresent, true, 'Session Present');
      for (const payload of ['unacknowledged', 'queued']) {
        const publish = await test.receive(client);
        test.checkEqual(publish.payload, new TextEncoder().encode(payload), 'payload');
      }
    },
    mutants: [
      changesReceived('takes no notice of the Session Expiry Interval', ['MQTT-3.1.2-23'], 'connect', (packet) => ({
        ...packet,
        properties: { ...packet.properties, sessionExpiryInterval: 0 },
      })),
    ],
  }),
  defineTest({
    id: 'connect/takeover',
    title: 'A second connection with the same Client Identifier ends the first, with 0x8E if anything is said',
    statements: ['MQTT-3.1.4-3'],
    run: async (test) => {
      const first = await test.connect('alice');
      const second = await test.connect('alice');
      const reasonCode = await first.expectClose();
      test.check(
        reasonCode === undefined || reasonCode === SESSION_TAKEN_OVER,
        `DISCONNECT of the first connection carries 0x${reasonCode?.toString(16)}`,
      );
      test.choice('takeover', reasonCode === undefined ? 'bare close' : 'DISCONNECT 0x8e');
      await second.expectNothing();
    },
    mutants: [
      neverCloses(['MQTT-3.1.4-3']),
      changesSent('blames the client whose session is taken over', ['MQTT-3.1.4-3'], 'disconnect', (packet) => ({
        ...packet,
        reasonCode: 0x82,
      })),
    ],
  }),
  defineTest({
    id: 'connect/clean-start-at-takeover',
    title: 'Clean Start decides at a takeover as well whether the session goes on',
    statements: ['MQTT-3.1.4-4'],
    run: async (test) => {
      const bob = await test.connect('bob');
      const first = await connectKept(test, 'alice');
      await test.subscribe(first, test.topic('a'));
      const second = await connectKept(test, 'alice', { cleanStart: false });
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      await second.expect('publish');
      const third = await test.connect('alice');
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      await third.expectNothing();
    },
    mutants: [true, false].map((cleanStart) =>
      changesReceived(`reads Clean Start always as ${cleanStart}`, ['MQTT-3.1.4-4'], 'connect', (packet) => ({
        ...packet,
        cleanStart,
      })),
    ),
  }),
  defineTest({
    id: 'connect/identifier-names-session',
    title: 'The Client Identifier tells sessions apart, down to the case of its letters',
    statements: ['MQTT-3.1.3-2'],
    run: async (test) => {
      const names = ['alice', 'Alice', 'alic'];
      const firsts: RawClient[] = [];
      for (const name of names) {
        const client = await connectKept(test, name);
        await test.subscribe(client, { topicFilter: test.topic(`${name}/+`), qos: 1 });
        firsts.push(client);
      }
      for (const client of firsts) await test.disconnect(client);
      const bob = await test.connect('bob');
      for (const name of names) await test.publish(bob, { topicName: test.topic(`${name}/x`), qos: 1 });
      for (const name of names) {
        const client = await test.connect(name, { cleanStart: false });
        const publish = await test.receive(client);
        test.checkEqual(publish.topicName, test.topic(`${name}/x`), `what ${name} receives`);
        await client.expectNothing();
      }
    },
    mutants: [
      changesReceived('compares Client Identifiers without case', ['MQTT-3.1.3-2'], 'connect', (packet) => ({
        ...packet,
        clientIdentifier: packet.clientIdentifier.toLowerCase(),
      })),
      changesReceived('names sessions after connections', ['MQTT-3.1.3-2'], 'connect', (packet, { index }) => ({
        ...packet,
        clientIdentifier: `${packet.clientIdentifier}${index}`,
      })),
    ],
  }),
  defineTest({
    id: 'connect/keep-alive',
    title: 'A client that is silent for one and a half times its Keep Alive is cut off, and its will published',
    statements: ['MQTT-3.1.2-22'],
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('will'));
      const { client, connack } = await test.connectWithConnack('alice', {
        keepAlive: 1,
        will: { topicName: test.topic('will'), payload: new Uint8Array(0), qos: 0, retain: false, properties: {} },
      });
      const keepAlive = connack.properties.serverKeepAlive ?? 1;
      if (keepAlive === 0 || keepAlive > 3) test.skip(`the broker set the keep alive to ${keepAlive} s`);
      const start = test.target.clock.now();
      // No broker is held to the millisecond: many look around every few seconds only.
      await client.expectClose(keepAlive * 1500 + KEEP_ALIVE_GRACE_MS);
      const times = (test.target.clock.now() - start) / (keepAlive * 1000);
      test.choice('a silent client is cut off', times <= 2 ? 'within twice the Keep Alive' : 'later');
      await watcher.expect('publish');
    },
    mutants: [
      neverCloses(['MQTT-3.1.2-22']),
      changesReceived('takes no notice of Keep Alive', ['MQTT-3.1.2-22'], 'connect', (packet) => ({
        ...packet,
        keepAlive: 0,
      })),
      changesReceived('forgets the will of a silent client', ['MQTT-3.1.2-22'], 'connect', (packet) => ({
        ...packet,
        will: undefined,
      })),
    ],
  }),
  ...CONNECT_WILL_TESTS,
  ...CONNECT_PROPERTIES_TESTS,
];

const KEPT = { sessionExpiryInterval: 60 } as const;
const SESSION_TAKEN_OVER = 0x8e;
const KEEP_ALIVE_GRACE_MS = 8000;

/** Connects with a session that outlives the connection. */
async function connectKept(
  test: TestContext,
  name: string,
  fields: { readonly cleanStart?: boolean } = {},
): Promise<RawClient> {
  const { client, connack } = await test.connectWithConnack(name, { ...fields, properties: KEPT });
  if (connack.properties.sessionExpiryInterval === 0) test.skip('the broker keeps no sessions');
  return client;
}
