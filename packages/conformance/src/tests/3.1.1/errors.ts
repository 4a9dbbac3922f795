import {
  changesReceived,
  changesSent,
  ignores,
  mutant,
  neverCloses,
  packetTypeOf,
  statefulMutant,
} from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { bytes, concatenate, frame, string, twoByteInteger } from '../../wire/frame.ts';
import { textOf } from '../5.0/delivery-fixture.ts';
import { closedConnections } from './closed-connections.ts';

/** Sections 4.8 and 7 of 3.1.1. */
export const ERRORS_TESTS_3: readonly ConformanceTest[] = [
  defineTest({
    id: 'v3/errors/violation-closes',
    title: 'A protocol violation ends the connection on which it came, and no other',
    statements: ['v3 MQTT-4.8.0-1'],
    version: 4,
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('a'));
      const identifier = twoByteInteger(1);
      for (const wrong of [
        // The reserved packet types.
        frame(0x00),
        frame(0xf0),
        // Packets that are too short, and a length of five bytes.
        frame(0x40, bytes(1)),
        frame(0xa2, identifier),
        bytes(0x30, 0xff, 0xff, 0xff, 0xff, 0x01),
      ]) {
        const alice = await test.connect('alice');
        alice.sendBytes(wrong);
        await alice.expectClose();
      }
      await test.publish(await test.connect('bob'), { topicName: test.topic('a'), qos: 1 });
      await watcher.expect('publish');
    },
    mutants: [
      neverCloses(['v3 MQTT-4.8.0-1']),
      ignores('reserved packet types', ['v3 MQTT-4.8.0-1'], (received) => packetTypeOf(received) === undefined),
      mutant('closes everybody’s connection', ['v3 MQTT-4.8.0-1'], {
        brokerClosed: ({ all }) => {
          for (const connection of all) connection.closeToClient();
          return true;
        },
      }),
    ],
  }),
  closedConnections({
    id: 'v3/errors/wrong-direction',
    title: 'A packet that only servers send ends the connection when a client sends it',
    statements: ['v3 MQTT-4.8.0-1'],
    packets: () => [
      frame(0x20, bytes(0, 0)),
      frame(0x90, twoByteInteger(1), bytes(0)),
      frame(0xb0, twoByteInteger(1)),
      frame(0xd0),
    ],
  }),
  defineTest({
    id: 'v3/conformance/no-extensions',
    title: 'A client that uses nothing but this specification is served',
    statements: ['v3 MQTT-7.0.0-2'],
    version: 4,
    run: async (test) => {
      const [alice, bob] = [await test.open('alice'), await test.open('bob')];
      for (const client of [alice, bob]) {
        client.send(test.connectPacket(client.name));
        test.checkEqual((await client.expect('connack')).reasonCode, 0, 'return code');
      }
      await test.subscribe(alice, { topicFilter: test.topic('+'), qos: 2 });
      for (const qos of [0, 1, 2] as const) {
        await test.publish(bob, { topicName: test.topic('a'), payload: `at ${qos}`, qos });
        test.checkEqual(textOf(await test.receive(alice)), `at ${qos}`, 'payload');
      }
      await test.unsubscribe(alice, test.topic('+'));
      await alice.expectNothing();
    },
    mutants: [
      mutant('serves those only that set the highest bit of the protocol level', ['v3 MQTT-7.0.0-2'], {
        fromClient: (received, connection) => {
          if (packetTypeOf(received) !== 'connect' || (received[8] ?? 0) >= 0x80) return [received];
          connection.closeToClient();
          return [];
        },
      }),
      statefulMutant(
        'delivers to those only that asked with a packet of the reserved type',
        ['v3 MQTT-7.0.0-2'],
        () => {
          const asked = new Set<number>();
          return {
            fromClient: (received, { index }) => {
              if (received[0] === 0xf0) asked.add(index);
              return [received];
            },
            fromBroker: (sent, { index }) => (packetTypeOf(sent) === 'publish' && !asked.has(index) ? [] : [sent]),
          };
        },
      ),
    ],
  }),
  defineTest({
    id: 'v3/conformance/stream',
    title: 'Packets are read from the stream of bytes however it is cut, and arrive whole and in order',
    statements: ['v3 MQTT-7.1.1-1'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      await test.subscribe(alice, test.topic('a'));
      const topic = string(test.topic('a'));
      // Each byte on its own, then several packets at once, then one that no single segment holds.
      const single = frame(0x32, topic, twoByteInteger(1), new TextEncoder().encode('byte by byte'));
      for (const byte of single) bob.sendBytes(bytes(byte));
      await bob.expect('puback');
      test.checkEqual(textOf(await alice.expect('publish')), 'byte by byte', 'payload');
      const several = ['one', 'two', 'three'];
      bob.sendBytes(
        concatenate(
          several.map((text, index) => frame(0x32, topic, twoByteInteger(2 + index), new TextEncoder().encode(text))),
        ),
      );
      for (const text of several) {
        await bob.expect('puback');
        test.checkEqual(textOf(await alice.expect('publish')), text, 'payload');
      }
      const payload = Uint8Array.from({ length: 100_000 }, (_none, index) => index % 251);
      await test.publish(bob, { topicName: test.topic('a'), payload, qos: 1 });
      const publish = await alice.expect('publish');
      test.checkEqual(publish.payload.length, payload.length, 'bytes of payload');
      test.check(
        publish.payload.every((byte, index) => byte === payload[index]),
        'a long payload arrives with other bytes',
      );
    },
    mutants: [
      changesReceived('loses what does not fit into 64 KiB', ['v3 MQTT-7.1.1-1'], 'publish', (packet) => ({
        ...packet,
        payload: packet.payload.subarray(0, 0xffff),
      })),
      changesSent('mixes up long payloads', ['v3 MQTT-7.1.1-1'], 'publish', (packet) => ({
        ...packet,
        payload: packet.payload.length > 1460 ? packet.payload.toReversed() : packet.payload,
      })),
      mutant('reads one packet of those that come at once', ['v3 MQTT-7.1.1-1'], {
        fromClient: (received, connection) => {
          // The second of three.
          if (packetTypeOf(received) !== 'publish' || received.at(-1) !== 0x6f || connection.index !== 1) {
            return [received];
          }
          return [];
        },
      }),
    ],
  }),
];
