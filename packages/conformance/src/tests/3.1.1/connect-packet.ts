import {
  acceptsAnyConnect,
  changesReceived,
  changesSent,
  ignores,
  mutant,
  neverCloses,
  packetTypeOf,
  statefulMutant,
} from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { connectFrame, ConnectFlag } from '../../wire/connect-frame.ts';
import { bytes, concatenate, frame, string, twoByteInteger } from '../../wire/frame.ts';
import { CONNECT_FLAGS_TESTS_3 } from './connect-flags.ts';
import { CONNECT_SESSION_TESTS_3 } from './connect-session.ts';
import { CONNECT_WILL_TESTS_3 } from './connect-will.ts';
import { connectWithFlags, HEAD, WILL } from './connection-fixture.ts';

/** Sections 3.1.0 to 3.1.2.3 and 3.1.4 of 3.1.1: what a server makes of CONNECT as a whole. */
export const CONNECT_PACKET_TESTS_3: readonly ConformanceTest[] = [
  defineTest({
    id: 'v3/connect/comes-first',
    title: 'Whoever begins with another packet than CONNECT is not served',
    statements: ['v3 MQTT-3.1.0-1'],
    version: 4,
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('#'));
      const topic = string(test.topic('a'));
      for (const first of [
        frame(0xc0),
        frame(0x30, topic, bytes(0x78)),
        frame(0x82, twoByteInteger(1), topic, bytes(0)),
      ]) {
        const alice = await test.open('alice');
        alice.sendBytes(first);
        await alice.expectRefusal();
      }
      await watcher.expectNothing();
    },
    mutants: [
      neverCloses(['v3 MQTT-3.1.0-1']),
      statefulMutant('takes clients without CONNECT for anonymous ones', ['v3 MQTT-3.1.0-1'], () => {
        const known = new Set<number>();
        return {
          fromClient: (received, { index }) => {
            if (known.has(index) || packetTypeOf(received) === 'connect') return [received];
            known.add(index);
            return [connectFrame(HEAD, string(`anonymous${index}`)), received];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'v3/connect/second-connect',
    title: 'A second CONNECT ends the connection',
    statements: ['v3 MQTT-3.1.0-2'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      alice.send(test.connectPacket('alice'));
      await alice.expectRefusal();
    },
    mutants: [
      statefulMutant('answers a second CONNECT as if it were the first', ['v3 MQTT-3.1.0-2'], () => {
        const connected = new Set<number>();
        return {
          fromClient: (received, connection) => {
            if (packetTypeOf(received) !== 'connect') return [received];
            if (connected.has(connection.index)) {
              connection.sendToClient(frame(0x20, bytes(0, 0)));
              return [];
            }
            connected.add(connection.index);
            return [received];
          },
        };
      }),
      neverCloses(['v3 MQTT-3.1.0-2']),
    ],
  }),
  defineTest({
    id: 'v3/connect/protocol-name',
    title: 'A CONNECT with another protocol name than MQTT is not accepted',
    statements: ['v3 MQTT-3.1.2-1'],
    version: 4,
    run: async (test) => {
      for (const name of ['mqtt', 'MQTX', 'MQTTT', '']) {
        const alice = await test.open('alice');
        const protocolName = string(name);
        alice.sendBytes(connectFrame({ ...HEAD, protocolName }, string(test.clientIdentifier('alice'))));
        await alice.expectRefusalInAnyVersion();
      }
    },
    mutants: [neverCloses(['v3 MQTT-3.1.2-1']), acceptsAnyConnect(['v3 MQTT-3.1.2-1'])],
  }),
  defineTest({
    id: 'v3/connect/protocol-level',
    title: 'A CONNECT of a protocol level that does not exist is answered by return code 1, and the connection closed',
    statements: ['v3 MQTT-3.1.2-2'],
    version: 4,
    run: async (test) => {
      for (const protocolVersion of [0, 6, 0x7f]) {
        const alice = await test.open('alice');
        alice.sendBytes(connectFrame({ ...HEAD, protocolVersion }, string(test.clientIdentifier('alice'))));
        const reasonCode = await alice.expectRefusalInAnyVersion();
        if (reasonCode === undefined) {
          // Who knows 5.0 as well may go by that: it leaves open whether a server answers, and in which form.
          test.check(await speaks5(), `a CONNECT with protocol level ${protocolVersion} is not answered by CONNACK`);
        } else {
          test.checkEqual(reasonCode, UNSUPPORTED_PROTOCOL_VERSION, 'return code, written as a Reason Code');
        }
        test.choice('an unknown protocol level', reasonCode === undefined ? 'close' : 'CONNACK with return code 1');
      }

      async function speaks5(): Promise<boolean> {
        const bob = await test.open('bob', 5);
        bob.send(test.connectPacket('bob', {}, 5));
        // Whoever does not speak 5.0 answers in a form that a client of 5.0 cannot read.
        if ((await bob.answers()) !== 'readable') return false;
        const answer = await bob.next();
        return answer?.type === 'connack' && answer.reasonCode === 0;
      }
    },
    mutants: [
      neverCloses(['v3 MQTT-3.1.2-2']),
      mutant('takes every later level for its own', ['v3 MQTT-3.1.2-2'], {
        fromClient: (received) => [
          packetTypeOf(received) === 'connect' && (received[8] ?? 0) > 5
            ? received.map((byte, index) => (index === 8 ? 4 : byte))
            : received,
        ],
      }),
      mutant('refuses unknown levels with return code 2', ['v3 MQTT-3.1.2-2'], {
        fromBroker: (sent) => (packetTypeOf(sent) === 'connack' ? [frame(0x20, bytes(0, 2))] : [sent]),
      }),
    ],
  }),
  defineTest({
    id: 'v3/connect/format',
    title: 'A CONNECT that does not have the form of one ends the connection without CONNACK',
    statements: ['v3 MQTT-3.1.4-1', 'v3 MQTT-3.2.2-6'],
    version: 4,
    run: async (test) => {
      const identifier = string(test.clientIdentifier('alice'));
      for (const wrong of [
        frame(0x10, string('MQTT'), bytes(4, ConnectFlag.cleanStart)),
        connectWithFlags(ConnectFlag.cleanStart | ConnectFlag.reserved, identifier),
        connectWithFlags(ConnectFlag.cleanStart | ConnectFlag.willQos1, identifier),
        connectWithFlags(WILL, identifier),
        // A Client Identifier that is longer than the packet, and none at all.
        connectWithFlags(ConnectFlag.cleanStart, twoByteInteger(0x100), bytes(0x61)),
        connectWithFlags(ConnectFlag.cleanStart),
      ]) {
        const alice = await test.open('alice');
        alice.sendBytes(wrong);
        const returnCode = await alice.expectClose();
        test.check(returnCode === undefined, 'a malformed CONNECT is answered by CONNACK');
      }
    },
    mutants: [
      neverCloses(['v3 MQTT-3.1.4-1']),
      acceptsAnyConnect(['v3 MQTT-3.1.4-1']),
      mutant('answers every CONNECT, for want of a better return code with 2', ['v3 MQTT-3.1.4-1', 'v3 MQTT-3.2.2-6'], {
        brokerClosed: (connection) => {
          connection.sendToClient(frame(0x20, bytes(0, 2)));
          return true;
        },
      }),
    ],
  }),
  defineTest({
    id: 'v3/connect/accepted',
    title: 'A valid CONNECT is answered by CONNACK with return code 0',
    statements: ['v3 MQTT-3.1.4-4'],
    version: 4,
    run: async (test) => {
      for (const [name, fields] of [
        ['alice', {}],
        ['bob', { keepAlive: 0xffff }],
      ] as const) {
        const client = await test.open(name);
        client.send(test.connectPacket(name, fields));
        const { reasonCode } = await client.expect('connack');
        test.checkEqual(reasonCode, 0, 'return code');
      }
    },
    mutants: [
      ignores('CONNECT', ['v3 MQTT-3.1.4-4'], (received) => packetTypeOf(received) === 'connect'),
      changesSent('accepts without CONNACK', ['v3 MQTT-3.1.4-4'], 'connack', () => undefined),
      mutant('accepts with a return code of its own', ['v3 MQTT-3.1.4-4'], {
        fromBroker: (sent) => (packetTypeOf(sent) === 'connack' ? [frame(0x20, bytes(0, 6))] : [sent]),
      }),
    ],
  }),
  defineTest({
    id: 'v3/connect/wrong-password',
    title: 'Whoever fails authentication is not connected',
    statements: ['v3 U-3.1.4-4'],
    version: 4,
    profile: 'authenticated',
    run: async (test) => {
      // So that what is refused below is refused for its password.
      await test.connect('alice', { userName: 'skua', password: GUILLEMOT });
      const wrong = { userName: 'skua', password: new TextEncoder().encode('razorbill') };
      for (const credentials of [wrong, {}]) {
        const bob = await test.open('bob');
        bob.send(test.connectPacket('bob', credentials));
        const reasonCode = await bob.expectRefusal();
        test.choice('wrong password', reasonCode === undefined ? 'bare close' : 'CONNACK');
      }
    },
    mutants: [
      neverCloses(['v3 U-3.1.4-4']),
      changesReceived('does not compare passwords', ['v3 U-3.1.4-4'], 'connect', (packet) => ({
        ...packet,
        userName: 'skua',
        password: GUILLEMOT,
      })),
    ],
  }),
  defineTest({
    id: 'v3/connect/nothing-after-refusal',
    title: 'What a client sends after a CONNECT that is refused is not processed',
    statements: ['v3 MQTT-3.1.4-5'],
    version: 4,
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('#'));
      const alice = await test.open('alice');
      const topic = string(test.topic('a'));
      alice.sendBytes(
        concatenate([
          // Refused because nothing can be resumed without a Client Identifier [v3 MQTT-3.1.3-8].
          connectWithFlags(0, string('')),
          frame(0x30, topic, bytes(0x78)),
          frame(0x82, twoByteInteger(1), topic, bytes(0)),
        ]),
      );
      const answer = await alice.next();
      if (answer?.type === 'connack' && answer.reasonCode === 0) test.inconclusive('the CONNECT was not refused');
      const onlyRefused = answer === undefined || answer.type === 'connack';
      test.check(onlyRefused, `a client that was refused received ${answer?.type.toUpperCase()}`);
      await alice.expectClose();
      await watcher.expectNothing();
    },
    mutants: [
      mutant('publishes for clients whose CONNECT it refused', ['v3 MQTT-3.1.4-5'], {
        fromClient: (received, connection) => {
          if (packetTypeOf(received) === 'publish') connection.all[0]?.sendToBroker(received);
          return [received];
        },
      }),
      mutant('answers SUBSCRIBE of clients whose CONNECT it refused', ['v3 MQTT-3.1.4-5'], {
        fromClient: (received, connection) => {
          if (packetTypeOf(received) === 'subscribe' && connection.index > 0) {
            connection.sendToClient(frame(0x90, received.subarray(2, 4), bytes(0)));
          }
          return [received];
        },
      }),
    ],
  }),
  ...CONNECT_FLAGS_TESTS_3,
  ...CONNECT_SESSION_TESTS_3,
  ...CONNECT_WILL_TESTS_3,
];

/** What the codec makes of return code 1. */
const UNSUPPORTED_PROTOCOL_VERSION = 0x84;
const GUILLEMOT = new TextEncoder().encode('guillemot');
