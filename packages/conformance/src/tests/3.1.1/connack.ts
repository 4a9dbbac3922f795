import { mutant, packetTypeOf, statefulMutant } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { bytes, frame } from '../../wire/frame.ts';
import { connectKept, discardSessions, leave } from './connection-fixture.ts';

/** Section 3.2 of 3.1.1; what refusals and sessions do to CONNACK is tested with CONNECT. */
export const CONNACK_TESTS_3: readonly ConformanceTest[] = [
  defineTest({
    id: 'v3/connack/comes-first',
    title: 'CONNACK comes before anything else, even before messages that wait in the session',
    statements: ['v3 MQTT-3.2.0-1'],
    version: 4,
    run: async (test) => {
      const first = await connectKept(test, 'alice');
      await test.subscribe(first, { topicFilter: test.topic('a'), qos: 1 });
      await leave(test, first);
      const bob = await test.connect('bob');
      await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
      const second = await test.open('alice');
      second.send(test.connectPacket('alice', { cleanStart: false }));
      await second.expect('connack');
      await test.receive(second);
      await discardSessions(test, 'alice');
    },
    mutants: [
      statefulMutant('sends what waits before CONNACK', ['v3 MQTT-3.2.0-1'], () => {
        let connack: Uint8Array | undefined;
        return {
          fromBroker: (sent, { index }) => {
            if (index !== 2) return [sent];
            if (packetTypeOf(sent) === 'connack') {
              connack = sent;
              return [];
            }
            const held = connack;
            connack = undefined;
            return held === undefined ? [sent] : [sent, held];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'v3/connack/reserved-bits',
    title: 'The reserved bits of the Connect Acknowledge Flags are 0',
    statements: ['v3 U-3.2.2.1-1'],
    version: 4,
    run: async (test) => {
      // CONNACK is read strictly: the byte is 0 or 1.
      for (const cleanStart of [false, false, true]) await test.connect('alice', { cleanStart });
    },
    mutants: [
      mutant('sets a reserved bit in CONNACK', ['v3 U-3.2.2.1-1'], {
        fromBroker: (sent) => [packetTypeOf(sent) === 'connack' ? frame(0x20, bytes(0x02, 0)) : sent],
      }),
      mutant('counts up in the flags of CONNACK', ['v3 U-3.2.2.1-1'], {
        fromBroker: (sent, { index }) => [packetTypeOf(sent) === 'connack' ? frame(0x20, bytes(index, 0)) : sent],
      }),
    ],
  }),
];
