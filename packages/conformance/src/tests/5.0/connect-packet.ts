import { encodePacket } from '@skua/codec';
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
import {
  bytes,
  concatenate,
  fourByteInteger,
  frame,
  hex,
  properties,
  property,
  string,
  twoByteInteger,
} from '../../wire/frame.ts';
import { CONNECT_FLAGS_TESTS } from './connect-flags.ts';

/** Sections 3.1.0, 3.1.1, 3.1.2.1 to 3.1.2.3 and 3.1.4 of 5.0: what a server makes of CONNECT as a whole. */
export const CONNECT_PACKET_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'connect/comes-first',
    title: 'Whoever begins with another packet than CONNECT is not served',
    statements: ['MQTT-3.1.0-1'],
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('#'));
      const topic = string(test.topic('a'));
      for (const first of [
        frame(0xc0),
        frame(0x30, topic, properties(), bytes(0x78)),
        frame(0x82, twoByteInteger(1), properties(), topic, bytes(0)),
      ]) {
        const alice = await test.open('alice');
        alice.sendBytes(first);
        await alice.expectRefusal();
      }
      await watcher.expectNothing();
    },
    mutants: [
      neverCloses(['MQTT-3.1.0-1']),
      statefulMutant('takes clients without CONNECT for anonymous ones', ['MQTT-3.1.0-1'], () => {
        const known = new Set<number>();
        return {
          fromClient: (received, { index }) => {
            if (known.has(index) || packetTypeOf(received) === 'connect') return [received];
            known.add(index);
            return [connectFrame({}, string(`anonymous${index}`)), received];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'connect/second-connect',
    title: 'A second CONNECT is a Protocol Error and ends the connection',
    statements: ['MQTT-3.1.0-2'],
    run: async (test) => {
      const alice = await test.connect('alice');
      alice.send(test.connectPacket('alice'));
      const reasonCode = await alice.expectRefusal();
      test.choice('second CONNECT', toldAs(reasonCode));
    },
    mutants: [
      statefulMutant('takes no notice of a second CONNECT', ['MQTT-3.1.0-2'], () => {
        const connected = new Set<number>();
        return {
          fromClient: (received, connection) => {
            if (packetTypeOf(received) !== 'connect') return [received];
            if (connected.has(connection.index)) return [];
            connected.add(connection.index);
            return [received];
          },
        };
      }),
      statefulMutant('answers a second CONNECT as if it were the first', ['MQTT-3.1.0-2'], () => {
        const connected = new Set<number>();
        return {
          fromClient: (received, connection) => {
            if (packetTypeOf(received) !== 'connect') return [received];
            if (!connected.has(connection.index)) return [received];
            connection.sendToClient(frame(0x20, bytes(0, 0), properties()));
            return [];
          },
          fromBroker: (sent, connection) => {
            if (packetTypeOf(sent) === 'connack') connected.add(connection.index);
            return [sent];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'connect/protocol-name',
    title: 'A CONNECT with another Protocol Name than MQTT is not accepted',
    statements: ['MQTT-3.1.2-1'],
    run: async (test) => {
      for (const name of ['mqtt', 'MQTX', 'MQTTT', '']) {
        const alice = await test.open('alice');
        alice.sendBytes(connectFrame({ protocolName: string(name) }, string(test.clientIdentifier('alice'))));
        await alice.expectRefusalInAnyVersion();
      }
    },
    mutants: [
      neverCloses(['MQTT-3.1.2-1']),
      mutant('compares the Protocol Name without case', ['MQTT-3.1.2-1'], {
        fromClient: (received) => {
          const start = hex('00 04 6d 71 74 74');
          if (!start.every((byte, index) => received[2 + index] === byte)) return [received];
          return [concatenate([received.subarray(0, 2), string('MQTT'), received.subarray(8)])];
        },
      }),
    ],
  }),
  defineTest({
    id: 'connect/protocol-version',
    title: 'A CONNECT of a Protocol Version that does not exist is not accepted',
    statements: ['MQTT-3.1.2-2'],
    run: async (test) => {
      for (const protocolVersion of [0, 6, 0x7f]) {
        const alice = await test.open('alice');
        alice.sendBytes(connectFrame({ protocolVersion }, string(test.clientIdentifier('alice'))));
        await alice.expectRefusalInAnyVersion();
      }
    },
    mutants: [
      neverCloses(['MQTT-3.1.2-2']),
      mutant('takes every later version for 5', ['MQTT-3.1.2-2'], {
        fromClient: (received) => [
          packetTypeOf(received) === 'connect' && (received[8] ?? 0) > 5
            ? received.map((byte, index) => (index === 8 ? 5 : byte))
            : received,
        ],
      }),
    ],
  }),
  defineTest({
    id: 'connect/format',
    title: 'A CONNECT that does not have the form of one is not accepted',
    statements: ['MQTT-3.1.4-1'],
    run: async (test) => {
      const identifier = string(test.clientIdentifier('alice'));
      const withProperty = (id: number, value: Uint8Array): Uint8Array =>
        connectFrame({ properties: properties(property(id, value)) }, identifier);
      for (const wrong of [
        frame(0x10),
        frame(0x10, string('MQTT')),
        frame(0x10, string('MQTT'), bytes(5, ConnectFlag.cleanStart)),
        // The Property Length reaches beyond the packet, then into the payload.
        connectFrame({ properties: bytes(0x7f) }, identifier),
        connectFrame({ properties: bytes(0x04) }, identifier),
        // A property that does not exist, one of PUBLISH, and a value that is too short.
        withProperty(0x7e, bytes(0)),
        withProperty(TOPIC_ALIAS, twoByteInteger(1)),
        withProperty(SESSION_EXPIRY_INTERVAL, twoByteInteger(1)),
        // A Client Identifier that is longer than the packet.
        connectFrame({}, twoByteInteger(0x100), bytes(0x61)),
        connectFrame({ properties: properties(property(SESSION_EXPIRY_INTERVAL, fourByteInteger(0))) }),
      ]) {
        const alice = await test.open('alice');
        alice.sendBytes(wrong);
        await alice.expectRefusalInAnyVersion();
      }
    },
    mutants: [neverCloses(['MQTT-3.1.4-1']), acceptsAnyConnect(['MQTT-3.1.4-1'])],
  }),
  defineTest({
    id: 'connect/accepted',
    title: 'A valid CONNECT is answered by CONNACK with Success, before anything else',
    statements: ['MQTT-3.1.4-5'],
    run: async (test) => {
      await test.connect('alice');
      await test.connect('bob', {
        keepAlive: 0xffff,
        properties: {
          sessionExpiryInterval: 0,
          receiveMaximum: 1,
          maximumPacketSize: 0xffffffff,
          topicAliasMaximum: 0,
          requestResponseInformation: false,
          requestProblemInformation: true,
          userProperties: [
            ['name', 'value'],
            ['name', 'value'],
          ],
        },
      });
    },
    mutants: [
      ignores('CONNECT', ['MQTT-3.1.4-5'], (received) => packetTypeOf(received) === 'connect'),
      changesSent('accepts without CONNACK', ['MQTT-3.1.4-5'], 'connack', () => undefined),
      mutant('answers a CONNECT with properties with a Reason Code that is none', ['MQTT-3.1.4-5'], {
        fromBroker: (sent) => (packetTypeOf(sent) === 'connack' ? [frame(0x20, bytes(0, 1), properties())] : [sent]),
      }),
    ],
  }),
  defineTest({
    id: 'connect/wrong-password',
    title: 'Whoever fails authentication is not connected',
    statements: ['MQTT-3.1.4-2'],
    profile: 'authenticated',
    run: async (test) => {
      // So that what is refused below is refused for its password.
      await test.connect('alice', { userName: 'skua', password: GUILLEMOT });
      for (const password of [new TextEncoder().encode('razorbill'), undefined]) {
        const bob = await test.open('bob');
        bob.send({ ...test.connectPacket('bob'), userName: 'skua', password });
        const reasonCode = await bob.expectRefusal();
        test.choice('wrong password', toldAs(reasonCode));
      }
      const carol = await test.open('carol');
      carol.send(test.connectPacket('carol'));
      await carol.expectRefusal();
    },
    mutants: [
      neverCloses(['MQTT-3.1.4-2']),
      changesReceived('does not compare passwords', ['MQTT-3.1.4-2'], 'connect', (packet) => ({
        ...packet,
        password: GUILLEMOT,
      })),
    ],
  }),
  defineTest({
    id: 'connect/nothing-after-refusal',
    title: 'What a client sends after a CONNECT that is refused is not processed',
    statements: ['MQTT-3.1.4-6'],
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('#'));
      const alice = await test.open('alice');
      const { properties: none, ...rest } = test.connectPacket('alice');
      // No broker knows this method [MQTT-4.12.0-1].
      const connect = { ...rest, properties: { ...none, authenticationMethod: 'SKUA-UNKNOWN' } };
      const topic = string(test.topic('a'));
      alice.sendBytes(
        concatenate([
          encodePacket(connect, 5),
          frame(0x30, topic, properties(), bytes(0x78)),
          frame(0x82, twoByteInteger(1), properties(), topic, bytes(0)),
        ]),
      );
      await alice.expectRefusal();
      await watcher.expectNothing();
    },
    mutants: [
      mutant('publishes for clients whose CONNECT it refused', ['MQTT-3.1.4-6'], {
        fromClient: (received, connection) => {
          if (packetTypeOf(received) === 'publish') connection.all[0]?.sendToBroker(received);
          return [received];
        },
      }),
      mutant('answers SUBSCRIBE of clients whose CONNECT it refused', ['MQTT-3.1.4-6'], {
        fromClient: (received, connection) => {
          if (packetTypeOf(received) === 'subscribe' && connection.index > 0) {
            connection.sendToClient(frame(0x90, received.subarray(2, 4), properties(), bytes(0)));
          }
          return [received];
        },
      }),
    ],
  }),
  ...CONNECT_FLAGS_TESTS,
];

const TOPIC_ALIAS = 0x23;
const SESSION_EXPIRY_INTERVAL = 0x11;
const GUILLEMOT = new TextEncoder().encode('guillemot');

function toldAs(reasonCode: number | undefined): string {
  return reasonCode === undefined ? 'bare close' : `Reason Code 0x${reasonCode.toString(16)}`;
}
