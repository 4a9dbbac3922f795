import type { ConnackPacket } from '@skua/codec';
import {
  acceptsAnyConnect,
  changesReceived,
  decodeFrame,
  mutant,
  neverCloses,
  packetTypeOf,
} from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import type { RawClient } from '../../harness/raw-client.ts';
import type { TestContext } from '../../harness/test-context.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { Inconclusive } from '../../harness/verdict.ts';
import { ConnectFlag } from '../../wire/connect-frame.ts';
import { binary, bytes, frame, hex, string } from '../../wire/frame.ts';
import { refusedConnects } from '../5.0/refused-connects.ts';
import { connectKept, connectWithFlags, discardSessions, leave, WILL } from './connection-fixture.ts';

/** A broken sequence, a lone surrogate, and U+0000. */
const NO_STRINGS = [binary(hex('c3 28')), binary(hex('61 ed a0 80')), binary(hex('61 00'))];
const NO_TEXT = NO_STRINGS[0] ?? bytes();

/** Section 3.1.3 of 3.1.1: the payload of CONNECT. */
export const CONNECT_PAYLOAD_TESTS_3: readonly ConformanceTest[] = [
  refusedConnects({
    id: 'v3/connect/payload-order',
    title: 'A CONNECT whose payload is in another order is refused where that shows',
    statements: ['v3 MQTT-3.1.3-1'],
    version: 4,
    // Bytes that are no text may be a Will Message or a Password; they stand where a string has to be.
    connects: [
      { flags: WILL, payload: [NO_TEXT, string('skua/will')] },
      { flags: WILL, identifier: NO_TEXT, payload: [string('skua/will'), string('alice')] },
      {
        flags: ConnectFlag.cleanStart | ConnectFlag.userName | ConnectFlag.password,
        payload: [NO_TEXT, string('name')],
      },
    ],
  }),
  refusedConnects({
    id: 'v3/connect/identifier-missing',
    title: 'A CONNECT without a Client Identifier, not even an empty one, is refused',
    statements: ['v3 MQTT-3.1.3-3'],
    version: 4,
    connects: [{ flags: ConnectFlag.cleanStart, identifier: new Uint8Array(0), payload: [] }],
  }),
  refusedConnects({
    id: 'v3/connect/identifier-not-utf8',
    title: 'A CONNECT whose Client Identifier is no UTF-8 encoded string is refused',
    statements: ['v3 MQTT-3.1.3-4'],
    version: 4,
    connects: NO_STRINGS.map((identifier) => ({ flags: ConnectFlag.cleanStart, identifier, payload: [] })),
  }),
  refusedConnects({
    id: 'v3/connect/will-topic-not-utf8',
    title: 'A CONNECT whose Will Topic is no UTF-8 encoded string is refused',
    statements: ['v3 MQTT-3.1.3-10'],
    version: 4,
    connects: NO_STRINGS.map((topic) => ({ flags: WILL, payload: [topic, binary(bytes(0x78))] })),
  }),
  refusedConnects({
    id: 'v3/connect/user-name-not-utf8',
    title: 'A CONNECT whose User Name is no UTF-8 encoded string is refused',
    statements: ['v3 MQTT-3.1.3-11'],
    version: 4,
    connects: NO_STRINGS.map((name) => ({ flags: ConnectFlag.cleanStart | ConnectFlag.userName, payload: [name] })),
  }),
  defineTest({
    id: 'v3/connect/identifier-names-session',
    title: 'The Client Identifier tells sessions apart, down to the case of its letters',
    statements: ['v3 MQTT-3.1.3-2'],
    version: 4,
    run: async (test) => {
      const names = ['alice', 'Alice', 'alic'];
      for (const name of names) {
        const client = await connectKept(test, name);
        await test.subscribe(client, { topicFilter: test.topic(`${name}/+`), qos: 1 });
        await leave(test, client);
      }
      const bob = await test.connect('bob');
      for (const name of names) await test.publish(bob, { topicName: test.topic(`${name}/x`), qos: 1 });
      for (const name of names) {
        const client = await connectKept(test, name);
        const publish = await test.receive(client);
        test.checkEqual(publish.topicName, test.topic(`${name}/x`), `what ${name} receives`);
        await client.expectNothing();
      }
      await discardSessions(test, ...names);
    },
    mutants: [
      changesReceived('compares Client Identifiers without case', ['v3 MQTT-3.1.3-2'], 'connect', (packet) => ({
        ...packet,
        clientIdentifier: packet.clientIdentifier.toLowerCase(),
      })),
      changesReceived('names sessions after connections', ['v3 MQTT-3.1.3-2'], 'connect', (packet, { index }) => ({
        ...packet,
        clientIdentifier: `${packet.clientIdentifier}${index}`,
      })),
    ],
  }),
  defineTest({
    id: 'v3/connect/identifier-allowed',
    title: 'Client Identifiers of up to 23 bytes, of any digits and letters, are allowed',
    statements: ['v3 MQTT-3.1.3-5'],
    version: 4,
    run: async (test) => {
      const unique = test.clientIdentifier('');
      const room = 23 - unique.length;
      const identifiers = [unique];
      for (let start = 0; start < ALLOWED.length; start += room) {
        // The last one is filled up from the start.
        identifiers.push(unique + (ALLOWED + ALLOWED).slice(start, start + room));
      }
      for (const clientIdentifier of identifiers) {
        const alice = await test.open(clientIdentifier);
        alice.send(test.connectPacket('alice', { clientIdentifier }));
        const { reasonCode } = await alice.expect('connack');
        test.check(reasonCode !== IDENTIFIER_NOT_VALID, `the Client Identifier ${clientIdentifier} is not allowed`);
        if (reasonCode !== 0) throw new Inconclusive(`CONNACK carries 0x${reasonCode.toString(16)}`);
      }
    },
    mutants: [
      refusesIdentifiers('longer than 20 bytes', (identifier) => identifier.length > 20),
      refusesIdentifiers('with a Z', (identifier) => identifier.includes('Z')),
    ],
  }),
  defineTest({
    id: 'v3/connect/identifier-assigned',
    title: 'Clients without a Client Identifier are given one each, and are served like others',
    statements: ['v3 MQTT-3.1.3-6'],
    version: 4,
    run: async (test) => {
      const alice = await connectNameless(test, 'alice');
      const bob = await connectNameless(test, 'bob');
      await test.subscribe(alice, test.topic('a'));
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      await alice.expect('publish');
      await bob.expectNothing();
    },
    mutants: [
      changesReceived(
        'gives all clients without a Client Identifier the same',
        ['v3 MQTT-3.1.3-6'],
        'connect',
        (packet) => (packet.clientIdentifier === '' ? { ...packet, clientIdentifier: 'anonymous' } : packet),
      ),
      mutant('does not serve clients without a Client Identifier', ['v3 MQTT-3.1.3-6'], {
        fromClient: (received) => (packetTypeOf(received) === 'subscribe' ? [] : [received]),
      }),
    ],
  }),
  defineTest({
    id: 'v3/connect/identifier-refused',
    title: 'An empty Client Identifier with CleanSession 0 is refused with return code 2, and the connection closed',
    statements: ['v3 MQTT-3.1.3-7', 'v3 MQTT-3.1.3-8', 'v3 MQTT-3.1.3-9', 'v3 MQTT-3.2.2-4', 'v3 MQTT-3.2.2-5'],
    version: 4,
    run: async (test) => {
      const alice = await test.open('alice');
      alice.sendBytes(connectWithFlags(0, string('')));
      const { reasonCode, sessionPresent } = await alice.expect('connack');
      test.checkEqual(reasonCode, IDENTIFIER_NOT_VALID, 'return code, written as a Reason Code');
      test.checkEqual(sessionPresent, false, 'Session Present');
      await alice.expectClose();
    },
    mutants: [
      acceptsAnyConnect(['v3 MQTT-3.1.3-7', 'v3 MQTT-3.1.3-8']),
      neverCloses(['v3 MQTT-3.1.3-8', 'v3 MQTT-3.1.3-9', 'v3 MQTT-3.2.2-5']),
      mutant('refuses a Client Identifier with return code 5', ['v3 MQTT-3.1.3-8', 'v3 MQTT-3.1.3-9'], {
        fromBroker: (sent) => (packetTypeOf(sent) === 'connack' ? [frame(0x20, bytes(0, 5))] : [sent]),
      }),
      mutant('says Session Present in a refusal', ['v3 MQTT-3.2.2-4'], {
        fromBroker: (sent) => (packetTypeOf(sent) === 'connack' ? [frame(0x20, bytes(1, 2))] : [sent]),
      }),
    ],
  }),
];

const ALLOWED = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** What the codec makes of return code 2. */
const IDENTIFIER_NOT_VALID: ConnackPacket['reasonCode'] = 0x85;

/** Connects with an empty Client Identifier, which a server need not allow. */
async function connectNameless(test: TestContext, name: string): Promise<RawClient> {
  const client = await test.open(name);
  client.send(test.connectPacket(name, { clientIdentifier: '' }));
  const answer = await client.next();
  if (answer === undefined && client.closed) test.skip('an empty Client Identifier is refused');
  if (answer?.type !== 'connack') throw client.failure('a CONNECT with an empty Client Identifier has no answer');
  if (answer.reasonCode !== 0) test.skip('an empty Client Identifier is refused');
  return client;
}

function refusesIdentifiers(which: string, isVictim: (identifier: string) => boolean): Mutant {
  return mutant(`refuses Client Identifiers ${which}`, ['v3 MQTT-3.1.3-5'], {
    fromClient: (received, connection) => {
      const packet = decodeFrame(received, 'server', connection);
      if (packet?.type !== 'connect' || !isVictim(packet.clientIdentifier)) return [received];
      connection.sendToClient(frame(0x20, bytes(0, 2)));
      connection.closeToClient();
      return [];
    },
  });
}
