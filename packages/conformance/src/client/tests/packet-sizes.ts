import type { PacketType } from '@skua/codec';
import { mutant, packetTypeOf } from '../../harness/mutations.ts';
import { bytes, concatenate, frame, property, properties, string } from '../../wire/frame.ts';
import { bodyOffset } from '../client-mutations.ts';
import type { ClientMutant } from '../client-mutant.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';
import type { StatementId } from '../../statements/statement.ts';

/** Sections 3.4 to 3.7 and 3.14: no Reason String and no User Property that makes a packet too large for the server. */
export const PACKET_SIZES_CLIENT_TESTS: readonly ClientTest[] = [
  ...defineClientTest({
    id: 'sizes/acknowledgements',
    title: 'Acknowledgements and DISCONNECT keep to the Maximum Packet Size of the server',
    statements: [
      'MQTT-3.4.2-2',
      'MQTT-3.4.2-3',
      'MQTT-3.5.2-2',
      'MQTT-3.5.2-3',
      'MQTT-3.6.2-2',
      'MQTT-3.6.2-3',
      'MQTT-3.7.2-2',
      'MQTT-3.7.2-3',
      'MQTT-3.14.2-3',
      'MQTT-3.14.2-4',
    ],
    run: async (test) => {
      const connection = await test.connect({}, { properties: { maximumPacketSize: 24 } });
      connection.resetLargestFrame();
      test.deliver(connection, { qos: 1, packetIdentifier: 1 });
      await connection.expect('puback');
      test.deliver(connection, { qos: 2, packetIdentifier: 2 });
      await connection.expect('pubrec');
      // One PUBREL for the message and one for nothing, one PUBREC for a message and one for nothing: some need a reason.
      for (const packetIdentifier of [2, 3]) {
        connection.send({ type: 'pubrel', packetIdentifier, reasonCode: 0, properties: {} });
        await connection.expect('pubcomp');
      }
      test.publish({ topicName: 'a', payload: '', qos: 2 });
      const { packetIdentifier } = await connection.expect('publish');
      connection.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
      await connection.expect('pubrel');
      connection.send({ type: 'pubcomp', packetIdentifier, reasonCode: 0, properties: {} });
      connection.send({ type: 'pubrec', packetIdentifier: 4444, reasonCode: 0, properties: {} });
      await connection.settle();
      test.disconnect(0x04);
      await connection.expect('disconnect');
      test.check(
        connection.largestFrame <= 24,
        `a packet has ${connection.largestFrame} bytes; Maximum Packet Size is 24`,
      );
    },
    mutants: [
      ...talkative('puback', 'MQTT-3.4.2-2', 'MQTT-3.4.2-3'),
      ...talkative('pubrec', 'MQTT-3.5.2-2', 'MQTT-3.5.2-3'),
      ...talkative('pubrel', 'MQTT-3.6.2-2', 'MQTT-3.6.2-3'),
      ...talkative('pubcomp', 'MQTT-3.7.2-2', 'MQTT-3.7.2-3'),
      ...talkative('disconnect', 'MQTT-3.14.2-3', 'MQTT-3.14.2-4'),
    ],
  }),
];

/** Clients that explain themselves at length, by a Reason String or by a User Property. */
function talkative(type: PacketType, reasonString: StatementId, userProperty: StatementId): readonly ClientMutant[] {
  return [
    wordy(type, 'gives a long Reason String', reasonString, property(0x1f, string('because of many things'))),
    wordy(
      type,
      'gives a long User Property',
      userProperty,
      property(0x26, concatenate([string('because of'), string('many things')])),
    ),
  ];
}

function wordy(type: PacketType, name: string, breaks: StatementId, extra: Uint8Array): ClientMutant {
  const headLength = type === 'disconnect' ? 0 : 2;
  return mutant(`${name} in ${type.toUpperCase()}`, [breaks], {
    fromClient: (sent) => {
      if (packetTypeOf(sent) !== type) return [sent];
      const body = sent.subarray(bodyOffset(sent));
      const reasonCode = bytes(body[headLength] ?? 0);
      return [frame(sent[0] ?? 0, body.subarray(0, headLength), reasonCode, properties(extra))];
    },
  });
}
