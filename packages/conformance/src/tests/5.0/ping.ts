import { mutant, packetTypeOf } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.12 of 5.0. */
export const PING_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'ping/answered',
    title: 'PINGREQ is answered by PINGRESP, each one',
    statements: ['MQTT-3.12.4-1'],
    run: async (test) => {
      const alice = await test.connect('alice');
      alice.send({ type: 'pingreq' });
      alice.send({ type: 'pingreq' });
      await alice.expect('pingresp');
      await alice.expect('pingresp');
    },
    mutants: [
      mutant('does not answer PINGREQ', ['MQTT-3.12.4-1'], {
        fromClient: (frame) => (packetTypeOf(frame) === 'pingreq' ? [] : [frame]),
      }),
    ],
  }),
];
