import type { ConnackProperties } from '@skua/codec';
import { packetTypeOf } from '../../harness/mutations.ts';
import { bytes, concatenate, frame, property, properties, string } from '../../wire/frame.ts';
import type { BrokerConnection } from '../broker-connection.ts';
import type { AuthenticationRequest } from '../client-adapter.ts';
import { adds, remembers, sends, staysOpen, writes } from '../client-mutations.ts';
import type { ClientTestContext } from '../client-test-context.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';

/** Sections 3.15 and 4.12 of 5.0: enhanced authentication. */
export const AUTHENTICATION_CLIENT_TESTS: readonly ClientTest[] = [
  ...defineClientTest({
    id: 'auth/exchange',
    title: 'A client with an Authentication Method answers AUTH by AUTH 0x18, and sends nothing else before CONNACK',
    statements: ['MQTT-3.1.2-30', 'MQTT-3.15.2-1', 'MQTT-4.12.0-3', 'MQTT-4.12.0-5', 'U-3.15.2.2.2-1'],
    run: async (test) => {
      const { connection, connect, attempt } = await test.open({ authentication: GULLS, keepAlive: 1 });
      test.checkEqual(connect.properties.authenticationMethod, 'GULLS', 'the Authentication Method of CONNECT');
      test.publish({ topicName: 'skua/a', qos: 1 });
      test.subscribe([{ topicFilter: 'skua/a' }]);
      for (const data of ['one', 'two']) {
        await test.pass(700);
        test.checkEqual(connection.takeAll().length, 0, 'packets before CONNACK that no AUTH asked for');
        sendAuth(connection, data);
        const auth = await connection.expect('auth');
        test.checkEqual(auth.reasonCode, 0x18, 'the Reason Code of AUTH');
        test.checkEqual(auth.properties.authenticationMethod, 'GULLS', 'the Authentication Method of AUTH');
        test.checkEqual(auth.properties.authenticationData, encode(`${data}!`), 'the Authentication Data of AUTH');
      }
      test.checkEqual(connection.takeAll().length, 0, 'packets before CONNACK besides AUTH');
      test.sendConnack(connection, ACCEPTED);
      await connection.settle();
      test.check(attempt.state !== 'refused', `the client does not take the CONNACK: ${attempt.reason}`);
    },
    mutants: [
      adds('says PINGREQ before CONNACK', ['MQTT-3.1.2-30'], 'auth', () => [bytes(0xc0, 0)]),
      sends('answers by Re-authenticate', ['MQTT-4.12.0-3'], 'auth', (auth) => ({ ...auth, reasonCode: 0x19 })),
      sends('answers by another method', ['MQTT-4.12.0-5'], 'auth', (auth) => ({
        ...auth,
        properties: { ...auth.properties, authenticationMethod: 'TERNS' },
      })),
      writes('has a Reason Code that AUTH cannot have', ['MQTT-3.15.2-1'], 'auth', (body, first) =>
        frame(first, bytes(0x01), body.subarray(1)),
      ),
      writes('leaves the Authentication Method out', ['U-3.15.2.2.2-1'], 'auth', (_body, first) =>
        frame(first, bytes(0x18), properties(property(0x16, string('data')))),
      ),
    ],
  }),
  ...defineClientTest({
    id: 'auth/not-asked-for',
    title: 'A client whose CONNECT has no Authentication Method sends no AUTH, whatever comes',
    statements: ['MQTT-4.12.0-7', 'U-3.15-1'],
    run: async (test) => {
      const { connection } = await test.open();
      sendAuth(connection, 'one');
      const before = await connection.watch();
      test.check(!before.some(({ type }) => type === 'auth'), 'AUTH came before CONNACK');
      connection.cut();
      const accepted = await test.connect();
      sendAuth(accepted, 'one');
      const after = await accepted.watch();
      test.check(!after.some(({ type }) => type === 'auth'), 'AUTH came after CONNACK');
    },
    mutants: [
      remembers('answers whatever it is asked', ['MQTT-4.12.0-7', 'U-3.15-1'], () => ({
        fromBroker: (sent, connection) => {
          if (packetTypeOf(sent) === 'auth') connection.sendToBroker(sent);
          return [sent];
        },
      })),
    ],
  }),
  ...defineClientTest({
    id: 'auth/flags',
    title: 'An AUTH with reserved flags ends the connection',
    statements: ['MQTT-3.15.1-1'],
    run: async (test) => {
      const { connection } = await test.open({ authentication: GULLS });
      connection.sendBytes(authFrame(0xf1));
      await connection.expectClose();
      const accepted = await connectWithAuthentication(test);
      accepted.sendBytes(authFrame(0xf8));
      await accepted.expectClose();
    },
    mutants: [staysOpen(['MQTT-3.15.1-1'])],
  }),
  ...defineClientTest({
    id: 'auth/again',
    title: 'A client authenticates again by the same method, in packets that the server takes',
    statements: ['MQTT-3.15.2-2', 'MQTT-3.15.2-3', 'MQTT-4.12.1-1'],
    run: async (test) => {
      const connection = await connectWithAuthentication(test, { maximumPacketSize: 40 });
      connection.resetLargestFrame();
      const again = test.reauthenticate();
      await test.until(() => connection.closed || again.state !== 'pending', 1);
      again.checkOffered();
      const first = await connection.expect('auth');
      test.checkEqual(first.reasonCode, 0x19, 'the Reason Code of the first AUTH');
      test.checkEqual(first.properties.authenticationMethod, 'GULLS', 'the Authentication Method of the first AUTH');
      sendAuth(connection, 'one');
      const second = await connection.expect('auth');
      test.checkEqual(second.properties.authenticationMethod, 'GULLS', 'the Authentication Method of the second AUTH');
      connection.send({ type: 'auth', reasonCode: 0, properties: { authenticationMethod: 'GULLS' } });
      await connection.settle();
      test.check(
        connection.largestFrame <= 40,
        `a packet has ${connection.largestFrame} bytes; Maximum Packet Size is 40`,
      );
    },
    mutants: [
      sends('changes the method', ['MQTT-4.12.1-1'], 'auth', (auth, connection) =>
        connection.index === 0 && auth.reasonCode === 0x19
          ? { ...auth, properties: { ...auth.properties, authenticationMethod: 'TERNS' } }
          : auth,
      ),
      sends('gives a long Reason String', ['MQTT-3.15.2-2'], 'auth', (auth) => ({
        ...auth,
        properties: { ...auth.properties, reasonString: 'because of many things' },
      })),
      sends('gives a long User Property', ['MQTT-3.15.2-3'], 'auth', (auth) => ({
        ...auth,
        properties: { ...auth.properties, userProperties: [['because of', 'many things']] },
      })),
    ],
  }),
  ...defineClientTest({
    id: 'auth/server-is-not-who-it-should-be',
    title: 'A client that cannot believe the server during a re-authentication closes the connection',
    statements: ['MQTT-4.12.1-2'],
    run: async (test) => {
      const connection = await connectWithAuthentication(test);
      const again = test.reauthenticate();
      await test.until(() => connection.closed || again.state !== 'pending', 1);
      again.checkOffered();
      await connection.expect('auth');
      sendAuth(connection, 'lie');
      await connection.expectClose();
    },
    mutants: [staysOpen(['MQTT-4.12.1-2'])],
  }),
];

