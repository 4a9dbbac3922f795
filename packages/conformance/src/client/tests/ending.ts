import { mutant, packetTypeOf } from '../../harness/mutations.ts';
import { bytes, frame } from '../../wire/frame.ts';
import { toHex } from '../../harness/transcript.ts';
import { remembers, staysOpen, writes } from '../client-mutations.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';

/** Sections 3.14, 4.8 and 4.13: how a client ends a connection, of its own accord and for an error. */
export const ENDING_CLIENT_TESTS: readonly ClientTest[] = [
  ...defineClientTest({
    id: 'ending/disconnect',
    title: 'A client closes after DISCONNECT and sends nothing more',
    statements: ['MQTT-3.14.2-1', 'MQTT-3.14.4-1', 'MQTT-3.14.4-2', 'v3 MQTT-3.14.4-1', 'v3 MQTT-3.14.4-2'],
    run: async (test) => {
      const connection = await test.connect();
      test.disconnect();
      const received = await connection.expectFrame('disconnect');
      test.checkEqual(received.bytes[0], 0xe0, 'the first byte of DISCONNECT');
      test.publish({ topicName: 'skua/a' });
      test.subscribe([{ topicFilter: 'skua/a' }]);
      test.check(await connection.closes(), 'the client does not close after DISCONNECT');
      test.checkEqual(connection.takeAll().length, 0, 'packets after DISCONNECT');
    },
    mutants: [
      {
        name: 'leaves closing to the server',
        breaks: ['MQTT-3.14.4-2', 'v3 MQTT-3.14.4-1'],
        create: () => ({ clientClosed: () => false }),
      },
      mutant('goes on after DISCONNECT', ['MQTT-3.14.4-1', 'v3 MQTT-3.14.4-2'], {
        fromClient: (sent) => (packetTypeOf(sent) === 'disconnect' ? [sent, bytes(0xc0, 0)] : [sent]),
      }),
      writes('has a Reason Code that DISCONNECT cannot have', ['MQTT-3.14.2-1'], 'disconnect', (_body, first) =>
        frame(first, bytes(0x01)),
      ),
    ],
  }),
  ...defineClientTest({
    id: 'ending/reserved-bits-of-disconnect',
    title: 'A DISCONNECT with reserved bits set ends the connection, as malformed',
    statements: ['MQTT-3.14.1-1', 'U-2.1.3-1'],
    run: async (test) => {
      for (const flags of [1, 2, 4, 8]) {
        const connection = await test.connect();
        connection.sendBytes(bytes(0xe0 | flags, 0));
        const disconnect = await connection.expectClose();
        const said = disconnect?.reasonCode;
        test.check(said === undefined || said === 0x81, `DISCONNECT says 0x${said?.toString(16)}; allowed: 0x81`);
        test.choice('DISCONNECT with reserved bits', said === undefined ? 'close' : 'DISCONNECT 0x81 and close');
      }
    },
    mutants: [staysOpen(['MQTT-3.14.1-1', 'U-2.1.3-1'])],
  }),
  ...defineClientTest({
    id: 'ending/error-is-said',
    title: 'A client that says DISCONNECT for an error says which, and closes',
    statements: ['MQTT-4.13.2-1', 'U-4.13.1-9'],
    run: async (test) => {
      for (const wrong of WRONG_PACKETS) {
        const connection = await test.connect();
        connection.sendBytes(wrong);
        const packets = await connection.watch();
        const said = packets.find((packet) => packet.type === 'disconnect')?.reasonCode;
        test.check(
          said === undefined || said >= 0x80,
          `DISCONNECT says 0x${said?.toString(16)}; allowed: 0x80 or greater`,
        );
        test.check(
          said === undefined || connection.closed,
          'the connection stays open after a DISCONNECT with an error',
        );
        test.choice('a wrong packet', said === undefined ? 'no DISCONNECT' : `DISCONNECT 0x${said.toString(16)}`);
        connection.cut();
      }
    },
    mutants: [
      writes('says that all is well', ['U-4.13.1-9'], 'disconnect', (_body, first) => frame(first)),
      {
        name: 'says DISCONNECT with an error and goes on',
        breaks: ['MQTT-4.13.2-1'],
        create: () => ({ clientClosed: () => false }),
      },
    ],
  }),
  ...defineClientTest({
    id: 'ending/error-closes',
    title: 'A packet that no client may take ends the connection',
    statements: ['U-4.13.1-6', 'v3 MQTT-2.2.2-2', 'v3 MQTT-4.8.0-1'],
    run: async (test) => {
      const taken: string[] = [];
      for (const wrong of WRONG_PACKETS) {
        const connection = await test.connect();
        connection.sendBytes(wrong);
        if (!(await connection.closes())) taken.push(toHex(wrong));
        connection.cut();
      }
      test.check(taken.length === 0, `the connection stays open after ${taken.join(', ')}`);
    },
    mutants: [staysOpen(['U-4.13.1-6', 'v3 MQTT-2.2.2-2', 'v3 MQTT-4.8.0-1'])],
  }),
  ...defineClientTest({
    id: 'ending/bad-strings-close',
    title: 'In 3.1.1 a string that is ill-formed, or has U+0000 in it, ends the connection',
    statements: ['v3 MQTT-1.5.3-1', 'v3 MQTT-1.5.3-2'],
    run: async (test) => {
      for (const wrong of [bytes(0x30, 5, 0, 3, 0xed, 0xa0, 0x80), bytes(0x30, 5, 0, 3, 0x61, 0, 0x61)]) {
        const connection = await test.connect();
        connection.sendBytes(wrong);
        await connection.expectClose();
      }
    },
    mutants: [
      staysOpen(['v3 MQTT-1.5.3-1', 'v3 MQTT-1.5.3-2']),
      mutant('does not see U+0000', ['v3 MQTT-1.5.3-2'], {
        fromBroker: (sent) => [sent[5] === 0 ? bytes(0x30, 5, 0, 3, 0x61, 0x61, 0x61) : sent],
      }),
      mutant('does not see that a string is ill-formed', ['v3 MQTT-1.5.3-1'], {
        fromBroker: (sent) => [sent[4] === 0xed ? bytes(0x30, 5, 0, 3, 0x61, 0x61, 0x61) : sent],
      }),
    ],
  }),
  ...defineClientTest({
    id: 'ending/session-expiry-interval',
    title: 'A client whose session ends with its connection does not ask for more in DISCONNECT',
    statements: ['U-3.14.2.2.2-2'],
    run: async (test) => {
      const connection = await test.connect({ properties: { sessionExpiryInterval: 0 } });
      test.disconnect();
      const { properties } = await connection.expect('disconnect');
      test.checkEqual(properties.sessionExpiryInterval ?? 0, 0, 'Session Expiry Interval of DISCONNECT');
    },
    mutants: [
      writes('asks for an hour more', ['U-3.14.2.2.2-2'], 'disconnect', (_body, first) =>
        frame(first, bytes(0, 5, 0x11, 0, 0, 0x0e, 0x10)),
      ),
    ],
  }),
  ...defineClientTest({
    id: 'ending/plain-broker',
    title: 'A broker that speaks nothing but the specification is enough for all that a client does',
    statements: ['v3 MQTT-7.0.0-2'],
    run: async (test) => {
      const connection = await test.connect();
      await test.subscribed(connection, [{ topicFilter: 'skua/a', qos: 2 }]);
      const published = test.publish({ topicName: 'skua/a', qos: 1 });
      const { packetIdentifier } = await connection.expect('publish');
      connection.send({ type: 'puback', packetIdentifier, reasonCode: 0, properties: {} });
      await test.until(() => published.state !== 'pending');
      test.checkEqual(published.state, 'done', 'the message is');
      test.deliver(connection, { qos: 1, packetIdentifier: 1 });
      await connection.expect('puback');
      await test.expectMessage();
      test.disconnect();
      await connection.expect('disconnect');
    },
    mutants: [
      remembers('waits for a greeting of its own kind', ['v3 MQTT-7.0.0-2'], () => ({
        fromBroker: (sent) => (packetTypeOf(sent) === 'puback' ? [] : [sent]),
      })),
    ],
  }),
];

/** Packets that no client may take: reserved flags, of a client, cut short, of a reserved type. */
const WRONG_PACKETS: readonly Uint8Array[] = [
  bytes(0x60, 2, 0, 1),
  bytes(0xd1, 0),
  bytes(0xc0, 0),
  bytes(0x40, 1, 0),
  bytes(0x00, 0),
  bytes(0x36, 5, 0, 1, 0x61, 0, 1),
  bytes(0x40, 0xff, 0xff, 0xff, 0xff, 0xff),
];
