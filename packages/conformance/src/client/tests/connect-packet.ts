import type { ConnectPacket } from '@skua/codec';
import { mutant, packetTypeOf } from '../../harness/mutations.ts';
import { bytes, frame, variableByteInteger } from '../../wire/frame.ts';
import { bodyOffset, remembers, sends, writes } from '../client-mutations.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';
import type { ConnectFields } from '../client-test-context.ts';
import type { StatementId } from '../../statements/statement.ts';
import type { ClientMutant } from '../client-mutant.ts';
import { connectLayout, mayConnect, withFlags } from './connect-fixture.ts';

/** Section 3.1: CONNECT, its flags and its fields. */
export const CONNECT_PACKET_CLIENT_TESTS: readonly ClientTest[] = [
  ...defineClientTest({
    id: 'connect/first-packet',
    title: 'The first packet of a connection is CONNECT, whatever the program asks for meanwhile',
    statements: ['MQTT-3.1.0-1', 'v3 MQTT-3.1.0-1'],
    run: async (test) => {
      const attempt = test.startConnect();
      test.publish({ topicName: 'skua/a', qos: 1 });
      test.subscribe([{ topicFilter: 'skua/a' }]);
      const connection = await test.acceptUnless(() => attempt.state === 'refused');
      if (connection === undefined) test.inconclusive(`the client did not connect: ${attempt.reason}`);
      await connection?.expect('connect');
    },
    mutants: [
      remembers('says PINGREQ before CONNECT', ['MQTT-3.1.0-1', 'v3 MQTT-3.1.0-1'], () => ({
        fromClient: (sent) => (packetTypeOf(sent) === 'connect' ? [bytes(0xc0, 0x00), sent] : [sent]),
      })),
    ],
  }),
  ...defineClientTest({
    id: 'connect/protocol-name',
    title: 'The Protocol Name is MQTT, with the version that was asked for',
    statements: ['MQTT-3.1.2-1'],
    run: async (test) => {
      const { frame: received } = await test.open();
      const body = bodyOffset(received.bytes);
      const head = received.bytes.subarray(body, body + 7);
      test.checkEqual(Array.from(head), [0, 4, 0x4d, 0x51, 0x54, 0x54, 5], 'Protocol Name and Version');
    },
    mutants: [
      writes('has another Protocol Name', ['MQTT-3.1.2-1'], 'connect', (body, first) =>
        frame(first, bytes(0, 4, 0x4d, 0x51, 0x54, 0x58), body.subarray(6)),
      ),
    ],
  }),
  ...defineClientTest({
    id: 'connect/flags-and-fields',
    title: 'The Connect Flags say what is in the payload, and the payload has its fields in their order',
    statements: [
      'MQTT-3.1.2-9',
      'MQTT-3.1.2-11',
      'MQTT-3.1.2-12',
      'MQTT-3.1.2-13',
      'MQTT-3.1.2-16',
      'MQTT-3.1.2-17',
      'MQTT-3.1.2-18',
      'MQTT-3.1.2-19',
      'MQTT-3.1.3-1',
      'MQTT-3.1.3-3',
      'v3 MQTT-3.1.2-9',
      'v3 MQTT-3.1.2-11',
      'v3 MQTT-3.1.2-13',
      'v3 MQTT-3.1.2-14',
      'v3 MQTT-3.1.2-15',
      'v3 MQTT-3.1.2-18',
      'v3 MQTT-3.1.2-19',
      'v3 MQTT-3.1.2-20',
      'v3 MQTT-3.1.2-21',
      'v3 MQTT-3.1.3-1',
      'v3 MQTT-3.1.3-3',
    ],
    run: async (test) => {
      for (const fields of COMBINATIONS) {
        if (test.version !== 5 && fields.password !== undefined && fields.userName === undefined) continue;
        const received = await mayConnect(test, fields);
        if (received?.packet.type !== 'connect') {
          test.choice(`connecting with ${Object.keys(fields).join(' and ')}`, 'refused');
          continue;
        }
        const flags = received.bytes[connectLayout(received.bytes).flagsAt] ?? 0;
        test.checkEqual(flags & ~CLEAN_START, expectedFlags(fields), 'Connect Flags without Clean Start');
        test.checkEqual(
          contentOf(received.packet),
          contentOf({ clientIdentifier: 'skua1', ...fields }),
          'the payload of CONNECT',
        );
      }
    },
    mutants: [
      flagMutant('sets the Will Flag without a will', ['MQTT-3.1.2-9', 'v3 MQTT-3.1.2-9'], (flags) => flags | WILL),
      flagMutant('has Will QoS 1 without a will', ['MQTT-3.1.2-11', 'v3 MQTT-3.1.2-11', 'v3 MQTT-3.1.2-13'], (flags) =>
        (flags & WILL) === 0 ? flags | 0x08 : flags,
      ),
      flagMutant('has Will Retain without a will', ['MQTT-3.1.2-13', 'v3 MQTT-3.1.2-15'], (flags) =>
        (flags & WILL) === 0 ? flags | WILL_RETAIN : flags,
      ),
      flagMutant('has Will QoS 3', ['MQTT-3.1.2-12', 'v3 MQTT-3.1.2-14'], (flags) =>
        (flags & WILL) === 0 ? flags : flags | 0x18,
      ),
      flagMutant(
        'sends a User Name without its flag',
        ['MQTT-3.1.2-16', 'v3 MQTT-3.1.2-18'],
        (flags) => flags & ~USER_NAME,
      ),
      flagMutant('sets the User Name Flag always', ['MQTT-3.1.2-17', 'v3 MQTT-3.1.2-19'], (flags) => flags | USER_NAME),
      flagMutant(
        'sends a Password without its flag',
        ['MQTT-3.1.2-18', 'v3 MQTT-3.1.2-20'],
        (flags) => flags & ~PASSWORD,
      ),
      flagMutant('sets the Password Flag always', ['MQTT-3.1.2-19', 'v3 MQTT-3.1.2-21'], (flags) => flags | PASSWORD),
      payloadMutant('writes the Client Identifier last', ['MQTT-3.1.3-1', 'v3 MQTT-3.1.3-1'], (identifier, rest) => [
        rest,
        identifier,
      ]),
      payloadMutant('leaves out the Client Identifier', ['MQTT-3.1.3-3', 'v3 MQTT-3.1.3-3'], (_identifier, rest) => [
        rest,
      ]),
    ],
  }),
  ...defineClientTest({
    id: 'connect/password-needs-user-name',
    title: 'In 3.1.1 there is no Password without a User Name, even when the program asks for it',
    statements: ['v3 MQTT-3.1.2-22'],
    run: async (test) => {
      for (const fields of [{ password: bytes(1, 2) }, { userName: 'gull', password: bytes(1, 2) }]) {
        const received = await mayConnect(test, fields);
        const flags = received === undefined ? 0 : (received.bytes[connectLayout(received.bytes).flagsAt] ?? 0);
        test.check((flags & PASSWORD) === 0 || (flags & USER_NAME) !== 0, 'CONNECT has a Password but no User Name');
      }
    },
    mutants: [flagMutant('clears the User Name Flag', ['v3 MQTT-3.1.2-22'], (flags) => flags & ~USER_NAME)],
  }),
  ...defineClientTest({
    id: 'connect/empty-client-identifier',
    title: 'In 3.1.1 an empty Client Identifier goes with Clean Session',
    statements: ['v3 MQTT-3.1.3-7'],
    run: async (test) => {
      for (const cleanStart of [false, true]) {
        const received = await mayConnect(test, { clientIdentifier: '', cleanStart });
        if (received?.packet.type !== 'connect') continue;
        test.check(
          received.packet.clientIdentifier !== '' || received.packet.cleanStart,
          'CONNECT has an empty Client Identifier and no Clean Session',
        );
      }
    },
    mutants: [flagMutant('never asks for Clean Session', ['v3 MQTT-3.1.3-7'], (flags) => flags & ~CLEAN_START)],
  }),
  ...defineClientTest({
    id: 'connect/client-identifier-of-the-session',
    title:
      'A client comes back to its session under the Client Identifier of that session, also when the server chose it',
    statements: ['MQTT-3.1.3-2', 'v3 MQTT-3.1.3-2'],
    run: async (test) => {
      const first = await test.connectKept();
      first.cut();
      await test.pass(20);
      const again = await test.open({ cleanStart: false, properties: { sessionExpiryInterval: 3600 } });
      test.checkEqual(again.connect.clientIdentifier, 'skua1', 'the Client Identifier of the second CONNECT');
      again.connection.cut();
      if (test.version !== 5) return;
      const given = await test.connectKept(
        { clientIdentifier: '', cleanStart: true },
        { properties: { assignedClientIdentifier: 'given7' } },
      );
      given.cut();
      await test.pass(20);
      const { connect } = await test.open({
        clientIdentifier: '',
        cleanStart: false,
        properties: { sessionExpiryInterval: 3600 },
      });
      test.check(
        connect.cleanStart || connect.clientIdentifier === 'given7',
        `the session of "given7" is asked for as "${connect.clientIdentifier}"`,
      );
    },
    mutants: [
      sends('comes back under another name', ['MQTT-3.1.3-2', 'v3 MQTT-3.1.3-2'], 'connect', (packet, { index }) =>
        index === 1 ? { ...packet, clientIdentifier: 'other' } : packet,
      ),
    ],
  }),
  ...defineClientTest({
    id: 'connect/shortest-integers',
    title: 'Lengths take as few bytes as they need',
    statements: ['MQTT-1.5.5-1'],
    run: async (test) => {
      const {
        frame: connect,
        connection,
        attempt,
      } = await test.open({
        properties: { userProperties: [['k', 'v'.repeat(200)]] },
      });
      test.sendConnack(connection);
      await test.until(() => attempt.state !== 'pending');
      test.publish({ topicName: 'skua/a', payload: 'x'.repeat(300) });
      for (const received of [connect, await connection.expectFrame('publish')]) {
        const body = bodyOffset(received.bytes);
        const shortest = variableByteInteger(received.bytes.length - body).length;
        test.checkEqual(body - 1, shortest, 'bytes of the Remaining Length');
      }
    },
    mutants: [
      mutant('writes the Remaining Length with a byte more', ['MQTT-1.5.5-1'], {
        fromClient: (sent) => {
          const body = sent.subarray(bodyOffset(sent));
          const length = variableByteInteger(body.length, variableByteInteger(body.length).length + 1);
          return [Uint8Array.from([sent[0] ?? 0, ...length, ...body])];
        },
      }),
    ],
  }),
];

