import {
  changesReceived,
  changesSent,
  mutant,
  neverCloses,
  packetTypeOf,
  rewritesSent,
  statefulMutant,
} from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { RawClient } from '../../harness/raw-client.ts';
import type { ConnectFields } from '../../harness/test-context.ts';
import { bytes, frame } from '../../wire/frame.ts';
import { CONNACK_CAPABILITIES_TESTS } from './connack-capabilities.ts';
import { provokeRefusal } from './refusal-fixture.ts';

/** Section 3.2 of 5.0: when CONNACK is sent, its flags, its Reason Code and what is assigned in it. */
export const CONNACK_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'connack/first',
    title: 'CONNACK comes before everything else, queued messages and answers to early packets included',
    statements: ['MQTT-3.2.0-1'],
    run: async (test) => {
      const first = await test.connect('alice', { properties: KEPT });
      await test.subscribe(first, { topicFilter: test.topic('a'), qos: 1 });
      await test.disconnect(first);
      await test.publish(await test.connect('bob'), { topicName: test.topic('a'), qos: 1 });
      const again = await test.open('alice');
      again.send({ ...test.connectPacket('alice'), cleanStart: false });
      again.send({ type: 'pingreq' });
      const connack = await again.expect('connack');
      test.checkEqual(connack.reasonCode, 0, 'Reason Code of CONNACK');
    },
    mutants: [
      statefulMutant('lets other packets overtake CONNACK', ['MQTT-3.2.0-1'], () => {
        let held: Uint8Array | undefined;
        return {
          fromBroker: (sent, { index }) => {
            if (index === 2 && packetTypeOf(sent) === 'connack') {
              held = sent;
              return [];
            }
            const late = index === 2 && held !== undefined ? [held] : [];
            if (late.length > 0) held = undefined;
            return [sent, ...late];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'connack/only-one',
    title: 'A connection sees one CONNACK, not even a second CONNECT brings another',
    statements: ['MQTT-3.2.0-2'],
    run: async (test) => {
      const alice = await test.connect('alice');
      await test.subscribe(alice, test.topic('a'));
      await test.publish(alice, { topicName: test.topic('a') });
      await alice.expect('publish');
      await alice.expectNothing();
      alice.send(test.connectPacket('alice'));
      for (let packet = await alice.next(); packet !== undefined; packet = await alice.next()) {
        test.check(packet.type !== 'connack', 'the broker sent a second CONNACK');
      }
    },
    mutants: [
      mutant('sends CONNACK twice', ['MQTT-3.2.0-2'], {
        fromBroker: (sent) => (packetTypeOf(sent) === 'connack' ? [sent, sent] : [sent]),
      }),
      statefulMutant('answers a second CONNECT with CONNACK', ['MQTT-3.2.0-2'], () => {
        let connects = 0;
        return {
          fromClient: (received, connection) => {
            if (packetTypeOf(received) === 'connect') connects += 1;
            if (connects > 1) connection.sendToClient(frame(0x20, bytes(0, 0x82, 0)));
            return [received];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'connack/reserved-flags',
    title: 'Bits 7 to 1 of the Connect Acknowledge Flags are 0, whether the connection is new, resumed or refused',
    statements: ['MQTT-3.2.2-1'],
    run: async (test) => {
      await test.disconnect(await test.connect('alice', { properties: KEPT }));
      await test.connect('alice', { cleanStart: false });
      await provokeRefusal(test, 'bob');
    },
    mutants: [0x80, 0x02].map((bit) =>
      rewritesSent(`sets bit 0x${bit.toString(16)} of the flags`, ['MQTT-3.2.2-1'], 'connack', (body) =>
        frame(0x20, bytes((body[0] ?? 0) | bit), body.subarray(1)),
      ),
    ),
  }),
  defineTest({
    id: 'connack/session-present',
    title: 'Without Clean Start, Session Present tells whether the broker had a session',
    statements: ['MQTT-3.2.2-3'],
    run: async (test) => {
      const sessionPresent = async (fields: ConnectFields): Promise<boolean> => {
        const { client, connack } = await test.connectWithConnack('alice', fields);
        if (connack.properties.sessionExpiryInterval === 0) test.skip('the broker keeps no sessions');
        await test.disconnect(client);
        return connack.sessionPresent;
      };
      await sessionPresent({ cleanStart: true });
      test.checkEqual(await sessionPresent({ cleanStart: false, properties: KEPT }), false, 'without a session');
      test.checkEqual(await sessionPresent({ cleanStart: false }), true, 'with a session');
      test.checkEqual(await sessionPresent({ cleanStart: false }), false, 'after the session has ended');
    },
    mutants: [true, false].map((sessionPresent) =>
      changesSent(`says always that Session Present is ${sessionPresent}`, ['MQTT-3.2.2-3'], 'connack', (packet) => ({
        ...packet,
        sessionPresent,
      })),
    ),
  }),
  defineTest({
    id: 'connack/refused',
    title: 'A CONNACK that refuses does not speak of a session that exists, and the broker closes after it',
    statements: ['MQTT-3.2.2-6', 'MQTT-3.2.2-7'],
    run: async (test) => {
      await test.disconnect(await test.connect('alice', { properties: KEPT }));
      const { client, connack } = await provokeRefusal(test, 'alice');
      test.checkEqual(connack?.sessionPresent ?? false, false, 'Session Present');
      const more = await client.expectClose();
      test.checkEqual(more, undefined, 'Reason Code of what follows CONNACK');
      const answer = connack === undefined ? 'bare close' : `CONNACK 0x${connack.reasonCode.toString(16)}`;
      test.choice('CONNECT with an unknown Authentication Method', answer);
    },
    mutants: [
      neverCloses(['MQTT-3.2.2-7']),
      rewritesSent('tells of the session when it refuses', ['MQTT-3.2.2-6'], 'connack', (body) =>
        frame(0x20, bytes((body[1] ?? 0) >= 0x80 ? 1 : 0), body.subarray(1)),
      ),
    ],
  }),
  defineTest({
    id: 'connack/reason-code',
    title: 'The Reason Code of CONNACK is one of those that CONNACK may have',
    statements: ['MQTT-3.2.2-8'],
    run: async (test) => {
      await test.connect('alice');
      await provokeRefusal(test, 'bob');
      const carol = await test.open('carol');
      carol.send({ ...test.connectPacket('carol'), clientIdentifier: 'c'.repeat(65_535) });
      const answer = await carol.next();
      const accepted = answer?.type === 'connack' && answer.reasonCode === 0;
      test.choice('a Client Identifier of 65,535 characters', accepted ? 'accepted' : 'refused');
    },
    mutants: [
      rewritesSent('refuses with a Reason Code of DISCONNECT', ['MQTT-3.2.2-8'], 'connack', (body) =>
        frame(0x20, bytes(0, (body[1] ?? 0) >= 0x80 ? 0x93 : 0), body.subarray(2)),
      ),
      rewritesSent('refuses with a return code of 3.1.1', ['MQTT-3.2.2-8'], 'connack', (body) =>
        frame(0x20, bytes(0, (body[1] ?? 0) >= 0x80 ? 0x05 : 0), body.subarray(2)),
      ),
    ],
  }),
  defineTest({
    id: 'connack/assigned-client-identifier',
    title: 'A client without Client Identifier is told the one that it was given, which nobody else has',
    statements: ['MQTT-3.2.2-16'],
    run: async (test) => {
      const clients: RawClient[] = [];
      const identifiers = new Set<string>();
      for (const name of ['alice', 'bob', 'carol']) {
        const client = await test.open(name);
        client.send({ ...test.connectPacket(name), clientIdentifier: '' });
        const connack = await client.expect('connack');
        if (connack.reasonCode === CLIENT_IDENTIFIER_NOT_VALID) test.skip('an empty Client Identifier is refused');
        test.checkEqual(connack.reasonCode, 0, 'Reason Code of CONNACK');
        const identifier = connack.properties.assignedClientIdentifier ?? '';
        test.check(identifier !== '', `${name} was not told a Client Identifier`);
        test.check(!identifiers.has(identifier), `${identifier} was given to two clients`);
        identifiers.add(identifier);
        clients.push(client);
      }
      for (const client of clients) await client.expectNothing();
    },
    mutants: [
      changesSent('does not tell the Client Identifier', ['MQTT-3.2.2-16'], 'connack', (packet) => ({
        ...packet,
        properties: { ...packet.properties, assignedClientIdentifier: undefined },
      })),
      changesReceived('takes all clients without name for one', ['MQTT-3.2.2-16'], 'connect', (packet) => ({
        ...packet,
        clientIdentifier: 'anonymous',
      })),
      changesSent('gives everybody the same Client Identifier', ['MQTT-3.2.2-16'], 'connack', (packet) => ({
        ...packet,
        properties: { ...packet.properties, assignedClientIdentifier: 'anonymous' },
      })),
    ],
  }),
  defineTest({
    id: 'connack/fits',
    title: 'CONNACK has no Reason String and no User Properties that make it too large for the client',
    statements: ['MQTT-3.2.2-19', 'MQTT-3.2.2-20'],
    run: async (test) => {
      const { client, connack } = await provokeRefusal(test, 'alice', { maximumPacketSize: SMALL });
      test.check(client.largestFrame <= SMALL, `CONNACK has ${client.largestFrame} bytes; allowed: ${SMALL}`);
      test.choice('CONNACK that refuses a client of few bytes', connack === undefined ? 'not sent' : 'sent');
    },
    mutants: [
      changesReceived('takes no notice of Maximum Packet Size', ['MQTT-3.2.2-19'], 'connect', (packet) => ({
        ...packet,
        properties: { ...packet.properties, maximumPacketSize: undefined },
      })),
      changesSent('explains its CONNACK at any length', ['MQTT-3.2.2-19'], 'connack', (packet) => ({
        ...packet,
        properties: { ...packet.properties, reasonString: 'the broker does not know this method' },
      })),
      changesSent('always adds User Properties to CONNACK', ['MQTT-3.2.2-20'], 'connack', (packet) => ({
        ...packet,
        properties: { ...packet.properties, userProperties: [['broker', 'one of many in this cluster']] },
      })),
    ],
  }),
  defineTest({
    id: 'connack/keep-alive-of-client',
    title: 'Where CONNACK has no Server Keep Alive, each client’s own Keep Alive holds',
    statements: ['MQTT-3.2.2-22'],
    run: async (test) => {
      const patient = await test.connectWithConnack('patient', { keepAlive: 60 });
      const hasty = await test.connectWithConnack('hasty', { keepAlive: 1 });
      const overridden = [patient, hasty].some(({ connack }) => connack.properties.serverKeepAlive !== undefined);
      if (overridden) test.skip('the broker sets the keep alive itself');
      await hasty.client.expectClose(KEEP_ALIVE_TIMEOUT_MS);
      await patient.client.expectNothing();
    },
    mutants: [1, 60].map((keepAlive) =>
      changesReceived(`takes ${keepAlive} s for every client’s Keep Alive`, ['MQTT-3.2.2-22'], 'connect', (packet) => ({
        ...packet,
        keepAlive,
      })),
    ),
  }),
  ...CONNACK_CAPABILITIES_TESTS,
];

const KEPT = { sessionExpiryInterval: 60 } as const;
const CLIENT_IDENTIFIER_NOT_VALID = 0x85;
/** A CONNACK that refuses needs five bytes; brokers that explain themselves use more than this. */
const SMALL = 20;
/** Once and a half the Keep Alive, and grace for brokers that look around every few seconds only. */
const KEEP_ALIVE_TIMEOUT_MS = 9500;
