import { decodeFrame, mutant, neverCloses, packetTypeOf, statefulMutant } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { bytes, frame, properties, property, string, twoByteInteger } from '../../wire/frame.ts';
import { provokeRefusal } from './refusal-fixture.ts';

/** Section 4.13 of 5.0. */
export const ERRORS_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'errors/end-the-connection',
    title: 'Malformed Packets and Protocol Errors end the connection of whoever sent them, and no other',
    statements: ['MQTT-4.13.1-1'],
    run: async (test) => {
      const witness = await test.connect('witness');
      const topic = string(test.topic('a'));
      const id = twoByteInteger(1);
      const errors: Readonly<Record<string, Uint8Array>> = {
        'packet type 0': frame(0x00),
        'a Remaining Length of five bytes': bytes(0xc0, 0x80, 0x80, 0x80, 0x80, 0x01),
        'PUBLISH at QoS 3': frame(0x36, topic, id, properties()),
        'PUBLISH whose Topic Name is longer than the packet': frame(0x30, bytes(0x01, 0x00, 0x61)),
        'PUBLISH with a Topic Name that is not UTF-8': frame(0x30, bytes(0, 2, 0xc3, 0x28), properties()),
        'PUBLISH with Topic Alias 0': frame(0x30, topic, properties(property(0x23, twoByteInteger(0)))),
        'PUBLISH with two Content Types': frame(
          0x30,
          topic,
          properties(property(0x03, string('a')), property(0x03, string('b'))),
        ),
        'SUBSCRIBE without a Topic Filter': frame(0x82, id, properties()),
        'SUBSCRIBE with Retain Handling 3': frame(0x82, id, properties(), topic, bytes(0x30)),
        'UNSUBSCRIBE without a Topic Filter': frame(0xa2, id, properties()),
      };
      for (const [error, wrong] of Object.entries(errors)) {
        const alice = await test.connect('alice');
        alice.sendBytes(wrong);
        const reasonCode = await alice.expectClose();
        test.choice(error, reasonCode === undefined ? 'bare close' : `DISCONNECT 0x${reasonCode.toString(16)}`);
        await witness.expectNothing();
      }
    },
    mutants: [
      neverCloses(['MQTT-4.13.1-1']),
      mutant('drops what it cannot read and carries on', ['MQTT-4.13.1-1'], {
        fromClient: (received, connection) =>
          decodeFrame(received, 'server', connection) === undefined ? [] : [received],
      }),
    ],
  }),
  defineTest({
    id: 'errors/reason-code-means-close',
    title: 'Whatever calls for an error in CONNACK or DISCONNECT ends the connection, said or not',
    statements: ['MQTT-4.13.2-1'],
    run: async (test) => {
      const { client: bob } = await provokeRefusal(test, 'bob');
      await bob.expectClose();
      const first = await test.connect('alice');
      const second = await test.connect('alice');
      await first.expectClose();
      second.sendBytes(frame(0x82, twoByteInteger(1), properties()));
      await second.expectClose();
    },
    mutants: [
      neverCloses(['MQTT-4.13.2-1']),
      ...(['connack', 'disconnect'] as const).map((type) => leavesOpenAfter(type)),
    ],
  }),
];

/** A broker that tells of the error and waits for the client to close. */
function leavesOpenAfter(type: 'connack' | 'disconnect'): Mutant {
  const name = `leaves the connection open after ${type.toUpperCase()} with an error`;
  return statefulMutant(name, ['MQTT-4.13.2-1'], () => {
    const told = new Set<number>();
    return {
      fromBroker: (sent, { index }) => {
        const reasonCode = sent[type === 'connack' ? 3 : 2] ?? 0;
        if (packetTypeOf(sent) === type && reasonCode >= 0x80) told.add(index);
        return [sent];
      },
      brokerClosed: ({ index }) => !told.has(index),
    };
  });
}