/** A broken client that changes the Connect Flags and nothing else. */
function flagMutant(name: string, breaks: readonly StatementId[], change: (flags: number) => number): ClientMutant {
  return mutant(name, breaks, {
    fromClient: (sent) => (packetTypeOf(sent) === 'connect' ? [withFlags(sent, change)] : [sent]),
  });
}

/** A broken client that puts the payload of CONNECT together in another way. */
function payloadMutant(
  name: string,
  breaks: readonly StatementId[],
  change: (clientIdentifier: Uint8Array, rest: Uint8Array) => readonly Uint8Array[],
): ClientMutant {
  return mutant(name, breaks, {
    fromClient: (sent) => {
      if (packetTypeOf(sent) !== 'connect') return [sent];
      const { payloadAt, clientIdentifierEnd } = connectLayout(sent);
      const parts = change(sent.subarray(payloadAt, clientIdentifierEnd), sent.subarray(clientIdentifierEnd));
      return [frame(sent[0] ?? 0, sent.subarray(bodyOffset(sent), payloadAt), ...parts)];
    },
  });
}

function expectedFlags({ will, userName, password }: ConnectFields): number {
  const ofWill = will === undefined ? 0 : WILL | (will.qos << 3) | (will.retain ? WILL_RETAIN : 0);
  return ofWill | (userName === undefined ? 0 : USER_NAME) | (password === undefined ? 0 : PASSWORD);
}

function contentOf({ clientIdentifier, will, userName, password }: ConnectFields | ConnectPacket): unknown {
  return [clientIdentifier, will?.topicName, will?.payload, will?.qos, will?.retain, userName, password].map(
    (value) => value ?? 'none',
  );
}

const WILL_MESSAGE = {
  topicName: 'skua/will',
  payload: bytes(1, 2, 3),
  qos: 0,
  retain: false,
  properties: {},
} as const;

const COMBINATIONS: readonly ConnectFields[] = [
  {},
  { will: WILL_MESSAGE },
  { will: { ...WILL_MESSAGE, qos: 1, retain: true } },
  { will: { ...WILL_MESSAGE, qos: 2 }, userName: 'gull' },
  { userName: 'gull' },
  { password: bytes(9, 8) },
  { userName: 'gull', password: bytes(9, 8) },
  { will: WILL_MESSAGE, userName: 'gull', password: bytes(9, 8) },
];

const CLEAN_START = 0x02;
const WILL = 0x04;
const WILL_RETAIN = 0x20;
const PASSWORD = 0x40;
const USER_NAME = 0x80;
