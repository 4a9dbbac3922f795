import type { ConnackPacket, ConnectPacket } from '@skua/codec';
import { changesReceived, changesSent, decodeFrame, mutant, neverCloses } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import type { RawClient } from '../../harness/raw-client.ts';
import type { TestContext } from '../../harness/test-context.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { Inconclusive } from '../../harness/verdict.ts';
import { ConnectFlag } from '../../wire/connect-frame.ts';
import { binary, bytes, frame, hex, properties, string } from '../../wire/frame.ts';
import { refusedConnects } from './refused-connects.ts';

const WILL = ConnectFlag.cleanStart | ConnectFlag.will;
/** A broken sequence, a lone surrogate, and U+0000. */
const NO_STRINGS = [binary(hex('c3 28')), binary(hex('61 ed a0 80')), binary(hex('61 00'))];

/** Section 3.1.3 of 5.0: the payload of CONNECT. */
export const CONNECT_PAYLOAD_TESTS: readonly ConformanceTest[] = [
  refusedConnects({
    id: 'connect/payload-order',
    title: 'A CONNECT whose payload is in another order is refused where that shows',
    statements: ['MQTT-3.1.3-1'],
    connects: [
      // Will Topic before Will Properties; User Name before the will; the Client Identifier behind the will.
      { flags: WILL, payload: [string('skua/will'), properties(), binary(bytes(0x78))] },
      { flags: WILL | ConnectFlag.userName, payload: [string('name'), properties(), string('a'), binary(bytes(1))] },
      { flags: WILL, identifier: properties(), payload: [string('skua/will'), binary(bytes(1)), string('skua')] },
    ],
  }),
  refusedConnects({
    id: 'connect/identifier-missing',
    title: 'A CONNECT without a Client Identifier, not even an empty one, is refused',
    statements: ['MQTT-3.1.3-3'],
    connects: [{ flags: ConnectFlag.cleanStart, identifier: new Uint8Array(0), payload: [] }],
  }),
  refusedConnects({
    id: 'connect/identifier-not-utf8',
    title: 'A CONNECT whose Client Identifier is no UTF-8 Encoded String is refused',
    statements: ['MQTT-3.1.3-4'],
    connects: NO_STRINGS.map((identifier) => ({ flags: ConnectFlag.cleanStart, identifier, payload: [] })),
  }),
  refusedConnects({
    id: 'connect/will-topic-not-utf8',
    title: 'A CONNECT whose Will Topic is no UTF-8 Encoded String is refused',
    statements: ['MQTT-3.1.3-11'],
    connects: NO_STRINGS.map((topic) => ({ flags: WILL, payload: [properties(), topic, binary(bytes(0x78))] })),
  }),
  refusedConnects({
    id: 'connect/user-name-not-utf8',
    title: 'A CONNECT whose User Name is no UTF-8 Encoded String is refused',
    statements: ['MQTT-3.1.3-12'],
    connects: NO_STRINGS.map((name) => ({ flags: ConnectFlag.cleanStart | ConnectFlag.userName, payload: [name] })),
  }),
  defineTest({
    id: 'connect/identifier-allowed',
    title: 'Client Identifiers of up to 23 bytes, of any digits and letters, are allowed',
    statements: ['MQTT-3.1.3-5'],
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
        await test.disconnect(alice);
      }
    },
    mutants: [
      refusesIdentifiers('longer than 20 bytes', (identifier) => identifier.length > 20),
      refusesIdentifiers('with a Z', (identifier) => identifier.includes('Z')),
    ],
  }),
  defineTest({
    id: 'connect/identifier-assigned',
    title: 'Clients without a Client Identifier are given one each, and do not disturb each other',
    statements: ['MQTT-3.1.3-6'],
    run: async (test) => {
      const nameless = [await connectNameless(test, 'alice'), await connectNameless(test, 'bob')];
      const [first, second] = nameless.map(({ connack }) => connack.properties.assignedClientIdentifier);
      test.check(first !== second, `two clients were both given the Client Identifier ${first}`);
      for (const { client } of nameless) await client.expectNothing();
    },
    mutants: [
      changesReceived('gives all clients without a Client Identifier the same', ['MQTT-3.1.3-6'], 'connect', named),
      changesSent('says the same Client Identifier to all', ['MQTT-3.1.3-6'], 'connack', (packet) => ({
        ...packet,
        properties: { ...packet.properties, assignedClientIdentifier: 'anonymous' },
      })),
    ],
  }),
  defineTest({
    id: 'connect/identifier-assigned-counts',
    title: 'An assigned Client Identifier is told in CONNACK, and the session can be resumed with it',
    statements: ['MQTT-3.1.3-7'],
    run: async (test) => {
      const { client, connack } = await connectNameless(test, 'alice', { sessionExpiryInterval: 60 });
      const { assignedClientIdentifier, sessionExpiryInterval } = connack.properties;
      if (assignedClientIdentifier === undefined) throw client.failure('CONNACK has no Assigned Client Identifier');
      if (sessionExpiryInterval === 0) test.skip('the broker keeps no sessions');
      await test.subscribe(client, test.topic('a'));
      await test.disconnect(client);
      const fields = { clientIdentifier: assignedClientIdentifier, cleanStart: false };
      const again = await test.connectWithConnack('again', fields);
      test.checkEqual(again.connack.sessionPresent, true, 'Session Present');
      await test.publish(await test.connect('bob'), { topicName: test.topic('a'), qos: 1 });
      await again.client.expect('publish');
    },
    mutants: [
      changesReceived('does not say which Client Identifier it assigned', ['MQTT-3.1.3-7'], 'connect', named),
      changesSent('says another Client Identifier than it uses', ['MQTT-3.1.3-7'], 'connack', (packet) => ({
        ...packet,
        properties: { ...packet.properties, assignedClientIdentifier: 'another' },
      })),
    ],
  }),
  defineTest({
    id: 'connect/identifier-refused',
    title: 'A client whose Client Identifier is not accepted is not connected',
    statements: ['MQTT-3.1.3-8'],
    run: async (test) => {
      const alice = await test.open('alice');
      alice.send(test.connectPacket('alice', { clientIdentifier: test.clientIdentifier('x'.repeat(23)).repeat(1000) }));
      const answer = await alice.next();
      if (answer?.type === 'connack' && answer.reasonCode === 0) test.skip('every Client Identifier is accepted');
      test.choice(
        'a Client Identifier of 23,000 bytes',
        answer?.type === 'connack' ? `CONNACK 0x${answer.reasonCode.toString(16)}` : 'bare close',
      );
      await alice.expectRefusal();
    },
    mutants: [neverCloses(['MQTT-3.1.3-8'])],
  }),
];

