import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import {
  changesReceived,
  changesSent,
  ignores,
  neverCloses,
  packetTypeOf,
  statefulMutant,
} from '../../harness/mutations.ts';

/** Section 3.1.0, 3.1.1 and the flags of 3.1.2 of 5.0. */
export const CONNECT_PACKET_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'connect/second-connect',
    title: 'A second CONNECT is a Protocol Error and ends the connection',
    statements: ['MQTT-3.1.0-2'],
    run: async (test) => {
      const alice = await test.connect('alice');
      alice.send(test.connectPacket('alice'));
      const reasonCode = await alice.expectClose();
      test.choice(
        'second CONNECT',
        reasonCode === undefined ? 'bare close' : `DISCONNECT 0x${reasonCode.toString(16)}`,
      );
    },
    mutants: [
      statefulMutant('takes no notice of a second CONNECT', ['MQTT-3.1.0-2'], () => {
        const connected = new Set<number>();
        return {
          fromClient: (frame, connection) => {
            if (packetTypeOf(frame) !== 'connect') return [frame];
            if (connected.has(connection.index)) return [];
            connected.add(connection.index);
            return [frame];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'connect/clean-start-discards',
    title: 'Clean Start 1 discards the session: subscriptions are gone, Session Present is 0',
    statements: ['MQTT-3.1.2-4', 'MQTT-3.2.2-2'],
    run: async (test) => {
      const first = await test.connect('alice', { properties: { sessionExpiryInterval: 600 } });
      await test.subscribe(first, test.topic('a'));
      await test.disconnect(first);
      const { client, connack } = await test.connectWithConnack('alice');
      test.checkEqual(connack.sessionPresent, false, 'Session Present');
      const bob = await test.connect('bob');
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      await client.expectNothing();
    },
    mutants: [
      changesReceived('resumes a session in spite of Clean Start', ['MQTT-3.1.2-4'], 'connect', (packet) => ({
        ...packet,
        cleanStart: false,
      })),
      changesSent('says Session Present after Clean Start', ['MQTT-3.2.2-2'], 'connack', (packet) => ({
        ...packet,
        sessionPresent: true,
      })),
    ],
  }),
  defineTest({
    id: 'connect/reserved-flag',
    title: 'A CONNECT whose reserved flag is set is refused',
    statements: ['MQTT-3.1.2-3', 'U-3.1.2.3-1'],
    run: async (test) => {
      const alice = await test.open('alice');
      alice.sendBytes(Uint8Array.from([0x10, 0x0e, 0, 4, 0x4d, 0x51, 0x54, 0x54, 5, 0x03, 0, 0, 0, 0, 1, 0x61]));
      await alice.expectClose();
    },
    mutants: [
      neverCloses(['MQTT-3.1.2-3', 'U-3.1.2.3-1']),
      ignores('CONNECT', ['MQTT-3.1.2-3', 'U-3.1.2.3-1'], () => true),
    ],
  }),
];
