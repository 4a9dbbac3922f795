import { changesSent, mutant, packetTypeOf } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { frame, twoByteInteger } from '../../wire/frame.ts';
import { closedConnections } from './closed-connections.ts';

/** Sections 3.4 to 3.7 of 3.1.1. */
export const ACKNOWLEDGEMENTS_TESTS_3: readonly ConformanceTest[] = [
  closedConnections({
    id: 'v3/pubrel/reserved-flags',
    title: 'PUBREL with other flags than 0010 ends the connection',
    statements: ['v3 MQTT-3.6.1-1'],
    packets: () => [0x60, 0x61, 0x63, 0x66, 0x6a].map((first) => frame(first, twoByteInteger(1))),
    mutants: [
      mutant('does not look at the flags of PUBREL', ['v3 MQTT-3.6.1-1'], {
        fromClient: (received) => [packetTypeOf(received) === 'pubrel' ? received.with(0, 0x62) : received],
      }),
    ],
  }),
  defineTest({
    id: 'v3/pubrel/flags-sent',
    title: 'The broker sends PUBREL with the flags 0010, under the Packet Identifier of its PUBLISH',
    statements: ['v3 MQTT-3.6.1-1', 'v3 MQTT-2.3.1-6'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      const suback = await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 2 });
      if (suback.reasonCodes[0] !== 2) test.skip('QoS 2 is not granted');
      await test.publish(bob, { topicName: test.topic('a'), qos: 2 });
      const { packetIdentifier } = await alice.expect('publish');
      alice.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
      // PUBREL is read strictly, flags and all.
      test.checkEqual((await alice.expect('pubrel')).packetIdentifier, packetIdentifier, 'Packet Identifier of PUBREL');
      alice.send({ type: 'pubcomp', packetIdentifier, reasonCode: 0, properties: {} });
      for (const [qos, acknowledgement] of [
        [1, 'puback'],
        [2, 'pubrec'],
      ] as const) {
        const sent = test.sendPublish(bob, { topicName: test.topic('b'), qos, packetIdentifier: 0x1200 + qos });
        test.checkEqual((await bob.expect(acknowledgement)).packetIdentifier, sent, `that of ${acknowledgement}`);
      }
    },
    mutants: [
      mutant('sends PUBREL without flags', ['v3 MQTT-3.6.1-1'], {
        fromBroker: (sent) => [packetTypeOf(sent) === 'pubrel' ? sent.with(0, 0x60) : sent],
      }),
      ...(['puback', 'pubrec', 'pubrel'] as const).map((type) =>
        changesSent(`uses another Packet Identifier in ${type.toUpperCase()}`, ['v3 MQTT-2.3.1-6'], type, (packet) => ({
          ...packet,
          packetIdentifier: packet.packetIdentifier ^ 0x0f00,
        })),
      ),
    ],
  }),
];
