import { mutant } from '../../harness/mutations.ts';
import { bytes, concatenate, frame, properties, property, string, twoByteInteger } from '../../wire/frame.ts';
import type { ClientTestContext } from '../client-test-context.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';
import type { StatementId } from '../../statements/statement.ts';
import { closesAsItShould, overlooks } from './wrong-packet-fixture.ts';

/**
 * The rules without a number that make a packet of a broker malformed or a Protocol Error. A client should close then
 * (section 4.13.1); it breaks the rule only when it takes the packet for good.
 */
export const WRONG_PACKETS_CLIENT_TESTS: readonly ClientTest[] = [
  ...publishTest('U-1.5.4-1', 'with ill-formed UTF-8', publish(bytes(0, 3, 0xed, 0xa0, 0x80))),
  ...publishTest('U-1.5.4-2', 'with U+0000 in its topic', publish(string('a\0'))),
  ...publishTest(
    'U-1.5.7-1',
    'with a String Pair that is none',
    publish(string('a'), property(0x26, concatenate([string('a'), bytes(0, 1, 0xff)]))),
  ),
  ...publishTest(
    'U-2.2.2.2-1',
    'with a property of another packet',
    publish(string('a'), property(0x21, twoByteInteger(5))),
  ),
  ...publishTest(
    'U-3.3.2.3.4-1',
    'with Topic Alias twice',
    publish(string('a'), ...both(property(0x23, twoByteInteger(1)))),
  ),
  ...publishTest(
    'U-3.3.2.3.5-1',
    'with Response Topic twice',
    publish(string('a'), ...both(property(0x08, string('a')))),
  ),
  ...publishTest(
    'U-3.3.2.3.6-1',
    'with Correlation Data twice',
    publish(string('a'), ...both(property(0x09, string('a')))),
  ),
  ...publishTest('U-3.3.2.3.8-1', 'with Subscription Identifier 0', publish(string('a'), property(0x0b, bytes(0)))),
  ...publishTest(
    'U-3.3.2.3.9-1',
    'with Content Type twice',
    publish(string('a'), ...both(property(0x03, string('a')))),
  ),
  ...acknowledgementTest('U-3.4.2.2.2-1', 'puback', 0x40),
  ...acknowledgementTest('U-3.5.2.2.2-2', 'pubrec', 0x50),
  ...acknowledgementTest('U-3.7.2.2.2-2', 'pubcomp', 0x70),
  ...acknowledgementTest('U-3.9.2.1.2-2', 'suback', 0x90),
  ...acknowledgementTest('U-3.11.2.1.2-2', 'unsuback', 0xb0),
  ...defineClientTest({
    id: 'wrong/pubrel',
    title: 'A PUBREL with Reason String twice is not taken',
    statements: ['U-3.6.2.2.2-2'],
    run: async (test) => {
      const connection = await test.connect();
      test.deliver(connection, { qos: 2, packetIdentifier: 9 });
      await connection.expect('pubrec');
      connection.sendBytes(wrongPubrel());
      const answers = (await connection.watch()).map(({ type }) => type);
      test.check(!answers.includes('pubcomp'), 'PUBCOMP came');
      closesAsItShould(test, connection.closed);
    },
    mutants: [overlooks('U-3.6.2.2.2-2', wrongPubrel(), bytes(0x62, 2, 0, 9))],
  }),
  ...authTest('U-3.15.2.2.3-1', 'Authentication Data', property(0x16, string('a'))),
  ...authTest('U-3.15.2.2.4-2', 'Reason String', property(0x1f, string('a'))),
  ...defineClientTest({
    id: 'wrong/what-is-said',
    title: 'Where a client says what was wrong with a malformed packet, it says 0x81',
    statements: ['U-2.2.2.2-2', 'U-3.3.1.2-2'],
    run: async (test) => {
      for (const wrong of [
        publish(string('a'), property(0x21, twoByteInteger(5))),
        bytes(0x36, 6, 0, 1, 0x61, 0, 1, 0),
      ]) {
        const connection = await test.connect();
        connection.sendBytes(wrong);
        const said = (await connection.watch()).find((packet) => packet.type === 'disconnect')?.reasonCode;
        test.check(said === undefined || said === 0x81, `DISCONNECT says 0x${said?.toString(16)}; allowed: 0x81`);
        connection.cut();
      }
    },
    mutants: [
      mutant('says 0x80 of everything', ['U-2.2.2.2-2', 'U-3.3.1.2-2'], {
        fromClient: (sent) => [sent[0] === 0xe0 ? bytes(0xe0, 1, 0x80) : sent],
      }),
    ],
  }),
  ...defineClientTest({
    id: 'wrong/problem-information',
    title: 'A client that wants no problem information and gets some in a PUBACK says 0x82, or nothing',
    statements: ['U-3.1.2.11.7-2'],
    run: async (test) => {
      const connection = await test.connect({ properties: { requestProblemInformation: false } });
      test.publish({ topicName: 'skua/a', qos: 1 });
      const { packetIdentifier } = await connection.expect('publish');
      connection.send({
        type: 'puback',
        packetIdentifier,
        reasonCode: 0x10,
        properties: { reasonString: 'nobody asked' },
      });
      const said = (await connection.watch()).find((packet) => packet.type === 'disconnect')?.reasonCode;
      test.check(said === undefined || said === 0x82, `DISCONNECT says 0x${said?.toString(16)}; allowed: 0x82`);
      test.choice('problem information that nobody asked for', said === undefined ? 'taken' : 'DISCONNECT 0x82');
    },
    mutants: [
      mutant('says 0x81 of it', ['U-3.1.2.11.7-2'], {
        fromBroker: (sent, connection) => {
          if (sent[0] === 0x40) connection.sendToBroker(bytes(0xe0, 1, 0x81));
          return [sent];
        },
      }),
    ],
  }),
];