/** Connects by one round of AUTH. */
async function connectWithAuthentication(
  test: ClientTestContext,
  allowed: ConnackProperties = {},
): Promise<BrokerConnection> {
  const { connection, attempt } = await test.open({ authentication: GULLS });
  sendAuth(connection, 'one');
  await connection.expect('auth');
  test.sendConnack(connection, { properties: { ...ACCEPTED.properties, ...allowed } });
  await test.until(() => attempt.state !== 'pending');
  if (attempt.state !== 'done') test.inconclusive(`the client could not connect: ${attempt.reason}`);
  return connection;
}

function sendAuth(connection: BrokerConnection, data: string): void {
  connection.send({
    type: 'auth',
    reasonCode: 0x18,
    properties: { authenticationMethod: 'GULLS', authenticationData: encode(data) },
  });
}

function authFrame(firstByte: number): Uint8Array {
  const method = property(0x15, string('GULLS'));
  return frame(firstByte, bytes(0x18), properties(concatenate([method, property(0x16, string('one'))])));
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Answers every challenge with itself and an exclamation mark, and does not believe a lie. */
const GULLS: AuthenticationRequest = {
  method: 'GULLS',
  start: () => encode('hello'),
  continue: (data) => {
    const text = new TextDecoder().decode(data);
    if (text === 'lie') throw new Error('the server is not who it should be');
    return encode(`${text}!`);
  },
};

const ACCEPTED = { properties: { authenticationMethod: 'GULLS' } } as const;
