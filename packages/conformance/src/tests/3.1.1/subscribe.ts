import {
  changesReceived,
  changesSent,
  decodeFrame,
  ignores,
  mutant,
  packetTypeOf,
  statefulMutant,
} from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { binary, bytes, frame, hex, string, twoByteInteger } from '../../wire/frame.ts';
import { retain, subscribeForRetained, takeDeliveries, textOf } from '../5.0/delivery-fixture.ts';
import { closedConnections } from './closed-connections.ts';

/** Sections 3.8 and 3.9 of 3.1.1. */
export const SUBSCRIBE_TESTS_3: readonly ConformanceTest[] = [
  closedConnections({
    id: 'v3/subscribe/reserved-flags',
    title: 'SUBSCRIBE with other flags than 0010 ends the connection',
    statements: ['v3 MQTT-3.8.1-1'],
    packets: (test) =>
      [0x80, 0x81, 0x83, 0x86, 0x8a].map((first) => frame(first, twoByteInteger(1), string(test.topic('a')), bytes(0))),
    mutants: [
      mutant('does not look at the flags of SUBSCRIBE', ['v3 MQTT-3.8.1-1'], {
        fromClient: (received) => [packetTypeOf(received) === 'subscribe' ? received.with(0, 0x82) : received],
      }),
    ],
  }),
  closedConnections({
    id: 'v3/subscribe/filter-not-utf8',
    title: 'SUBSCRIBE with a Topic Filter that is not UTF-8 ends the connection',
    statements: ['v3 MQTT-3.8.3-1'],
    packets: () =>
      ['61 2f c3 28', '61 ed a0 80'].map((filter) => frame(0x82, twoByteInteger(1), binary(hex(filter)), bytes(0))),
  }),
  closedConnections({
    id: 'v3/subscribe/no-filter',
    title: 'SUBSCRIBE without a Topic Filter, or with one without its QoS, ends the connection',
    statements: ['v3 MQTT-3.8.3-3'],
    packets: (test) => [
      frame(0x82, twoByteInteger(1)),
      frame(0x82, twoByteInteger(1), string(test.topic('a'))),
      frame(0x82, twoByteInteger(1), string(test.topic('a')), bytes(0), string(test.topic('b'))),
    ],
  }),
  closedConnections({
    id: 'v3/subscribe/reserved-bits',
    title: 'SUBSCRIBE with QoS 3 or with reserved bits in the byte of the QoS ends the connection',
    statements: ['v3 MQTT-3.8.3-4'],
    packets: (test) =>
      // The bits of 5.0 are reserved here.
      [0x03, 0x04, 0x08, 0x10, 0x40, 0x80, 0xfd].map((qos) =>
        frame(0x82, twoByteInteger(1), string(test.topic('a')), bytes(qos)),
      ),
    mutants: [
      mutant('reads the lowest bit of a QoS only', ['v3 MQTT-3.8.3-4'], {
        fromClient: (received) => [
          packetTypeOf(received) === 'subscribe'
            ? received.with(received.length - 1, (received.at(-1) ?? 0) & 0x01)
            : received,
        ],
      }),
    ],
  }),
  defineTest({
    id: 'v3/subscribe/wildcards-not-supported',
    title: 'A broker without wildcards refuses filters that have some',
    statements: ['v3 MQTT-3.8.3-2'],
    version: 4,
    profile: 'no-wildcard-subscriptions',
    run: async (test) => {
      for (const rest of ['a/#', 'a/+']) {
        const alice = await test.connect('alice');
        alice.sendBytes(frame(0x82, twoByteInteger(1), string(test.topic(rest)), bytes(0)));
        const answer = await alice.next();
        const refused =
          answer === undefined ? alice.closed : answer.type === 'suback' && answer.reasonCodes[0] === 0x80;
        test.check(refused, `the filter ${rest} was not refused: ${answer?.type.toUpperCase() ?? 'no answer'}`);
        test.choice('a wildcard where there are none', answer === undefined ? 'close' : 'SUBACK with 0x80');
      }
    },
    mutants: [
      changesSent('grants wildcards that it does not support', ['v3 MQTT-3.8.3-2'], 'suback', (packet) => ({
        ...packet,
        reasonCodes: [0],
      })),
    ],
  }),
  defineTest({
    id: 'v3/subscribe/answered',
    title:
      'SUBSCRIBE is answered by SUBACK under its own Packet Identifier, with a code for each filter in their order',
    statements: [
      'v3 MQTT-3.8.4-1',
      'v3 MQTT-3.8.4-2',
      'v3 MQTT-2.3.1-7',
      'v3 MQTT-3.8.4-5',
      'v3 MQTT-3.9.3-1',
      'v3 MQTT-3.9.3-2',
    ],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      const wishes = [2, 0, 1, 0, 2] as const;
      alice.send({
        type: 'subscribe',
        packetIdentifier: 0x1234,
        subscriptions: wishes.map((qos, index) => ({
          topicFilter: test.topic(`f${index}`),
          qos,
          noLocal: false,
          retainAsPublished: false,
          retainHandling: 0,
        })),
        properties: {},
      });
      // SUBACK is read strictly: the only codes are 0, 1, 2 and 0x80.
      const suback = await alice.expect('suback');
      test.checkEqual(suback.packetIdentifier, 0x1234, 'Packet Identifier of SUBACK');
      test.checkEqual(suback.reasonCodes.length, wishes.length, 'return codes in SUBACK');
      if (suback.reasonCodes.includes(0x80)) test.skip('a subscription was refused');
      const highest = Math.max(...suback.reasonCodes);
      test.checkEqual(
        suback.reasonCodes,
        wishes.map((qos) => Math.min(qos, highest)),
        'granted QoS',
      );
    },
    mutants: [
      ignores('SUBSCRIBE', ['v3 MQTT-3.8.4-1'], (received) => packetTypeOf(received) === 'subscribe'),
      changesSent(
        'uses another Packet Identifier in SUBACK',
        ['v3 MQTT-3.8.4-2', 'v3 MQTT-2.3.1-7'],
        'suback',
        (packet) => ({ ...packet, packetIdentifier: packet.packetIdentifier ^ 0xff }),
      ),
      changesSent('answers the first filter only', ['v3 MQTT-3.8.4-5'], 'suback', (packet) => ({
        ...packet,
        reasonCodes: packet.reasonCodes.slice(0, 1),
      })),
      changesSent('grants more than was asked for', ['v3 MQTT-3.8.4-5'], 'suback', (packet) => ({
        ...packet,
        reasonCodes: packet.reasonCodes.map(() => 2),
      })),
      changesSent('sorts the return codes of SUBACK', ['v3 MQTT-3.9.3-1'], 'suback', (packet) => ({
        ...packet,
        reasonCodes: packet.reasonCodes.toSorted((left, right) => left - right),
      })),
      mutant('uses a Reason Code of 5.0 in SUBACK', ['v3 MQTT-3.9.3-2'], {
        fromBroker: (sent) => [packetTypeOf(sent) === 'suback' ? sent.with(sent.length - 1, 0x87) : sent],
      }),
    ],
  }),
  defineTest({
    id: 'v3/subscribe/replaces',
    title: 'A second subscription with the same filter replaces the first, and brings retained messages again',
    statements: ['v3 MQTT-3.8.4-3'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      const topicName = test.topic('a');
      await retain(test, bob, 'a', 'kept');
      for (const qos of [1, 0] as const) {
        const publishes = await subscribeForRetained(test, alice, { topicFilter: topicName, qos }, 1);
        test.checkEqual(publishes.map(textOf), ['kept'], `what the subscription at QoS ${qos} brings`);
      }
      await test.publish(bob, { topicName, payload: 'after', qos: 1 });
      const found = await takeDeliveries(alice, (soFar) => soFar.length > 0);
      test.checkEqual(
        found.map((publish) => [textOf(publish), publish.qos]),
        [['after', 0]],
        'deliveries after the second subscription, with their QoS',
      );
      await retain(test, await test.connect('tidy'), 'a', '');
    },
    mutants: [
      statefulMutant('keeps the first of two equal subscriptions', ['v3 MQTT-3.8.4-3'], () => {
        let first: Uint8Array | undefined;
        return {
          fromClient: (received) => {
            if (packetTypeOf(received) !== 'subscribe') return [received];
            first ??= received;
            // The Packet Identifier of the repetition, the QoS of the first.
            const repeated = first.slice();
            repeated.set(received.subarray(2, 4), 2);
            return [repeated];
          },
        };
      }),
      statefulMutant('sends retained messages for the first of two equal subscriptions', ['v3 MQTT-3.8.4-3'], () => {
        let sentBefore = false;
        return {
          fromBroker: (sent, connection) => {
            const packet = decodeFrame(sent, 'client', connection);
            if (packet?.type !== 'publish' || !packet.retain) return [sent];
            if (sentBefore) return [];
            sentBefore = true;
            return [sent];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'v3/subscribe/several-filters',
    title: 'Several filters in one SUBSCRIBE all take effect, with one SUBACK',
    statements: ['v3 MQTT-3.8.4-4'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      // The last one replaces the first, as in packets of their own.
      const suback = await test.subscribe(alice, [
        { topicFilter: test.topic('a'), qos: 1 },
        { topicFilter: test.topic('b'), qos: 1 },
        { topicFilter: test.topic('a'), qos: 0 },
      ]);
      test.checkEqual(suback.reasonCodes.length, 3, 'return codes in SUBACK');
      for (const [level, qos] of [
        ['a', 0],
        ['b', 1],
      ] as const) {
        await test.publish(bob, { topicName: test.topic(level), qos: 1 });
        const publish = await test.receive(alice);
        test.checkEqual([publish.topicName, publish.qos], [test.topic(level), qos], 'Topic Name and QoS');
      }
      await alice.expectNothing();
    },
    mutants: [
      changesReceived('looks at the first filter of SUBSCRIBE only', ['v3 MQTT-3.8.4-4'], 'subscribe', (packet) => ({
        ...packet,
        subscriptions: packet.subscriptions.slice(0, 1),
      })),
      mutant('answers each filter by a SUBACK of its own', ['v3 MQTT-3.8.4-4'], {
        fromBroker: (sent) =>
          packetTypeOf(sent) === 'suback'
            ? Array.from(sent.subarray(4), (code) => frame(0x90, sent.subarray(2, 4), bytes(code)))
            : [sent],
      }),
    ],
  }),
  defineTest({
    id: 'v3/subscribe/lower-qos',
    title: 'A message comes at the lower of its own QoS and the granted QoS',
    statements: ['v3 MQTT-3.8.4-6'],
    version: 4,
    run: async (test) => {
      const bob = await test.connect('bob');
      for (const granted of [0, 1, 2] as const) {
        const alice = await test.connect(`alice${granted}`);
        const topicName = test.topic(`granted${granted}`);
        const suback = await test.subscribe(alice, { topicFilter: topicName, qos: granted });
        const maximum = suback.reasonCodes[0] ?? 0;
        if (maximum === 0x80) test.skip(`a subscription at QoS ${granted} was refused`);
        for (const qos of [0, 1, 2] as const) {
          await test.publish(bob, { topicName, payload: `${qos}`, qos });
          // A message of QoS 1 may come more than once where QoS 0 was granted.
          const found = await takeDeliveries(alice, (soFar) => soFar.length > 0);
          test.check(found.length === 1 || (found.length > 1 && qos === 1 && maximum === 0), 'one delivery of each');
          for (const publish of found) {
            test.checkEqual(publish.qos, Math.min(qos, maximum), `delivery of QoS ${qos} where ${maximum} was granted`);
          }
        }
      }
    },
    mutants: [
      changesSent('delivers at QoS 1 at least', ['v3 MQTT-3.8.4-6'], 'publish', (packet) =>
        packet.qos > 0 ? packet : { ...packet, qos: 1, packetIdentifier: 99 },
      ),
      changesSent('delivers everything at QoS 0', ['v3 MQTT-3.8.4-6'], 'publish', (packet) => ({
        ...packet,
        qos: 0,
        dup: false,
        packetIdentifier: 0,
      })),
    ],
  }),
];