const ALLOWED = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const IDENTIFIER_NOT_VALID = 0x85;

/** Connects with an empty Client Identifier, which a server need not allow. */
async function connectNameless(
  test: TestContext,
  name: string,
  wishes: ConnectPacket['properties'] = {},
): Promise<{ readonly client: RawClient; readonly connack: ConnackPacket }> {
  const client = await test.open(name);
  client.send(test.connectPacket(name, { clientIdentifier: '', properties: wishes }));
  const answer = await client.next();
  if (answer === undefined && client.closed) test.skip('an empty Client Identifier is refused');
  if (answer?.type !== 'connack') throw client.failure('a CONNECT with an empty Client Identifier has no answer');
  if (answer.reasonCode !== 0) test.skip('an empty Client Identifier is refused');
  return { client, connack: answer };
}

function named(packet: ConnectPacket): ConnectPacket {
  return packet.clientIdentifier === '' ? { ...packet, clientIdentifier: 'anonymous' } : packet;
}

function refusesIdentifiers(which: string, isVictim: (identifier: string) => boolean): Mutant {
  return mutant(`refuses Client Identifiers ${which}`, ['MQTT-3.1.3-5'], {
    fromClient: (received, connection) => {
      const packet = decodeFrame(received, 'server', connection);
      if (packet?.type !== 'connect' || !isVictim(packet.clientIdentifier)) return [received];
      connection.sendToClient(frame(0x20, bytes(0, IDENTIFIER_NOT_VALID), properties()));
      connection.closeToClient();
      return [];
    },
  });
}
