import { changesSent, ignores, mutant, neverCloses, packetTypeOf } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { binary, bytes, frame, hex, properties, string, twoByteInteger } from '../../wire/frame.ts';

/** Sections 3.8 and 3.9 of 5.0: the form of SUBSCRIBE and SUBACK. */
export const SUBSCRIBE_FORMAT_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'subscribe/reserved-flags',
    title: 'SUBSCRIBE with other flags than 0010 is malformed',
    statements: ['MQTT-3.8.1-1'],
    run: async (test) => {
      for (const flags of [0x0, 0x1, 0x3, 0x6, 0xa]) {
        const alice = await test.connect('alice');
        alice.sendBytes(frame(0x80 | flags, twoByteInteger(1), properties(), string(test.topic('a')), bytes(0)));
        await alice.expectClose();
      }
    },
    mutants: [neverCloses(['MQTT-3.8.1-1'])],
  }),
  defineTest({
    id: 'subscribe/filter-not-utf8',
    title: 'SUBSCRIBE with a Topic Filter that is not UTF-8 ends the connection',
    statements: ['MQTT-3.8.3-1'],
    run: async (test) => {
      const alice = await test.connect('alice');
      alice.sendBytes(frame(0x82, twoByteInteger(1), properties(), binary(hex('61 2f c3 28')), bytes(0)));
      await alice.expectClose();
    },
    mutants: [neverCloses(['MQTT-3.8.3-1'])],
  }),
  defineTest({
    id: 'subscribe/no-filter',
    title: 'SUBSCRIBE without a Topic Filter ends the connection',
    statements: ['MQTT-3.8.3-2'],
    run: async (test) => {
      const alice = await test.connect('alice');
      alice.sendBytes(frame(0x82, twoByteInteger(1), properties()));
      await alice.expectClose();
    },
    mutants: [neverCloses(['MQTT-3.8.3-2'])],
  }),
  defineTest({
    id: 'subscribe/no-local-shared',
    title: 'No Local on a Shared Subscription is a Protocol Error',
    statements: ['MQTT-3.8.3-4'],
    run: async (test) => {
      const { client, connack } = await test.connectWithConnack('alice');
      if (connack.properties.sharedSubscriptionAvailable === false) test.skip('no shared subscriptions');
      const filter = string(`$share/group/${test.topic('a')}`);
      client.sendBytes(frame(0x82, twoByteInteger(1), properties(), filter, bytes(0x04)));
      await client.expectClose();
    },
    mutants: [neverCloses(['MQTT-3.8.3-4'])],
  }),
  defineTest({
    id: 'subscribe/reserved-option-bits',
    title: 'Reserved bits in the Subscription Options are malformed',
    statements: ['MQTT-3.8.3-5'],
    run: async (test) => {
      for (const options of [0x40, 0x80, 0xc1]) {
        const alice = await test.connect('alice');
        alice.sendBytes(frame(0x82, twoByteInteger(1), properties(), string(test.topic('a')), bytes(options)));
        await alice.expectClose();
      }
    },
    mutants: [neverCloses(['MQTT-3.8.3-5'])],
  }),
  defineTest({
    id: 'subscribe/answered',
    title: 'SUBSCRIBE is answered by SUBACK under its own Packet Identifier, with a code for each filter',
    statements: ['MQTT-3.8.4-1', 'MQTT-3.8.4-2', 'MQTT-3.8.4-6', 'MQTT-3.8.4-7', 'MQTT-3.9.3-2'],
    run: async (test) => {
      const alice = await test.connect('alice');
      alice.send({
        type: 'subscribe',
        packetIdentifier: 0x1234,
        subscriptions: ([0, 1, 2] as const).map((qos) => ({
          topicFilter: test.topic(`q${qos}`),
          qos,
          noLocal: false,
          retainAsPublished: false,
          retainHandling: 0,
        })),
        properties: {},
      });
      const suback = await alice.expect('suback');
      test.checkEqual(suback.packetIdentifier, 0x1234, 'Packet Identifier of SUBACK');
      test.checkEqual(suback.reasonCodes.length, 3, 'Reason Codes in SUBACK');
      suback.reasonCodes.forEach((code, index) => {
        test.check(SUBSCRIBE_REASON_CODES.has(code), `Reason Code ${code} is not one of SUBACK`);
        test.check(code >= 0x80 || code <= index, `QoS ${code} was granted where ${index} was asked for`);
      });
    },
    mutants: [
      ignores('SUBSCRIBE', ['MQTT-3.8.4-1'], (received) => packetTypeOf(received) === 'subscribe'),
      changesSent('uses another Packet Identifier in SUBACK', ['MQTT-3.8.4-2'], 'suback', (packet) => ({
        ...packet,
        packetIdentifier: packet.packetIdentifier ^ 0xff,
      })),
      changesSent('answers the first filter only', ['MQTT-3.8.4-6'], 'suback', (packet) => ({
        ...packet,
        reasonCodes: packet.reasonCodes.slice(0, 1),
      })),
      changesSent('grants more than was asked for', ['MQTT-3.8.4-7'], 'suback', (packet) => ({
        ...packet,
        reasonCodes: packet.reasonCodes.map(() => 2),
      })),
      mutant('invents a Reason Code for SUBACK', ['MQTT-3.9.3-2'], {
        fromBroker: (sent) =>
          packetTypeOf(sent) === 'suback' ? [Uint8Array.from([...sent.subarray(0, -1), 0x03])] : [sent],
      }),
    ],
  }),
  defineTest({
    id: 'subscribe/order-of-codes',
    title: 'The codes of SUBACK stand in the order of the filters',
    statements: ['MQTT-3.9.3-1'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const wishes = [2, 0, 1, 0, 2] as const;
      const suback = await test.subscribe(
        alice,
        wishes.map((qos, index) => ({ topicFilter: test.topic(`f${index}`), qos })),
      );
      if (suback.reasonCodes.some((code) => code >= 0x80)) test.skip('a subscription was refused');
      const highest = Math.max(...suback.reasonCodes);
      test.checkEqual(
        suback.reasonCodes,
        wishes.map((qos) => Math.min(qos, highest)),
        'granted QoS',
      );
    },
    mutants: [
      changesSent('sorts the Reason Codes of SUBACK', ['MQTT-3.9.3-1'], 'suback', (packet) => ({
        ...packet,
        reasonCodes: packet.reasonCodes.toSorted((left, right) => left - right),
      })),
    ],
  }),
  defineTest({
    id: 'subscribe/suback-fits',
    title: 'SUBACK keeps to the client’s Maximum Packet Size',
    statements: ['MQTT-3.9.2-1', 'MQTT-3.9.2-2'],
    run: async (test) => {
      const alice = await test.connect('alice', { properties: { maximumPacketSize: SMALL } });
      await test.subscribe(alice, test.topic('a'));
      test.check(alice.largestFrame <= SMALL, `a packet of ${alice.largestFrame} bytes; allowed: ${SMALL}`);
    },
    mutants: [
      changesSent('always sends a Reason String in SUBACK', ['MQTT-3.9.2-1'], 'suback', (packet) => ({
        ...packet,
        properties: { reasonString: 'the subscription was made as it was asked for' },
      })),
      changesSent('always sends User Properties in SUBACK', ['MQTT-3.9.2-2'], 'suback', (packet) => ({
        ...packet,
        properties: { userProperties: [['explanation', 'the subscription was made as it was asked for']] },
      })),
    ],
  }),
];

/** Granted QoS and the errors (section 3.9.3). */
const SUBSCRIBE_REASON_CODES: ReadonlySet<number> = new Set([
  0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2,
]);
/** CONNACK has to fit in as well, with what a broker says of itself; a long Reason String does not. */
const SMALL = 48;
