import { ignores, mutant, packetTypeOf } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { frame } from '../../wire/frame.ts';
import { aWill, watchWill } from '../5.0/will-fixture.ts';

/** Sections 3.12 to 3.14 of 3.1.1. */
export const PING_AND_DISCONNECT_TESTS_3: readonly ConformanceTest[] = [
  defineTest({
    id: 'v3/ping/answered',
    title: 'PINGREQ is answered by PINGRESP, each one',
    statements: ['v3 MQTT-3.12.4-1'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      alice.send({ type: 'pingreq' });
      alice.send({ type: 'pingreq' });
      await alice.expect('pingresp');
      await alice.expect('pingresp');
    },
    mutants: [ignores('PINGREQ', ['v3 MQTT-3.12.4-1'], (received) => packetTypeOf(received) === 'pingreq')],
  }),
  defineTest({
    id: 'v3/disconnect/reserved-flags',
    title: 'DISCONNECT with reserved bits ends the connection like a violation: the will is published',
    statements: ['v3 MQTT-3.14.1-1'],
    version: 4,
    run: async (test) => {
      const watcher = await watchWill(test);
      for (const first of [0xe1, 0xe2, 0xe8]) {
        const alice = await test.connect('alice', { will: aWill(test) });
        alice.sendBytes(frame(first));
        await alice.expectClose();
        await test.receive(watcher);
      }
    },
    mutants: [
      ignores('DISCONNECT with reserved bits', ['v3 MQTT-3.14.1-1'], (received) => (received[0] ?? 0) > 0xe0),
      mutant('does not look at the flags of DISCONNECT', ['v3 MQTT-3.14.1-1'], {
        fromClient: (received) => [packetTypeOf(received) === 'disconnect' ? frame(0xe0) : received],
      }),
    ],
  }),
];
