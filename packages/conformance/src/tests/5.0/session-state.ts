import { changesReceived, changesSent, decodeFrame, packetTypeOf, statefulMutant } from '../../harness/mutations.ts';
import { encodePacket } from '@skua/codec';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { KEPT, takeDeliveries, textOf } from './delivery-fixture.ts';

/** Section 4.1 of 5.0. */
export const SESSION_STATE_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'session/lives-while-connected',
    title: 'An open connection keeps its session, however short the Session Expiry Interval is',
    statements: ['MQTT-4.1.0-1'],
    run: async (test) => {
      const bob = await test.connect('bob');
      const topicName = test.topic('a');
      for (const sessionExpiryInterval of [0, 1]) {
        const alice = await test.connect(`alice${sessionExpiryInterval}`, { properties: { sessionExpiryInterval } });
        await test.subscribe(alice, { topicFilter: topicName, qos: 1 });
        const underWay = test.sendPublish(alice, { topicName: test.topic('b'), qos: 2 });
        await alice.expect('pubrec');
        await test.pass(2500);
        // The subscription is still there, and so is the message that was not released.
        await test.publish(bob, { topicName, qos: 1 });
        await test.receive(alice);
        alice.send({ type: 'pubrel', packetIdentifier: underWay, reasonCode: 0, properties: {} });
        const pubcomp = await alice.expect('pubcomp');
        test.checkEqual(
          [pubcomp.packetIdentifier, pubcomp.reasonCode],
          [underWay, 0],
          'identifier and code of PUBCOMP',
        );
      }
    },
    mutants: [
      statefulMutant('lets subscriptions lapse during a connection', ['MQTT-4.1.0-1'], () => ({
        fromBroker: (sent, { index }) => (packetTypeOf(sent) === 'publish' && index > 0 ? [] : [sent]),
      })),
      changesSent('forgets messages that wait for PUBREL', ['MQTT-4.1.0-1'], 'pubcomp', (packet) => ({
        ...packet,
        reasonCode: 0x92,
      })),
    ],
  }),
  defineTest({
    id: 'session/ends-after-expiry',
    title: 'A session whose connection is closed is gone when its Session Expiry Interval has passed',
    statements: ['MQTT-4.1.0-2'],
    run: async (test) => {
      const bob = await test.connect('bob');
      const topicName = test.topic('a');
      for (const ending of ['with DISCONNECT', 'without DISCONNECT']) {
        const alice = await test.connect('alice', { properties: { sessionExpiryInterval: 1 } });
        await test.subscribe(alice, { topicFilter: topicName, qos: 1 });
        if (ending === 'with DISCONNECT') await test.disconnect(alice);
        else alice.cut();
        await test.publish(bob, { topicName, qos: 1 });
        // One second, and two more for brokers that look at whole seconds now and then.
        await test.pass(3000);
        const { client, connack } = await test.connectWithConnack('alice', { cleanStart: false });
        test.checkEqual(connack.sessionPresent, false, `Session Present after a connection that ended ${ending}`);
        await test.publish(bob, { topicName, qos: 1 });
        await client.expectNothing();
        await test.disconnect(client);
      }
    },
    mutants: [
      changesReceived('never lets a session expire', ['MQTT-4.1.0-2'], 'connect', (packet) => ({
        ...packet,
        properties: { sessionExpiryInterval: 0xffffffff },
      })),
      changesSent('claims to have every session', ['MQTT-4.1.0-2'], 'connack', (packet) => ({
        ...packet,
        sessionPresent: true,
      })),
    ],
  }),
  defineTest({
    id: 'session/ends-with-connection',
    title: 'A session with a Session Expiry Interval of 0 ends with its connection, also when DISCONNECT says 0',
    statements: ['MQTT-4.1.0-2'],
    run: async (test) => {
      for (const [connected, disconnected] of [
        [0, undefined],
        [60, 0],
      ] as const) {
        const properties = { sessionExpiryInterval: connected };
        const alice = await test.connect('alice', { properties });
        await test.subscribe(alice, test.topic('a'));
        await test.disconnect(alice, 0, disconnected);
        const { client, connack } = await test.connectWithConnack('alice', { cleanStart: false });
        test.checkEqual(connack.sessionPresent, false, 'Session Present');
        await test.publish(await test.connect('bob'), { topicName: test.topic('a'), qos: 1 });
        await client.expectNothing();
        await test.disconnect(client);
      }
    },
    mutants: [
      changesReceived('takes 0 for a long time', ['MQTT-4.1.0-2'], 'connect', (packet) => ({
        ...packet,
        properties: { sessionExpiryInterval: packet.properties.sessionExpiryInterval === 0 ? 60 : 0 },
      })),
      changesReceived('does not read the interval of DISCONNECT', ['MQTT-4.1.0-2'], 'disconnect', (packet) => ({
        ...packet,
        properties: {},
      })),
    ],
  }),
  defineTest({
    id: 'session/receives-for-all',
    title: 'A message is added to the session of each client with a matching subscription, connected or not',
    statements: ['MQTT-4.5.0-1'],
    run: async (test) => {
      const topicName = test.topic('a');
      const away = await test.connect('away', { properties: KEPT });
      await test.subscribe(away, { topicFilter: topicName, qos: 1 });
      await test.disconnect(away);
      const here = await test.connect('here', { properties: KEPT });
      await test.subscribe(here, { topicFilter: topicName, qos: 2 });
      const bob = await test.connect('bob');
      for (const qos of [1, 2] as const) await test.publish(bob, { topicName, payload: `qos ${qos}`, qos });
      const again = await test.connect('away', { cleanStart: false });
      for (const client of [here, again]) {
        const publishes = await takeDeliveries(client, (soFar) => soFar.length === 2);
        test.checkEqual(publishes.map(textOf).toSorted(), ['qos 1', 'qos 2'], `what ${client.name} got`);
      }
    },
    mutants: [
      statefulMutant('keeps messages for one subscriber only', ['MQTT-4.5.0-1'], () => ({
        fromBroker: (sent, { index }) => (packetTypeOf(sent) === 'publish' && index > 1 ? [] : [sent]),
      })),
      statefulMutant('keeps QoS 2 messages only', ['MQTT-4.5.0-1'], () => ({
        fromClient: (received, connection) => {
          const packet = decodeFrame(received, 'server', connection);
          if (packet?.type !== 'publish' || packet.qos !== 1) return [received];
          connection.sendToClient(
            encodePacket(
              { type: 'puback', packetIdentifier: packet.packetIdentifier, reasonCode: 0, properties: {} },
              5,
            ),
          );
          return [encodePacket({ ...packet, qos: 0, packetIdentifier: 0 }, 5)];
        },
      })),
    ],
  }),
];
