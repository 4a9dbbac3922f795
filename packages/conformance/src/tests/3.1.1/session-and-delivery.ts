import {
  changesReceived,
  changesSent,
  decodeFrame,
  ignores,
  mutant,
  packetTypeOf,
  statefulMutant,
} from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { StatementId } from '../../statements/statement.ts';
import { frame, twoByteInteger } from '../../wire/frame.ts';
import { takeDeliveries, textOf } from '../5.0/delivery-fixture.ts';
import { connectKept, discardSessions } from './connection-fixture.ts';
import { REDELIVERY_TESTS_3 } from './redelivery.ts';

/** Sections 4.1 to 4.6 of 3.1.1. */
export const SESSION_AND_DELIVERY_TESTS_3: readonly ConformanceTest[] = [
  defineTest({
    id: 'v3/delivery/qos-1-sent',
    title: 'A QoS 1 delivery has a free Packet Identifier and no DUP, and is sent again until it is acknowledged',
    statements: ['v3 MQTT-4.3.2-1'],
    version: 4,
    run: async (test) => {
      const first = await connectKept(test, 'alice');
      const bob = await test.connect('bob');
      await test.subscribe(first, { topicFilter: test.topic('a'), qos: 1 });
      for (const payload of ['one', 'two']) await test.publish(bob, { topicName: test.topic('a'), payload, qos: 1 });
      const one = await first.expect('publish');
      test.checkEqual([one.qos, one.dup], [1, false], 'QoS and DUP');
      const two = await first.next();
      // A broker may wait for the first acknowledgement.
      const underWay = two?.type === 'publish';
      if (underWay) {
        test.check(
          one.packetIdentifier !== two.packetIdentifier,
          'two deliveries under way have one Packet Identifier',
        );
        test.checkEqual([two.qos, two.dup], [1, false], 'QoS and DUP');
      }
      first.cut();
      const second = await connectKept(test, 'alice');
      const again = [await test.receive(second), await test.receive(second)];
      test.checkEqual(again.map(textOf), ['one', 'two'], 'what is sent again');
      test.checkEqual(again[0]?.packetIdentifier, one.packetIdentifier, 'Packet Identifier of what is sent again');
      // The acknowledgements have arrived before this is answered.
      await second.expectNothing();
      second.cut();
      const third = await connectKept(test, 'alice');
      await third.expectNothing();
      await discardSessions(test, 'alice');
    },
    mutants: [
      changesSent('uses one Packet Identifier for all deliveries', ['v3 MQTT-4.3.2-1'], 'publish', (packet) => ({
        ...packet,
        packetIdentifier: 1,
      })),
      changesSent('sets DUP at once', ['v3 MQTT-4.3.2-1'], 'publish', (packet) => ({ ...packet, dup: true })),
      losesResent('v3 MQTT-4.3.2-1', 'publish'),
      ignores('PUBACK', ['v3 MQTT-4.3.2-1'], (received) => packetTypeOf(received) === 'puback'),
    ],
  }),
  defineTest({
    id: 'v3/delivery/qos-1-received',
    title: 'PUBACK carries the Packet Identifier, and a PUBLISH with the same one after it is a new message',
    statements: ['v3 MQTT-4.3.2-2'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 0 });
      for (const [payload, dup] of [
        ['one', false],
        ['two', false],
        ['three', true],
      ] as const) {
        test.sendPublish(bob, { topicName: test.topic('a'), payload, qos: 1, dup, packetIdentifier: 0x1234 });
        test.checkEqual((await bob.expect('puback')).packetIdentifier, 0x1234, 'Packet Identifier of PUBACK');
        test.checkEqual(textOf(await alice.expect('publish')), payload, 'payload');
      }
    },
    mutants: [
      changesSent('uses another Packet Identifier in PUBACK', ['v3 MQTT-4.3.2-2'], 'puback', (packet) => ({
        ...packet,
        packetIdentifier: packet.packetIdentifier - 1,
      })),
      mutant('takes a PUBLISH with DUP for one that it has had', ['v3 MQTT-4.3.2-2'], {
        fromClient: (received, connection) => {
          const packet = decodeFrame(received, 'server', connection);
          if (packet?.type !== 'publish' || !packet.dup) return [received];
          connection.sendToClient(frame(0x40, twoByteInteger(packet.packetIdentifier)));
          return [];
        },
      }),
    ],
  }),
  defineTest({
    id: 'v3/delivery/qos-2-sent',
    title: 'A QoS 2 delivery goes from PUBLISH to PUBREL at PUBREC, and after a lost connection on from where it was',
    statements: ['v3 MQTT-4.3.3-1', 'v3 MQTT-4.4.0-1'],
    version: 4,
    run: async (test) => {
      const first = await connectKept(test, 'alice');
      const bob = await test.connect('bob');
      const suback = await test.subscribe(first, { topicFilter: test.topic('a'), qos: 2 });
      if (suback.reasonCodes[0] !== 2) test.skip('QoS 2 is not granted');
      await test.publish(bob, { topicName: test.topic('a'), payload: 'one', qos: 2 });
      const once = await first.expect('publish');
      test.checkEqual([once.qos, once.dup], [2, false], 'QoS and DUP');
      first.cut();
      // Without PUBREC the PUBLISH is sent again.
      const second = await connectKept(test, 'alice');
      const again = await second.expect('publish');
      const { packetIdentifier } = once;
      test.checkEqual(again.packetIdentifier, packetIdentifier, 'Packet Identifier of what is sent again');
      second.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
      test.checkEqual((await second.expect('pubrel')).packetIdentifier, packetIdentifier, 'that of PUBREL');
      second.cut();
      // Without PUBCOMP the PUBREL is sent again, and not the PUBLISH.
      const third = await connectKept(test, 'alice');
      test.checkEqual((await third.expect('pubrel')).packetIdentifier, packetIdentifier, 'that of PUBREL sent again');
      third.send({ type: 'pubcomp', packetIdentifier, reasonCode: 0, properties: {} });
      await third.expectNothing();
      third.cut();
      const fourth = await connectKept(test, 'alice');
      await fourth.expectNothing();
      await discardSessions(test, 'alice');
    },
    mutants: [
      losesResent('v3 MQTT-4.4.0-1', 'publish'),
      losesResent('v3 MQTT-4.4.0-1', 'pubrel'),
      changesSent('uses another Packet Identifier in PUBREL', ['v3 MQTT-4.3.3-1'], 'pubrel', (packet) => ({
        ...packet,
        packetIdentifier: packet.packetIdentifier + 1,
      })),
      changesReceived('overlooks PUBREC', ['v3 MQTT-4.3.3-1'], 'pubrec', () => undefined),
      changesReceived('overlooks PUBCOMP', ['v3 MQTT-4.3.3-1'], 'pubcomp', () => undefined),
      mutant('sends PUBLISH again after PUBREC', ['v3 MQTT-4.3.3-1'], {
        fromBroker: (sent, { index }) =>
          index === 3 && packetTypeOf(sent) === 'pubrel'
            ? [frame(0x3c, new Uint8Array([0, 1, 0x61]), sent.subarray(2)), sent]
            : [sent],
      }),
    ],
  }),
  defineTest({
    id: 'v3/delivery/qos-2-received',
    title: 'A PUBLISH at QoS 2 that is sent again before PUBREL is delivered once, and one after PUBCOMP is a new one',
    statements: ['v3 MQTT-4.3.3-2'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 0 });
      let bob = await connectKept(test, 'bob');
      const packetIdentifier = 0x1234;
      for (const payload of ['one', 'two']) {
        test.sendPublish(bob, { topicName: test.topic('a'), payload, qos: 2, packetIdentifier });
        test.checkEqual((await bob.expect('pubrec')).packetIdentifier, packetIdentifier, 'that of PUBREC');
        bob.cut();
        // As if PUBREC had been lost.
        bob = await connectKept(test, 'bob');
        test.sendPublish(bob, { topicName: test.topic('a'), payload, qos: 2, dup: true, packetIdentifier });
        test.checkEqual((await bob.expect('pubrec')).packetIdentifier, packetIdentifier, 'that of PUBREC');
        bob.send({ type: 'pubrel', packetIdentifier, reasonCode: 0, properties: {} });
        test.checkEqual((await bob.expect('pubcomp')).packetIdentifier, packetIdentifier, 'that of PUBCOMP');
        const found = (await takeDeliveries(alice, (soFar) => soFar.length > 0)).map(textOf);
        test.checkEqual(found, [payload], 'what is delivered');
      }
      await discardSessions(test, 'bob');
    },
    mutants: [
      changesReceived('delivers each PUBLISH at QoS 2', ['v3 MQTT-4.3.3-2'], 'publish', (packet) => ({
        ...packet,
        packetIdentifier: packet.packetIdentifier + (packet.dup ? 0x4321 : 0),
      })),
      ...(['pubrec', 'pubcomp'] as const).map((type) =>
        changesSent(`uses another Packet Identifier in ${type.toUpperCase()}`, ['v3 MQTT-4.3.3-2'], type, (packet) => ({
          ...packet,
          packetIdentifier: packet.packetIdentifier + 1,
        })),
      ),
      ignores('PUBREL', ['v3 MQTT-4.3.3-2'], (received) => packetTypeOf(received) === 'pubrel'),
      statefulMutant('never frees a Packet Identifier', ['v3 MQTT-4.3.3-2'], () => {
        let released = false;
        return {
          fromClient: (received, connection) => {
            const packet = decodeFrame(received, 'server', connection);
            if (packet?.type === 'pubrel') released = true;
            if (packet?.type !== 'publish' || !released) return [received];
            connection.sendToClient(frame(0x50, twoByteInteger(packet.packetIdentifier)));
            return [];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'v3/delivery/order',
    title: 'What one client publishes to one topic at one QoS arrives in its order',
    statements: ['v3 MQTT-4.6.0-5', 'v3 MQTT-4.6.0-6'],
    version: 4,
    run: async (test) => {
      const bob = await test.connect('bob');
      for (const qos of [0, 1, 2] as const) {
        const alice = await test.connect(`alice${qos}`);
        const topicName = test.topic(`q${qos}`);
        await test.subscribe(alice, { topicFilter: topicName, qos });
        const payloads = Array.from({ length: 12 }, (_none, index) => `message ${index}`);
        for (const payload of payloads) await test.publish(bob, { topicName, payload, qos });
        const found = (await takeDeliveries(alice, (soFar) => soFar.length >= payloads.length)).map(textOf);
        const due = payloads.filter((payload) => qos > 0 || found.includes(payload));
        test.checkEqual(found, due, `messages at QoS ${qos}`);
      }
    },
    mutants: [0, 1, 2].map((qos) => swapsDeliveries(qos)),
  }),
  ...REDELIVERY_TESTS_3,
];

/** A broker that has forgotten, by the next connection of the same client, what it has to send again. */
function losesResent(statement: StatementId, type: 'publish' | 'pubrel'): Mutant {
  return mutant(`does not send ${type.toUpperCase()} again`, [statement], {
    fromBroker: (sent, { index }) => {
      if (packetTypeOf(sent) !== type) return [sent];
      const again = type === 'publish' ? index >= 2 : index >= 3;
      return again ? [] : [sent];
    },
  });
}

/** A broker that sends the second message of a QoS before the first. */
function swapsDeliveries(qos: number): Mutant {
  return statefulMutant(`does not keep the order at QoS ${qos}`, ['v3 MQTT-4.6.0-5', 'v3 MQTT-4.6.0-6'], () => {
    let held: Uint8Array | undefined;
    let done = false;
    return {
      fromBroker: (sent) => {
        if (packetTypeOf(sent) !== 'publish' || (((sent[0] ?? 0) >> 1) & 3) !== qos || done) return [sent];
        if (held === undefined) {
          held = sent;
          return [];
        }
        done = true;
        return [sent, held];
      },
    };
  });
}
