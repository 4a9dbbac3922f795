import { packetTypeOf } from '../../harness/mutations.ts';
import { bytes, frame } from '../../wire/frame.ts';
import { hears, keepsBack, remembers, sends, tells, writes } from '../client-mutations.ts';
import type { ClientMutant } from '../client-mutant.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';
import type { StatementId } from '../../statements/statement.ts';
import { deliverQos2, swapsFirstTwo, textOf } from './delivery-fixture.ts';

/** Sections 3.3.4, 4.3, 4.5 and 4.6: a client as the receiver of messages. */
export const RECEIVING_CLIENT_TESTS: readonly ClientTest[] = [
  ...defineClientTest({
    id: 'receiving/acknowledgements',
    title: 'Every message is acknowledged as its QoS says, whether the client has subscribed to it or not',
    statements: [
      'MQTT-2.2.1-5',
      'MQTT-3.3.4-1',
      'MQTT-3.4.2-1',
      'MQTT-3.5.2-1',
      'MQTT-3.7.2-1',
      'MQTT-4.3.2-4',
      'MQTT-4.3.3-8',
      'MQTT-4.3.3-11',
      'MQTT-4.5.0-2',
      'v3 MQTT-2.3.1-6',
      'v3 MQTT-3.3.4-1',
      'v3 MQTT-4.3.2-2',
      'v3 MQTT-4.3.3-2',
      'v3 MQTT-4.5.0-2',
    ],
    run: async (test) => {
      const connection = await test.connect();
      await test.subscribed(connection, [{ topicFilter: 'skua/a', qos: 2 }]);
      test.deliver(connection, { topicName: 'skua/a', payload: 'zero' });
      test.checkEqual((await connection.settle()).length, 0, 'packets in answer to QoS 0');
      for (const topicName of ['skua/a', 'nobody/asked']) {
        const packetIdentifier = topicName === 'skua/a' ? 41 : 77;
        test.deliver(connection, { topicName, qos: 1, packetIdentifier });
        const puback = await connection.expect('puback');
        test.checkEqual(puback.packetIdentifier, packetIdentifier, 'the Packet Identifier of PUBACK');
        test.deliver(connection, { topicName, qos: 2, packetIdentifier: packetIdentifier + 1 });
        const pubrec = await connection.expect('pubrec');
        test.checkEqual(pubrec.packetIdentifier, packetIdentifier + 1, 'the Packet Identifier of PUBREC');
        if (pubrec.reasonCode >= 0x80) continue;
        connection.send({ type: 'pubrel', packetIdentifier: packetIdentifier + 1, reasonCode: 0, properties: {} });
        const pubcomp = await connection.expect('pubcomp');
        test.checkEqual(pubcomp.packetIdentifier, packetIdentifier + 1, 'the Packet Identifier of PUBCOMP');
      }
    },
    mutants: [
      remembers('acknowledges QoS 0', ['MQTT-3.3.4-1', 'v3 MQTT-3.3.4-1'], () => ({
        fromBroker: (heard, connection) => {
          if (((heard[0] ?? 0) & 0xf6) === 0x30) connection.sendToBroker(bytes(0x40, 2, 0, 1));
          return [heard];
        },
      })),
      keepsBack('sends no PUBACK', ['MQTT-3.3.4-1', 'MQTT-4.3.2-4', 'v3 MQTT-3.3.4-1', 'v3 MQTT-4.3.2-2'], (sent) => {
        return packetTypeOf(sent) === 'puback' && sent[3] === 41;
      }),
      keepsBack(
        'sends no PUBREC',
        ['MQTT-3.3.4-1', 'MQTT-4.3.3-8', 'v3 MQTT-3.3.4-1', 'v3 MQTT-4.3.3-2'],
        (sent) => packetTypeOf(sent) === 'pubrec',
      ),
      keepsBack('sends no PUBCOMP', ['MQTT-4.3.3-11', 'v3 MQTT-4.3.3-2'], (sent) => packetTypeOf(sent) === 'pubcomp'),
      keepsBack('acknowledges only what it asked for', ['MQTT-4.5.0-2', 'v3 MQTT-4.5.0-2'], (sent) => sent[3] === 77),
      sends('numbers PUBACK on its own', ['MQTT-2.2.1-5', 'MQTT-4.3.2-4', 'v3 MQTT-2.3.1-6'], 'puback', (puback) =>
        puback.packetIdentifier === 41 ? { ...puback, packetIdentifier: 1 } : puback,
      ),
      sends('numbers PUBREC on its own', ['MQTT-2.2.1-5', 'MQTT-4.3.3-8', 'v3 MQTT-2.3.1-6'], 'pubrec', (pubrec) => ({
        ...pubrec,
        packetIdentifier: 1,
      })),
      sends('numbers PUBCOMP on its own', ['MQTT-2.2.1-5', 'MQTT-4.3.3-11'], 'pubcomp', (pubcomp) => ({
        ...pubcomp,
        packetIdentifier: 1,
      })),
      withReasonCode('puback', 'MQTT-3.4.2-1'),
      withReasonCode('pubrec', 'MQTT-3.5.2-1'),
      withReasonCode('pubcomp', 'MQTT-3.7.2-1'),
    ],
  }),
  ...defineClientTest({
    id: 'receiving/order',
    title: 'PUBACK and PUBREC come in the order of the messages',
    statements: ['MQTT-4.6.0-2', 'MQTT-4.6.0-3', 'v3 MQTT-4.6.0-2', 'v3 MQTT-4.6.0-3'],
    run: async (test) => {
      const connection = await test.connect();
      await test.subscribed(connection, [{ topicFilter: 'skua/a', qos: 2 }]);
      const order = [50, 30, 90, 10];
      for (const packetIdentifier of order) test.deliver(connection, { qos: 1, packetIdentifier });
      for (const packetIdentifier of order)
        test.deliver(connection, { qos: 2, packetIdentifier: packetIdentifier + 1 });
      const found: number[][] = [[], []];
      for (let count = 0; count < 2 * order.length; count += 1) {
        const packet = (await connection.nextFrame())?.packet;
        if (packet?.type === 'puback') found[0]?.push(packet.packetIdentifier);
        else if (packet?.type === 'pubrec') found[1]?.push(packet.packetIdentifier - 1);
        else test.fail(`expected PUBACK or PUBREC, received ${packet?.type.toUpperCase() ?? 'nothing'}`);
      }
      test.checkEqual(found, [order, order], 'the order of PUBACK and of PUBREC');
    },
    mutants: [
      remembers('sends PUBACK in another order', ['MQTT-4.6.0-2', 'v3 MQTT-4.6.0-2'], () => swapsFirstTwo('puback', 0)),
      remembers('sends PUBREC in another order', ['MQTT-4.6.0-3', 'v3 MQTT-4.6.0-3'], () => swapsFirstTwo('pubrec', 0)),
    ],
  }),
  ...defineClientTest({
    id: 'receiving/qos-1-identifier-again',
    title: 'After PUBACK a PUBLISH under the same Packet Identifier is a new message, whatever DUP says',
    statements: ['MQTT-4.3.2-5', 'v3 MQTT-4.3.2-2'],
    run: async (test) => {
      const connection = await test.connect();
      await test.subscribed(connection, [{ topicFilter: 'skua/a', qos: 1 }]);
      for (const dup of [false, true, true]) {
        test.deliver(connection, { qos: 1, packetIdentifier: 9, dup, payload: dup ? 'again' : 'first' });
        await connection.expect('puback');
        test.checkEqual(textOf(await test.expectMessage()), dup ? 'again' : 'first', 'the message');
      }
    },
    mutants: [
      tells('takes DUP for a reason to say nothing', ['MQTT-4.3.2-5', 'v3 MQTT-4.3.2-2'], (event) =>
        event.type === 'message' && textOf(event) === 'again' ? [] : [event],
      ),
    ],
  }),
  ...defineClientTest({
    id: 'receiving/qos-2-once',
    title:
      'A QoS 2 message is told once until PUBREL, also over two connections, and the next one under its identifier is new',
    statements: ['MQTT-4.3.3-10', 'MQTT-4.3.3-12', 'v3 MQTT-4.3.3-2'],
    run: async (test) => {
      const first = await test.connectKept();
      await test.subscribed(first, [{ topicFilter: 'skua/a', qos: 2 }]);
      test.deliver(first, { qos: 2, packetIdentifier: 9, payload: 'once' });
      await first.expect('pubrec');
      first.cut();
      await test.pass(20);
      const second = await test.reconnect();
      test.deliver(second, { qos: 2, packetIdentifier: 9, payload: 'once', dup: true });
      const pubrec = await second.expectAmong('pubrec');
      test.checkEqual([pubrec.packetIdentifier, pubrec.reasonCode], [9, 0], 'PUBREC for the same message');
      await second.settle();
      second.send({ type: 'pubrel', packetIdentifier: 9, reasonCode: 0, properties: {} });
      await second.expect('pubcomp');
      await second.settle();
      test.checkEqual(test.messages.splice(0).map(textOf), ['once'], 'what the program is told of one message');
      await deliverQos2(test, second, { packetIdentifier: 9, payload: 'next' });
      test.checkEqual(textOf(await test.expectMessage()), 'next', 'the message after PUBCOMP');
    },
    mutants: [
      remembers('tells a message twice', ['MQTT-4.3.3-10', 'v3 MQTT-4.3.3-2'], () => ({
        // The repeated PUBLISH reaches the client under another Packet Identifier, and its PUBREC goes back under the right one.
        fromBroker: (heard) =>
          packetTypeOf(heard) === 'publish' && ((heard[0] ?? 0) & 0x0c) === 0x0c
            ? [withIdentifier(heard, 10, 200)]
            : [heard],
        fromClient: (sent) => (sent[3] === 200 ? [Uint8Array.from(sent, (byte, at) => (at === 3 ? 9 : byte))] : [sent]),
      })),
      tells('takes the next message for the same', ['MQTT-4.3.3-12', 'v3 MQTT-4.3.3-2'], (event) =>
        event.type === 'message' && textOf(event) === 'next' ? [] : [event],
      ),
    ],
  }),
  ...defineClientTest({
    id: 'receiving/refused-qos-2',
    title: 'After a PUBREC with an error the next PUBLISH under the same Packet Identifier is a new message',
    statements: ['MQTT-4.3.3-9'],
    run: async (test) => {
      let refuse = true;
      const connection = await test.connect({ acknowledgeWith: () => (refuse ? 0x97 : 0) });
      await test.subscribed(connection, [{ topicFilter: 'skua/a', qos: 2 }]);
      test.deliver(connection, { qos: 2, packetIdentifier: 9, payload: 'refused' });
      const { reasonCode } = await connection.expect('pubrec');
      if (reasonCode < 0x80) test.skip('the client does not refuse messages');
      refuse = false;
      test.messages.length = 0;
      await deliverQos2(test, connection, { packetIdentifier: 9, payload: 'next' });
      test.checkEqual(textOf(await test.expectMessage()), 'next', 'the message after the refused one');
    },
    mutants: [
      tells('takes the next message for the one that it refused', ['MQTT-4.3.3-9'], (event) =>
        event.type === 'message' && textOf(event) === 'next' ? [] : [event],
      ),
    ],
  }),
  ...defineClientTest({
    id: 'receiving/expired-handshake',
    title: 'The QoS 2 handshake is completed although the message has expired meanwhile',
    statements: ['MQTT-4.3.3-13'],
    run: async (test) => {
      const connection = await test.connect();
      await test.subscribed(connection, [{ topicFilter: 'skua/a', qos: 2 }]);
      test.deliver(connection, { qos: 2, packetIdentifier: 9, properties: { messageExpiryInterval: 1 } });
      await connection.expect('pubrec');
      await test.pass(1500);
      connection.send({ type: 'pubrel', packetIdentifier: 9, reasonCode: 0, properties: {} });
      const pubcomp = await connection.expect('pubcomp');
      test.checkEqual([pubcomp.packetIdentifier, pubcomp.reasonCode], [9, 0], 'PUBCOMP');
    },
    mutants: [
      keepsBack(
        'is done with a message that has expired',
        ['MQTT-4.3.3-13'],
        (sent) => packetTypeOf(sent) === 'pubcomp',
      ),
    ],
  }),
  ...defineClientTest({
    id: 'receiving/topic-aliases',
    title: 'Every Topic Alias from 1 to the own Topic Alias Maximum is taken',
    statements: ['MQTT-3.3.2-10'],
    run: async (test) => {
      const connection = await test.connect({ properties: { topicAliasMaximum: 3 } });
      await test.subscribed(connection, [{ topicFilter: 'skua/#' }]);
      for (const topicAlias of [1, 2, 3]) {
        test.deliver(connection, { topicName: `skua/${topicAlias}`, properties: { topicAlias } });
        test.deliver(connection, { topicName: '', properties: { topicAlias } });
        for (const _ of ['named', 'by its alias']) {
          test.checkEqual((await test.expectMessage()).topicName, `skua/${topicAlias}`, 'the topic of the message');
        }
      }
    },
    mutants: [
      hears('stops one short of its maximum', ['MQTT-3.3.2-10'], 'publish', (publish) =>
        publish.properties.topicAlias === 3 && publish.topicName === '' ? undefined : publish,
      ),
    ],
  }),
  ...defineClientTest({
    id: 'receiving/byte-order-mark',
    title: 'U+FEFF is a character like any other, also at the beginning of a string',
    statements: ['MQTT-1.5.4-3', 'v3 MQTT-1.5.3-3'],
    run: async (test) => {
      const connection = await test.connect();
      await test.subscribed(connection, [{ topicFilter: '#' }]);
      for (const topicName of ['\u{feff}skua/a', 'skua/\u{feff}', '\u{feff}']) {
        test.deliver(connection, { topicName });
        test.checkEqual((await test.expectMessage()).topicName, topicName, 'the topic of the message');
        test.publish({ topicName });
        test.checkEqual((await connection.expect('publish')).topicName, topicName, 'the topic of the answer');
      }
    },
    mutants: [
      tells('skips U+FEFF', ['MQTT-1.5.4-3', 'v3 MQTT-1.5.3-3'], (event) => [
        event.type === 'message' ? { ...event, topicName: event.topicName.replace(/^\u{feff}/u, '') } : event,
      ]),
      sends('strips U+FEFF', ['MQTT-1.5.4-3', 'v3 MQTT-1.5.3-3'], 'publish', (publish) => ({
        ...publish,
        topicName: publish.topicName.replace(/^\u{feff}/u, '') || 'nothing',
      })),
    ],
  }),
];

function withReasonCode(type: 'puback' | 'pubrec' | 'pubcomp', breaks: StatementId): ClientMutant {
  return writes(`has a Reason Code that ${type.toUpperCase()} cannot have`, [breaks], type, (body, first) =>
    frame(first, body.subarray(0, 2), bytes(0x01)),
  );
}

/** The same PUBLISH on `skua/a` under another Packet Identifier. */
function withIdentifier(publish: Uint8Array, at: number, identifier: number): Uint8Array {
  return Uint8Array.from(publish, (byte, index) => (index === at + 1 ? identifier : byte));
}