function publishTest(id: StatementId, what: string, wrong: Uint8Array): readonly ClientTest[] {
  return defineClientTest({
    id: `wrong/publish-${what.replace('with ', '').toLowerCase().replaceAll(/[ +]/g, '-')}`,
    title: `A PUBLISH ${what} reaches no program`,
    statements: [id],
    run: async (test) => {
      const connection = await test.connect({ properties: { topicAliasMaximum: 5 } });
      await test.subscribed(connection, [{ topicFilter: '#' }]);
      connection.sendBytes(wrong);
      await connection.watch();
      test.check(test.messages.length === 0, 'the program is told the message');
      closesAsItShould(test, connection.closed);
    },
    mutants: [overlooks(id, wrong, publish(string('a')))],
  });
}

function acknowledgementTest(
  id: StatementId,
  type: 'puback' | 'pubrec' | 'pubcomp' | 'suback' | 'unsuback',
  firstByte: number,
): readonly ClientTest[] {
  const code = bytes(0);
  const build = (identifier: Uint8Array, extra: readonly Uint8Array[]): Uint8Array =>
    type === 'suback' || type === 'unsuback'
      ? frame(firstByte, identifier, properties(...extra), code)
      : frame(firstByte, identifier, code, properties(...extra));
  return defineClientTest({
    id: `wrong/${type}`,
    title: `${type.toUpperCase()} with Reason String twice is not taken`,
    statements: [id],
    run: async (test) => {
      const connection = await test.connect();
      const { attempt, packetIdentifier } = await begin(test, connection, type);
      connection.sendBytes(build(twoByteInteger(packetIdentifier), both(property(0x1f, string('a')))));
      const answers = (await connection.watch()).map((packet) => packet.type);
      test.check(attempt.state !== 'done' && !answers.includes('pubrel'), `the client takes the ${type.toUpperCase()}`);
      closesAsItShould(test, connection.closed);
    },
    mutants: [
      mutant('does not see that it is there twice', [id], {
        fromBroker: (sent) => {
          const at = sent.length - (type === 'suback' || type === 'unsuback' ? 9 : 8);
          return [sent[0] === firstByte && sent[at] === 0x1f ? build(sent.subarray(2, 4), []) : sent];
        },
      }),
    ],
  });
}

type Begun = { readonly attempt: { readonly state: string }; readonly packetIdentifier: number };

/** Brings the client to where it waits for this acknowledgement. */
async function begin(
  test: ClientTestContext,
  connection: Awaited<ReturnType<ClientTestContext['connect']>>,
  type: 'puback' | 'pubrec' | 'pubcomp' | 'suback' | 'unsuback',
): Promise<Begun> {
  if (type === 'suback') {
    const attempt = test.subscribe([{ topicFilter: 'skua/a' }]);
    return { attempt, packetIdentifier: (await connection.expect('subscribe')).packetIdentifier };
  }
  if (type === 'unsuback') {
    await test.subscribed(connection, [{ topicFilter: 'skua/a' }]);
    const attempt = test.unsubscribe('skua/a');
    attempt.checkOffered();
    return { attempt, packetIdentifier: (await connection.expect('unsubscribe')).packetIdentifier };
  }
  const attempt = test.publish({ topicName: 'skua/a', qos: type === 'puback' ? 1 : 2 });
  const { packetIdentifier } = await connection.expect('publish');
  if (type === 'pubcomp') {
    connection.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
    await connection.expect('pubrel');
  }
  return { attempt, packetIdentifier };
}

function authTest(id: StatementId, what: string, repeated: Uint8Array): readonly ClientTest[] {
  const method = property(0x15, string('GULLS'));
  const wrong = frame(0xf0, bytes(0x18), properties(method, repeated, repeated));
  return defineClientTest({
    id: `wrong/auth-${what.toLowerCase().replaceAll(' ', '-')}`,
    title: `An AUTH with ${what} twice is not answered by AUTH`,
    statements: [id],
    run: async (test) => {
      const authentication = { method: 'GULLS', start: () => bytes(1), continue: () => bytes(2) };
      const { connection } = await test.open({ authentication });
      connection.sendBytes(wrong);
      const answers = (await connection.watch()).map(({ type }) => type);
      test.check(!answers.includes('auth'), 'AUTH came');
      closesAsItShould(test, connection.closed);
    },
    mutants: [overlooks(id, wrong, frame(0xf0, bytes(0x18), properties(method, repeated)))],
  });
}

function publish(topic: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return frame(0x30, topic, properties(...parts), bytes(0x78));
}

function wrongPubrel(): Uint8Array {
  return frame(0x62, bytes(0, 9, 0), properties(...both(property(0x1f, string('a')))));
}

function both(one: Uint8Array): readonly Uint8Array[] {
  return [one, one];
}
