import { changesSent, mutant, neverCloses, packetTypeOf } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { bytes, frame, properties, string, twoByteInteger } from '../../wire/frame.ts';

/** Section 2.2.1 of 5.0. */
export const PACKET_IDENTIFIER_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'packet-identifier/none-at-qos-0',
    title: 'PUBLISH at QoS 0 has no Packet Identifier: what follows the Topic Name are properties and payload',
    statements: ['MQTT-2.2.1-2'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 0 });
      for (const payload of ['', 'text']) {
        await test.publish(bob, { topicName: test.topic('a'), payload, qos: 1 });
        const publish = await alice.expect('publish');
        test.checkEqual(publish.qos, 0, 'QoS of the delivery');
        test.checkEqual(publish.payload, new TextEncoder().encode(payload), 'payload');
      }
    },
    mutants: [
      mutant('numbers PUBLISH at QoS 0', ['MQTT-2.2.1-2'], {
        fromBroker: (sent) => {
          if ((sent[0] ?? 0) >> 1 !== 0x18) return [sent];
          const topicEnd = 4 + (sent[3] ?? 0);
          return [frame(0x30, sent.subarray(2, topicEnd), twoByteInteger(7), sent.subarray(topicEnd))];
        },
      }),
    ],
  }),
  defineTest({
    id: 'packet-identifier/zero-from-client',
    title: 'SUBSCRIBE, UNSUBSCRIBE and PUBLISH above QoS 0 with Packet Identifier 0 end the connection',
    statements: ['MQTT-2.2.1-3'],
    run: async (test) => {
      const topic = string(test.topic('a'));
      const zero = twoByteInteger(0);
      for (const wrong of [
        frame(0x82, zero, properties(), topic, bytes(0)),
        frame(0xa2, zero, properties(), topic),
        frame(0x32, topic, zero, properties(), bytes(0x78)),
        frame(0x34, topic, zero, properties(), bytes(0x78)),
      ]) {
        const alice = await test.connect('alice');
        alice.sendBytes(wrong);
        await alice.expectClose();
      }
    },
    mutants: [
      neverCloses(['MQTT-2.2.1-3']),
      mutant('grants a SUBSCRIBE with Packet Identifier 0', ['MQTT-2.2.1-3'], {
        fromClient: (received, connection) => {
          if (packetTypeOf(received) !== 'subscribe') return [received];
          connection.sendToClient(frame(0x90, received.subarray(2, 4), properties(), bytes(0)));
          return [];
        },
      }),
    ],
  }),
  defineTest({
    id: 'packet-identifier/free-and-not-zero',
    title:
      'Deliveries above QoS 0 that are under way at the same time have different Packet Identifiers, none of them 0',
    statements: ['MQTT-2.2.1-4', 'MQTT-4.3.2-1', 'MQTT-4.3.3-1'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const { client: bob, connack } = await test.connectWithConnack('bob');
      const suback = await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 2 });
      if (connack.properties.maximumQos !== undefined || suback.reasonCodes[0] !== 2) test.skip('no QoS 2');
      for (const qos of [1, 2, 1] as const) await test.publish(bob, { topicName: test.topic('a'), qos });
      const underWay = new Set<number>();
      for (let received = 0; received < 4; received += 1) {
        const packet = await alice.next();
        if (packet === undefined) break; // A broker may wait for acknowledgements before it goes on.
        if (packet.type !== 'publish') throw alice.failure(`expected PUBLISH, received ${packet.type.toUpperCase()}`);
        const { packetIdentifier } = packet;
        test.check(packetIdentifier !== 0, 'a PUBLISH above QoS 0 has the Packet Identifier 0');
        test.check(!underWay.has(packetIdentifier), `Packet Identifier ${packetIdentifier} is still in use`);
        underWay.add(packetIdentifier);
        if (received === 2) {
          // One that was acknowledged may come again, the others not.
          const [first = 0] = underWay;
          alice.send({ type: 'puback', packetIdentifier: first, reasonCode: 0, properties: {} });
          underWay.delete(first);
          await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
        }
      }
      test.choice('deliveries under way without acknowledgement', underWay.size > 1 ? 'several' : 'one');
    },
    mutants: [
      changesSent(
        'gives every PUBLISH the same Packet Identifier',
        ['MQTT-2.2.1-4', 'MQTT-4.3.3-1'],
        'publish',
        (packet) => ({
          ...packet,
          packetIdentifier: packet.qos === 0 ? 0 : 1,
        }),
      ),
      mutant('gives PUBLISH the Packet Identifier 0', ['MQTT-2.2.1-4'], {
        fromBroker: (sent) => {
          if (packetTypeOf(sent) !== 'publish') return [sent];
          const topicEnd = 4 + (sent[3] ?? 0);
          return [frame(sent[0] ?? 0, sent.subarray(2, topicEnd), twoByteInteger(0), sent.subarray(topicEnd + 2))];
        },
      }),
      mutant('reuses a Packet Identifier that is in flight', ['MQTT-2.2.1-4', 'MQTT-4.3.2-1'], {
        fromBroker: (sent) => {
          if (packetTypeOf(sent) !== 'publish') return [sent];
          const topicEnd = 4 + (sent[3] ?? 0);
          const identifier = ((sent[topicEnd] ?? 0) << 8) | (sent[topicEnd + 1] ?? 0);
          const reused = twoByteInteger(Math.min(identifier, 2));
          return [frame(sent[0] ?? 0, sent.subarray(2, topicEnd), reused, sent.subarray(topicEnd + 2))];
        },
      }),
    ],
  }),
  defineTest({
    id: 'packet-identifier/of-acknowledgements',
    title: 'PUBACK, PUBREC, PUBREL and PUBCOMP carry the Packet Identifier of the PUBLISH, both ways',
    statements: ['MQTT-2.2.1-5'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const { client: bob, connack } = await test.connectWithConnack('bob');
      const suback = await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 2 });
      if (connack.properties.maximumQos !== undefined || suback.reasonCodes[0] !== 2) test.skip('no QoS 2');
      await test.publish(bob, { topicName: test.topic('b'), qos: 1, packetIdentifier: 0x1234 });
      await test.publish(bob, { topicName: test.topic('a'), qos: 2, packetIdentifier: 0xfffe });
      const { packetIdentifier } = await alice.expect('publish');
      alice.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
      const pubrel = await alice.expect('pubrel');
      test.checkEqual(pubrel.packetIdentifier, packetIdentifier, 'Packet Identifier of PUBREL');
    },
    mutants: (['puback', 'pubrec', 'pubrel', 'pubcomp'] as const).map((type) =>
      changesSent(`uses another Packet Identifier in ${type.toUpperCase()}`, ['MQTT-2.2.1-5'], type, (packet) => ({
        ...packet,
        packetIdentifier: packet.packetIdentifier ^ 0x0101,
      })),
    ),
  }),
  defineTest({
    id: 'packet-identifier/of-suback-and-unsuback',
    title: 'SUBACK and UNSUBACK carry the Packet Identifier of the request, whatever order requests are numbered in',
    statements: ['MQTT-2.2.1-6'],
    run: async (test) => {
      const alice = await test.connect('alice');
      for (const packetIdentifier of [0xffff, 2, 0x0100]) {
        const topicFilter = test.topic(`f${packetIdentifier}`);
        alice.send({
          type: 'subscribe',
          packetIdentifier,
          subscriptions: [{ topicFilter, qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
          properties: {},
        });
        const suback = await alice.expect('suback');
        test.checkEqual(suback.packetIdentifier, packetIdentifier, 'Packet Identifier of SUBACK');
        alice.send({ type: 'unsubscribe', packetIdentifier, topicFilters: [topicFilter], properties: {} });
        const unsuback = await alice.expect('unsuback');
        test.checkEqual(unsuback.packetIdentifier, packetIdentifier, 'Packet Identifier of UNSUBACK');
      }
    },
    mutants: [
      changesSent('swaps the bytes of the Packet Identifier in SUBACK', ['MQTT-2.2.1-6'], 'suback', (packet) => ({
        ...packet,
        packetIdentifier: ((packet.packetIdentifier & 0xff) << 8) | (packet.packetIdentifier >> 8),
      })),
      changesSent('answers every UNSUBSCRIBE as number 1', ['MQTT-2.2.1-6'], 'unsuback', (packet) => ({
        ...packet,
        packetIdentifier: 1,
      })),
    ],
  }),
];
