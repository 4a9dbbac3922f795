import { encodePacket } from '@skua/codec';
import {
  changesReceived,
  changesSent,
  ignores,
  mutant,
  neverCloses,
  packetTypeOf,
  rewritesSent,
} from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { bytes, concatenate, frame, properties } from '../../wire/frame.ts';
import { REAUTHENTICATION_TESTS } from './reauthentication.ts';
import { beginScram, connectByScram, proof, SCRAM } from './scram-fixture.ts';

/** An AUTH as a broker sends it in an exchange. */
const CHALLENGE = encodePacket({ type: 'auth', reasonCode: 0x18, properties: { authenticationMethod: SCRAM } }, 5);

/** Sections 3.15 and 4.12 of 5.0. */
export const AUTHENTICATION_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'authentication/unknown-method',
    title: 'A CONNECT with an Authentication Method that the broker does not know is refused',
    statements: ['MQTT-4.12.0-1'],
    run: async (test) => {
      const alice = await test.open('alice');
      alice.send(test.connectPacket('alice', { properties: { authenticationMethod: 'SKUA-UNKNOWN' } }));
      const reasonCode = await alice.expectRefusal();
      const answer = reasonCode === undefined ? 'bare close' : `CONNACK 0x${reasonCode.toString(16)}`;
      test.choice('an unknown Authentication Method', answer);
    },
    mutants: [
      neverCloses(['MQTT-4.12.0-1']),
      changesReceived('takes no notice of the Authentication Method', ['MQTT-4.12.0-1'], 'connect', (packet) => ({
        ...packet,
        properties: {},
      })),
    ],
  }),
  defineTest({
    id: 'authentication/not-asked-for',
    title: 'A client without Authentication Method sees no AUTH, and no method in CONNACK',
    statements: ['MQTT-4.12.0-6'],
    run: async (test) => {
      const { client, connack } = await test.connectWithConnack('alice');
      test.checkEqual(connack.properties.authenticationMethod, undefined, 'Authentication Method of CONNACK');
      await client.expectNothing();
    },
    mutants: [
      changesSent('names a method to everybody', ['MQTT-4.12.0-6'], 'connack', (packet) => ({
        ...packet,
        properties: { ...packet.properties, authenticationMethod: SCRAM },
      })),
      mutant('asks for a re-authentication', ['MQTT-4.12.0-6'], {
        fromBroker: (sent) => (packetTypeOf(sent) === 'connack' ? [sent, CHALLENGE] : [sent]),
      }),
    ],
  }),
  defineTest({
    id: 'authentication/not-forced',
    title: 'A client without Authentication Method sees no AUTH where others are challenged',
    statements: ['MQTT-4.12.0-6'],
    profile: 'scram',
    run: async (test) => {
      const alice = await test.open('alice');
      alice.send(test.connectPacket('alice', { userName: 'skua', password: new TextEncoder().encode('guillemot') }));
      const answer = await alice.next();
      test.check(answer?.type !== 'auth', 'the broker sent AUTH');
      if (answer?.type !== 'connack') return;
      test.checkEqual(answer.properties.authenticationMethod, undefined, 'Authentication Method of CONNACK');
      test.choice('a client without Authentication Method', answer.reasonCode === 0 ? 'accepted' : 'refused');
    },
    mutants: [
      mutant('challenges everybody', ['MQTT-4.12.0-6'], {
        fromClient: (received, connection) => {
          connection.sendToClient(CHALLENGE);
          return [received];
        },
      }),
      changesSent('names the method when it refuses', ['MQTT-4.12.0-6'], 'connack', (packet) => ({
        ...packet,
        properties: { ...packet.properties, authenticationMethod: SCRAM },
      })),
    ],
  }),
  defineTest({
    id: 'authentication/uninvited-auth',
    title: 'An AUTH from a client whose CONNECT had no Authentication Method ends the connection',
    statements: ['MQTT-4.12.0-7'],
    run: async (test) => {
      for (const reasonCode of [0x18, 0x19] as const) {
        const alice = await test.connect('alice');
        alice.send({ type: 'auth', reasonCode, properties: { authenticationMethod: SCRAM } });
        await alice.expectClose();
      }
    },
    mutants: [
      neverCloses(['MQTT-4.12.0-7']),
      ignores('AUTH', ['MQTT-4.12.0-7'], (received) => packetTypeOf(received) === 'auth'),
    ],
  }),
  defineTest({
    id: 'authentication/exchange',
    title: 'The challenge is an AUTH with 0x18; it and CONNACK name the method of CONNECT',
    statements: ['MQTT-3.15.2-1', 'MQTT-4.12.0-2', 'MQTT-4.12.0-5'],
    profile: 'scram',
    run: async (test) => {
      const exchange = await beginScram(test, 'alice');
      const { client, auth } = exchange;
      test.checkEqual(auth.reasonCode, 0x18, 'Reason Code of AUTH');
      test.checkEqual(auth.properties.authenticationMethod, SCRAM, 'Authentication Method of AUTH');
      client.send(await proof(exchange));
      const connack = await client.expect('connack');
      test.checkEqual(connack.reasonCode, 0, 'Reason Code of CONNACK');
      test.checkEqual(connack.properties.authenticationMethod, SCRAM, 'Authentication Method of CONNACK');
    },
    mutants: [
      ...[0x19, 0x01].map((reasonCode) =>
        rewritesSent(`sends AUTH with 0x${reasonCode.toString(16)}`, ['MQTT-3.15.2-1'], 'auth', (body) =>
          frame(0xf0, bytes(reasonCode), body.subarray(1)),
        ),
      ),
      changesSent('calls its challenge a success', ['MQTT-4.12.0-2'], 'auth', (packet) => ({
        ...packet,
        reasonCode: 0,
      })),
      ...(['auth', 'connack'] as const).map((type) =>
        changesSent(`names another method in ${type.toUpperCase()}`, ['MQTT-4.12.0-5'], type, (packet) => ({
          ...packet,
          properties: { ...packet.properties, authenticationMethod: 'SCRAM-SHA-1' },
        })),
      ),
      changesSent('leaves the method out of CONNACK', ['MQTT-4.12.0-5'], 'connack', (packet) => ({
        ...packet,
        properties: { ...packet.properties, authenticationMethod: undefined },
      })),
    ],
  }),
  defineTest({
    id: 'authentication/rejected',
    title: 'A client that cannot prove itself is refused',
    statements: ['MQTT-4.12.0-4'],
    profile: 'scram',
    run: async (test) => {
      const exchange = await beginScram(test, 'alice', { password: 'razorbill' });
      exchange.client.send(await proof(exchange));
      const reasonCode = await exchange.client.expectRefusal();
      const answer = reasonCode === undefined ? 'bare close' : `CONNACK 0x${reasonCode.toString(16)}`;
      test.choice('a wrong proof', answer);
    },
    mutants: [
      neverCloses(['MQTT-4.12.0-4']),
      mutant('accepts every proof', ['MQTT-4.12.0-4'], {
        fromBroker: (sent) => (packetTypeOf(sent) === 'connack' ? [frame(0x20, bytes(0, 0), properties())] : [sent]),
      }),
    ],
  }),
  defineTest({
    id: 'authentication/reserved-flags',
    title: 'An AUTH with reserved flags set is malformed, even if it proves who the client is',
    statements: ['MQTT-3.15.1-1'],
    profile: 'scram',
    run: async (test) => {
      for (const flags of [0x1, 0x2, 0x4, 0x8]) {
        const exchange = await beginScram(test, 'alice');
        const [, ...rest] = encodePacket(await proof(exchange), test.version);
        exchange.client.sendBytes(bytes(0xf0 | flags, ...rest));
        await exchange.client.expectRefusal();
      }
    },
    mutants: [
      neverCloses(['MQTT-3.15.1-1']),
      mutant('takes no notice of the flags of AUTH', ['MQTT-3.15.1-1'], {
        fromClient: (received) =>
          packetTypeOf(received) === 'auth' ? [concatenate([bytes(0xf0), received.subarray(1)])] : [received],
      }),
    ],
  }),
  defineTest({
    id: 'authentication/fits',
    title: 'AUTH has no Reason String and no User Properties that make it too large for the client',
    statements: ['MQTT-3.15.2-2', 'MQTT-3.15.2-3'],
    profile: 'scram',
    run: async (test) => {
      const probe = await connectByScram(test, 'alice');
      const maximumPacketSize = probe.client.largestFrame + SLACK;
      const { client } = await connectByScram(test, 'alice', { maximumPacketSize });
      const { largestFrame } = client;
      test.check(largestFrame <= maximumPacketSize, `a packet of ${largestFrame} bytes; allowed: ${maximumPacketSize}`);
    },
    mutants: [
      changesSent('explains AUTH where there is no room', ['MQTT-3.15.2-2'], 'auth', (packet, { index }) =>
        index === 0 ? packet : { ...packet, properties: { ...packet.properties, reasonString: 'x'.repeat(200) } },
      ),
      changesSent('adds User Properties where there is no room', ['MQTT-3.15.2-3'], 'auth', (packet, { index }) =>
        index === 0
          ? packet
          : { ...packet, properties: { ...packet.properties, userProperties: [['broker', 'x'.repeat(200)]] } },
      ),
    ],
  }),
  ...REAUTHENTICATION_TESTS,
];

/** A server that makes up its nonce anew each time may need a few bytes more the second time. */
const SLACK = 16;
