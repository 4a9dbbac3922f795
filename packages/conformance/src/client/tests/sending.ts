import type { PublishPacket } from '@skua/codec';
import { packetTypeOf } from '../../harness/mutations.ts';
import { bytes, frame } from '../../wire/frame.ts';
import type { BrokerConnection } from '../broker-connection.ts';
import { adds, keepsBack, remembers, sends, writes } from '../client-mutations.ts';
import type { ClientTestContext } from '../client-test-context.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';
import { acknowledge, swapsFirstTwo, takeAll } from './delivery-fixture.ts';

/** Sections 4.3, 4.4 and 4.6: a client as the sender of QoS 1 and 2, over one connection and over two. */
export const SENDING_CLIENT_TESTS: readonly ClientTest[] = [
  ...defineClientTest({
    id: 'sending/qos-1-again',
    title: 'What has no PUBACK is sent again, under its Packet Identifier and in its order',
    statements: [
      'MQTT-4.3.2-3',
      'MQTT-4.4.0-1',
      'MQTT-4.6.0-1',
      'v3 MQTT-2.3.1-3',
      'v3 MQTT-4.3.2-1',
      'v3 MQTT-4.4.0-1',
      'v3 MQTT-4.6.0-1',
    ],
    run: async (test) => {
      const first = await test.connectKept();
      const sent = await publishAll(test, first, ['one', 'two', 'three'], 1);
      const second = await comeBack(test, first);
      const again: PublishPacket[] = [];
      for (const original of sent) {
        const publish = await second.expect('publish');
        acknowledge(second, publish);
        test.checkEqual(
          publish.packetIdentifier,
          original.packetIdentifier,
          'the Packet Identifier of what is sent again',
        );
        again.push(publish);
      }
      test.checkEqual(again.map(contentOf), sent.map(contentOf), 'what is sent again');
    },
    mutants: [
      keepsBack(
        'takes for acknowledged what has no PUBACK',
        ['MQTT-4.3.2-3', 'MQTT-4.4.0-1', 'v3 MQTT-4.3.2-1', 'v3 MQTT-4.4.0-1'],
        (sent, { index }) => index === 1 && packetTypeOf(sent) === 'publish',
      ),
      sends(
        'numbers anew what it sends again',
        ['MQTT-4.4.0-1', 'v3 MQTT-2.3.1-3', 'v3 MQTT-4.4.0-1'],
        'publish',
        (publish) => (publish.dup ? { ...publish, packetIdentifier: publish.packetIdentifier + 100 } : publish),
      ),
      remembers('sends again in another order', ['MQTT-4.6.0-1', 'v3 MQTT-4.6.0-1'], () => swapsFirstTwo('publish', 1)),
    ],
  }),
  ...defineClientTest({
    id: 'sending/dup',
    title: 'A PUBLISH that is sent again has DUP 1',
    statements: ['MQTT-3.3.1-1', 'v3 MQTT-3.3.1-1'],
    run: async (test) => {
      const first = await test.connectKept();
      await publishAll(test, first, ['one'], 1);
      await publishAll(test, first, ['two'], 2);
      const second = await comeBack(test, first);
      for (const publish of (await takeAll(second)).filter((packet) => packet.type === 'publish')) {
        test.check(publish.dup, 'a PUBLISH that is sent again has DUP 0');
      }
    },
    mutants: [
      sends('never sets DUP', ['MQTT-3.3.1-1', 'v3 MQTT-3.3.1-1'], 'publish', (publish) => ({
        ...publish,
        dup: false,
      })),
    ],
  }),
  ...defineClientTest({
    id: 'sending/qos-2-again',
    title: 'Before PUBREC the PUBLISH comes again, after PUBREC only PUBREL',
    statements: ['MQTT-4.3.3-3', 'MQTT-4.3.3-5', 'MQTT-4.3.3-6', 'MQTT-4.4.0-1', 'v3 MQTT-4.3.3-1', 'v3 MQTT-4.4.0-1'],
    run: async (test) => {
      const first = await test.connectKept();
      const sent = await publishAll(test, first, ['taken', 'open'], 2);
      const [taken, open] = sent;
      first.send({ type: 'pubrec', packetIdentifier: taken?.packetIdentifier ?? 0, reasonCode: 0, properties: {} });
      await first.expect('pubrel');
      const second = await comeBack(test, first);
      const packets = await takeAll(second);
      const pubrels = packets.filter((packet) => packet.type === 'pubrel');
      const publishes = packets.filter((packet) => packet.type === 'publish');
      test.checkEqual(
        pubrels.map(({ packetIdentifier }) => packetIdentifier).toSorted((a, b) => a - b),
        sent.map(({ packetIdentifier }) => packetIdentifier).toSorted((a, b) => a - b),
        'Packet Identifiers of PUBREL packets after the reconnect',
      );
      test.checkEqual(
        publishes.map(({ packetIdentifier }) => packetIdentifier),
        [open?.packetIdentifier],
        'Packet Identifiers of PUBLISH packets after the reconnect',
      );
    },
    mutants: [
      keepsBack(
        'takes for acknowledged what has no PUBREC',
        ['MQTT-4.3.3-3', 'MQTT-4.4.0-1', 'v3 MQTT-4.3.3-1', 'v3 MQTT-4.4.0-1'],
        (sent, { index }) => index === 1 && packetTypeOf(sent) === 'publish',
      ),
      keepsBack(
        'takes for done what has no PUBCOMP',
        ['MQTT-4.3.3-5', 'MQTT-4.4.0-1', 'v3 MQTT-4.3.3-1', 'v3 MQTT-4.4.0-1'],
        (sent, { index }) => index === 1 && packetTypeOf(sent) === 'pubrel',
      ),
      remembers('sends the message again although PUBREC has come', ['MQTT-4.3.3-6', 'v3 MQTT-4.3.3-1'], () => {
        let message: Uint8Array = new Uint8Array(0);
        return {
          fromClient: (sent, { index }) => {
            if (packetTypeOf(sent) === 'publish' && message.length === 0) message = sent.slice();
            if (packetTypeOf(sent) !== 'pubrel' || index === 0) return [sent];
            return [frame((message[0] ?? 0) | 0x08, message.subarray(2)), sent];
          },
        };
      }),
    ],
  }),
  ...defineClientTest({
    id: 'sending/never-again-on-one-connection',
    title: 'On one connection nothing is sent twice, however long the answer takes',
    statements: ['MQTT-4.4.0-1'],
    run: async (test) => {
      const connection = await test.connect();
      const sent = await publishAll(test, connection, ['one'], 1);
      sent.push(...(await publishAll(test, connection, ['two'], 2)));
      test.checkEqual((await connection.watch()).length, 0, 'packets while there is no answer');
    },
    mutants: [
      adds('sends everything twice, to be sure', ['MQTT-4.4.0-1'], 'publish', (sent) => [
        frame((sent[0] ?? 0) | 0x08, sent.subarray(2)),
      ]),
    ],
  }),
  ...defineClientTest({
    id: 'sending/refused-is-done',
    title: 'What was refused by PUBACK or PUBREC is not sent again',
    statements: ['MQTT-4.4.0-2'],
    run: async (test) => {
      const first = await test.connectKept();
      const [one] = await publishAll(test, first, ['one'], 1);
      const [two] = await publishAll(test, first, ['two'], 2);
      first.send({ type: 'puback', packetIdentifier: one?.packetIdentifier ?? 0, reasonCode: 0x97, properties: {} });
      first.send({ type: 'pubrec', packetIdentifier: two?.packetIdentifier ?? 0, reasonCode: 0x97, properties: {} });
      await first.settle();
      const second = await comeBack(test, first);
      const again = (await takeAll(second)).map(({ type }) => type);
      test.checkEqual(again, [], 'what is sent again');
    },
    mutants: [
      remembers('does not take no for an answer', ['MQTT-4.4.0-2'], () => {
        const sent: Uint8Array[] = [];
        return {
          fromClient: (bytesSent) => {
            if (packetTypeOf(bytesSent) === 'publish') sent.push(bytesSent.slice());
            return [bytesSent];
          },
          fromBroker: (heard, connection) => {
            if (packetTypeOf(heard) === 'connack' && connection.index === 1) {
              for (const old of sent) connection.sendToBroker(frame((old[0] ?? 0) | 0x08, old.subarray(2)));
            }
            return [heard];
          },
        };
      }),
    ],
  }),
  ...defineClientTest({
    id: 'sending/pubrel',
    title: 'PUBREC is answered by PUBREL with its Packet Identifier and the flags 0010',
    statements: [
      'MQTT-2.1.3-1',
      'MQTT-2.2.1-5',
      'MQTT-3.6.1-1',
      'MQTT-3.6.2-1',
      'MQTT-4.3.3-4',
      'v3 MQTT-2.2.2-1',
      'v3 MQTT-2.3.1-6',
      'v3 MQTT-3.6.1-1',
      'v3 MQTT-4.3.3-1',
    ],
    run: async (test) => {
      const connection = await test.connect();
      const [one, two] = await publishAll(test, connection, ['one', 'two'], 2);
      for (const publish of [two, one]) {
        const packetIdentifier = publish?.packetIdentifier ?? 0;
        connection.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
        const received = await connection.expectFrame('pubrel');
        test.checkEqual(received.bytes[0], 0x62, 'the first byte of PUBREL');
        test.checkEqual(received.packet.packetIdentifier, packetIdentifier, 'the Packet Identifier of PUBREL');
        connection.send({ type: 'pubcomp', packetIdentifier, reasonCode: 0, properties: {} });
      }
      // A PUBREC for nothing: whatever the Reason Code is then, it is one of PUBREL.
      connection.send({ type: 'pubrec', packetIdentifier: 999, reasonCode: 0, properties: {} });
      await connection.settle();
    },
    mutants: [
      writes(
        'sends PUBREL with flags 0000',
        ['MQTT-2.1.3-1', 'MQTT-3.6.1-1', 'v3 MQTT-2.2.2-1', 'v3 MQTT-3.6.1-1'],
        'pubrel',
        (body) => frame(0x60, body),
      ),
      keepsBack('does not send PUBREL', ['MQTT-4.3.3-4', 'v3 MQTT-4.3.3-1'], (sent) => packetTypeOf(sent) === 'pubrel'),
      sends('numbers PUBREL on its own', ['MQTT-2.2.1-5', 'MQTT-4.3.3-4', 'v3 MQTT-2.3.1-6'], 'pubrel', (pubrel) => ({
        ...pubrel,
        packetIdentifier: pubrel.packetIdentifier + 50,
      })),
      writes('has a Reason Code that PUBREL cannot have', ['MQTT-3.6.2-1'], 'pubrel', (body, first) =>
        frame(first, body.subarray(0, 2), bytes(0x10)),
      ),
    ],
  }),
  ...defineClientTest({
    id: 'sending/qos-2-does-not-expire',
    title: 'A QoS 2 message that was sent does not expire: it is sent again and completed',
    statements: ['MQTT-4.3.3-7'],
    run: async (test) => {
      const first = await test.connectKept();
      test.publish({ topicName: 'skua/a', qos: 2, properties: { messageExpiryInterval: 1 } });
      const { packetIdentifier } = await first.expect('publish');
      first.cut();
      await test.pass(1500);
      const second = await test.reconnect();
      const again = await second.expect('publish');
      test.checkEqual(again.packetIdentifier, packetIdentifier, 'the Packet Identifier of what is sent again');
      second.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
      await second.expect('pubrel');
    },
    mutants: [
      keepsBack(
        'lets go of a message that has expired',
        ['MQTT-4.3.3-7'],
        (sent, { index }) => index === 1 && packetTypeOf(sent) === 'publish',
      ),
    ],
  }),
  ...defineClientTest({
    id: 'sending/order-of-pubrel',
    title: 'PUBREL packets come in the order of their PUBREC packets',
    statements: ['MQTT-4.6.0-4', 'v3 MQTT-4.6.0-4'],
    run: async (test) => {
      const connection = await test.connect();
      const [one, two, three] = await publishAll(test, connection, ['one', 'two', 'three'], 2);
      const order = [three, one, two].map((publish) => publish?.packetIdentifier ?? 0);
      for (const packetIdentifier of order) {
        connection.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
      }
      const found: number[] = [];
      for (const _ of order) found.push((await connection.expect('pubrel')).packetIdentifier);
      test.checkEqual(found, order, 'the order of PUBREL packets');
    },
    mutants: [
      remembers('sends PUBREL in another order', ['MQTT-4.6.0-4', 'v3 MQTT-4.6.0-4'], () => swapsFirstTwo('pubrel', 0)),
    ],
  }),
];

/** Messages that the client publishes one after the other; nothing is answered. */
async function publishAll(
  test: ClientTestContext,
  connection: BrokerConnection,
  payloads: readonly string[],
  qos: 1 | 2,
): Promise<PublishPacket[]> {
  const sent: PublishPacket[] = [];
  for (const payload of payloads) {
    test.publish({ topicName: 'skua/a', payload, qos });
    sent.push(await connection.expect('publish'));
  }
  return sent;
}

/** The network is lost, and the client comes back to its session. */
async function comeBack(test: ClientTestContext, first: BrokerConnection): Promise<BrokerConnection> {
  first.cut();
  await test.pass(20);
  return await test.reconnect();
}

function contentOf({ topicName, payload, qos, retain }: PublishPacket): unknown {
  return [topicName, payload, qos, retain];
}
