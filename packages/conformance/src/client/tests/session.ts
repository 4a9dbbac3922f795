import { encodePacket } from '@skua/codec';
import { packetTypeOf } from '../../harness/mutations.ts';
import type { BrokerConnection } from '../broker-connection.ts';
import { keepsBack, remembers, sends, staysOpen, tells } from '../client-mutations.ts';
import type { ClientMutant } from '../client-mutant.ts';
import type { ClientTestContext } from '../client-test-context.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';
import type { StatementId } from '../../statements/statement.ts';
import { acknowledge, deliverQos2, textOf } from './delivery-fixture.ts';

/** Sections 3.1.2.4, 3.2.2.1.1 and 4.1: how long a session lives, and what both sides must know of it. */
export const SESSION_CLIENT_TESTS: readonly ClientTest[] = [
  ...defineClientTest({
    id: 'session/clean-start-discards',
    title:
      'With Clean Start nothing of the old session is sent again, and the broker may use its Packet Identifiers anew',
    statements: ['MQTT-3.1.2-4', 'v3 MQTT-3.1.2-6'],
    run: async (test) => {
      await fillSession(test);
      const properties = { sessionExpiryInterval: 3600 };
      const second = await test.connect({ cleanStart: true, properties });
      await checkEmptySession(test, second);
    },
    mutants: forgetsNothing(['MQTT-3.1.2-4', 'v3 MQTT-3.1.2-6']),
  }),
  ...defineClientTest({
    id: 'session/lost-by-the-server',
    title: 'A client that is told that there is no session any more discards its own',
    statements: ['MQTT-3.2.2-5'],
    run: async (test) => {
      await fillSession(test);
      const second = await test.reconnect({}, { sessionPresent: false });
      await checkEmptySession(test, second);
    },
    mutants: forgetsNothing(['MQTT-3.2.2-5']),
  }),
  ...defineClientTest({
    id: 'session/present-without-one',
    title: 'A client without a session that is told that the server has one closes the connection',
    statements: ['MQTT-3.2.2-4'],
    run: async (test) => {
      const { connection } = await test.open({ cleanStart: true });
      test.sendConnack(connection, { sessionPresent: true });
      await connection.expectClose();
    },
    mutants: [staysOpen(['MQTT-3.2.2-4'])],
  }),
  ...defineClientTest({
    id: 'session/kept',
    title: 'A session that shall outlive its connection is there when the client comes back',
    statements: ['MQTT-3.1.2-23', 'v3 MQTT-3.1.2-4', 'v3 MQTT-4.1.0-1'],
    run: async (test) => {
      const first = await test.connectKept();
      test.publish({ topicName: 'skua/a', qos: 1 });
      const { packetIdentifier } = await first.expect('publish');
      first.cut();
      await test.pass(20);
      const second = await test.reconnect();
      const again = await second.expect('publish');
      test.checkEqual(again.packetIdentifier, packetIdentifier, 'the Packet Identifier of what is sent again');
    },
    mutants: [
      keepsBack(
        'has forgotten what it sent',
        ['MQTT-3.1.2-23', 'v3 MQTT-3.1.2-4', 'v3 MQTT-4.1.0-1'],
        (sent, { index }) => index === 1 && packetTypeOf(sent) === 'publish',
      ),
    ],
  }),
  ...defineClientTest({
    id: 'session/lives-while-connected',
    title: 'The session lives as long as the connection, however short its Session Expiry Interval is',
    statements: ['MQTT-4.1.0-1', 'v3 MQTT-4.1.0-2'],
    run: async (test) => {
      const connection = await test.connect({ cleanStart: false, properties: { sessionExpiryInterval: 1 } });
      test.publish({ topicName: 'skua/a', qos: 2 });
      const { packetIdentifier } = await connection.expect('publish');
      test.deliver(connection, { qos: 2, packetIdentifier: 5 });
      await connection.expect('pubrec');
      await test.pass(1500);
      connection.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
      const pubrel = await connection.expect('pubrel');
      connection.send({ type: 'pubrel', packetIdentifier: 5, reasonCode: 0, properties: {} });
      const pubcomp = await connection.expect('pubcomp');
      test.checkEqual([pubrel.reasonCode, pubcomp.reasonCode], [0, 0], 'Reason Codes of PUBREL and PUBCOMP');
    },
    mutants: [
      sends('says that it does not know its own message', ['MQTT-4.1.0-1'], 'pubrel', (pubrel) => ({
        ...pubrel,
        reasonCode: 0x92,
      })),
      sends('says that it does not know the message', ['MQTT-4.1.0-1'], 'pubcomp', (pubcomp) => ({
        ...pubcomp,
        reasonCode: 0x92,
      })),
      keepsBack('has forgotten the message', ['v3 MQTT-4.1.0-2'], (sent) => packetTypeOf(sent) === 'pubcomp'),
    ],
  }),
];

/** A session with a PUBLISH of QoS 1, a PUBREL and a received message under way; the connection is lost. */
async function fillSession(test: ClientTestContext): Promise<void> {
  const first = await test.connectKept();
  test.publish({ topicName: 'skua/a', payload: 'old', qos: 1 });
  await first.expect('publish');
  test.publish({ topicName: 'skua/a', payload: 'old', qos: 2 });
  const { packetIdentifier } = await first.expect('publish');
  first.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
  await first.expect('pubrel');
  test.deliver(first, { qos: 2, packetIdentifier: 7, payload: 'old' });
  await first.expect('pubrec');
  first.cut();
  await test.pass(20);
}

/** What a client does on a connection whose session is new. To publish an old message as a new one is allowed. */
async function checkEmptySession(test: ClientTestContext, connection: BrokerConnection): Promise<void> {
  for (const packet of await connection.settle()) {
    test.check(packet.type !== 'pubrel', 'a PUBREL of the old session is sent');
    test.check(packet.type !== 'publish' || !packet.dup, 'a PUBLISH of the old session is sent again');
    acknowledge(connection, packet);
  }
  test.messages.length = 0;
  await deliverQos2(test, connection, { packetIdentifier: 7, payload: 'new' });
  test.checkEqual(
    textOf(await test.expectMessage()),
    'new',
    'the message under a Packet Identifier of the old session',
  );
}

function forgetsNothing(breaks: readonly StatementId[]): readonly ClientMutant[] {
  return [
    remembers('goes on with a PUBREL of the old session', breaks, () => ({
      fromBroker: (sent, connection) => {
        if (packetTypeOf(sent) === 'connack' && connection.index === 1) {
          const pubrel = { type: 'pubrel', packetIdentifier: 2, reasonCode: 0, properties: {} } as const;
          connection.sendToBroker(encodePacket(pubrel, connection.version));
        }
        return [sent];
      },
    })),
    tells('takes a new message for one of the old session', breaks, (event) =>
      event.type === 'message' && textOf(event) === 'new' ? [] : [event],
    ),
  ];
}
