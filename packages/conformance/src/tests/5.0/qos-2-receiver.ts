import { encodePacket } from '@skua/codec';
import {
  changesReceived,
  changesSent,
  decodeFrame,
  ignores,
  packetTypeOf,
  statefulMutant,
} from '../../harness/mutations.ts';
import type { RawClient } from '../../harness/raw-client.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { KEPT, takeDeliveries, textOf } from './delivery-fixture.ts';

/** Section 4.3.3 of 5.0: the broker as the receiver of QoS 2 messages. */
export const QOS_2_RECEIVER_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'qos-2/pubrec',
    title: 'PUBREC carries the Packet Identifier of its PUBLISH, and the message is the broker’s from then on',
    statements: ['MQTT-4.3.3-8'],
    run: async (test) => {
      const bob = await test.connect('bob', { properties: KEPT });
      await test.subscribe(bob, { topicFilter: test.topic('a'), qos: 2 });
      await test.disconnect(bob);
      const alice = await test.connect('alice');
      for (const packetIdentifier of [0xffff, 1, 0x100]) {
        const payload = `${packetIdentifier}`;
        test.sendPublish(alice, { topicName: test.topic('a'), payload, qos: 2, packetIdentifier });
        const pubrec = await alice.expect('pubrec');
        test.checkEqual(pubrec.packetIdentifier, packetIdentifier, 'Packet Identifier of PUBREC');
        await release(alice, packetIdentifier);
      }
      const again = await test.connect('bob', { cleanStart: false });
      const publishes = await takeDeliveries(again, (soFar) => soFar.length === 3);
      test.checkEqual(publishes.map(textOf), ['65535', '1', '256'], 'the messages that were acknowledged');
    },
    mutants: [
      changesSent('counts Packet Identifiers of PUBREC itself', ['MQTT-4.3.3-8'], 'pubrec', (packet) => ({
        ...packet,
        packetIdentifier: 1,
      })),
      changesSent('sends no PUBREC', ['MQTT-4.3.3-8'], 'pubrec', () => undefined),
      changesReceived('acknowledges without taking the message', ['MQTT-4.3.3-8'], 'publish', (packet) => ({
        ...packet,
        topicName: 'skua/nowhere',
      })),
    ],
  }),
  defineTest({
    id: 'qos-2/identifier-after-refusal',
    title: 'After PUBREC with an error a PUBLISH with the same Packet Identifier is a new message',
    statements: ['MQTT-4.3.3-9'],
    profile: 'restricted',
    run: async (test) => {
      const credentials = { userName: 'skua', password: new TextEncoder().encode('guillemot') };
      const bob = await test.connect('bob', credentials);
      await test.subscribe(bob, { topicFilter: test.topic('a'), qos: 2 });
      const alice = await test.connect('alice', credentials);
      test.sendPublish(alice, { topicName: `denied/${test.topic('a')}`, qos: 2, packetIdentifier: 7 });
      const refusal = await alice.next();
      if (refusal?.type !== 'pubrec' || refusal.reasonCode < 0x80) test.skip('no PUBREC with an error can be had');
      await test.publish(alice, { topicName: test.topic('a'), payload: 'new', qos: 2, packetIdentifier: 7 });
      test.checkEqual(textOf(await test.receive(bob)), 'new', 'payload of the new message');
    },
    mutants: [
      statefulMutant('remembers Packet Identifiers that it refused', ['MQTT-4.3.3-9'], () => {
        const refused = new Set<number>();
        return {
          fromBroker: (sent, connection) => {
            const packet = decodeFrame(sent, 'client', connection);
            if (packet?.type === 'pubrec' && packet.reasonCode >= 0x80) refused.add(packet.packetIdentifier);
            return [sent];
          },
          fromClient: (received, connection) => {
            const packet = decodeFrame(received, 'server', connection);
            if (packet?.type === 'publish' && refused.has(packet.packetIdentifier)) {
              const { packetIdentifier } = packet;
              connection.sendToClient(
                encodePacket({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} }, 5),
              );
              return [];
            }
            return [received];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'qos-2/repeated-before-pubrel',
    title:
      'A PUBLISH repeated before PUBREL is answered by PUBREC each time and delivered once, even after reconnecting',
    statements: ['MQTT-4.3.3-10'],
    run: async (test) => {
      const bob = await test.connect('bob');
      await test.subscribe(bob, { topicFilter: test.topic('a'), qos: 2 });
      const alice = await test.connect('alice', { properties: KEPT });
      const message = { topicName: test.topic('a'), payload: 'once', qos: 2, packetIdentifier: 7 } as const;
      test.sendPublish(alice, message);
      await alice.expect('pubrec');
      // A client has no reason to repeat it so soon, least of all with DUP 0, so that a broker may take offence.
      for (const dup of [true, false]) {
        test.sendPublish(alice, { ...message, dup });
        const answer = await alice.next();
        const offended = answer === undefined ? alice.closed : answer.type === 'disconnect';
        test.choice(`repetition with DUP ${dup ? 1 : 0} on the same connection`, offended ? 'disconnects' : 'PUBREC');
        if (offended) break;
        test.checkEqual(answer?.type, 'pubrec', 'the answer to a repetition');
      }
      alice.cut();
      const again = await test.connect('alice', { cleanStart: false });
      test.sendPublish(again, { ...message, dup: true });
      const pubrec = await again.expect('pubrec');
      test.checkEqual(pubrec.packetIdentifier, 7, 'Packet Identifier of PUBREC');
      test.check(pubrec.reasonCode < 0x80, `PUBREC refuses with 0x${pubrec.reasonCode.toString(16)}`);
      await release(again, 7);
      const publishes = await takeDeliveries(bob, (soFar) => soFar.length === 1);
      test.checkEqual(publishes.map(textOf), ['once'], 'the deliveries');
    },
    mutants: [
      statefulMutant('delivers every PUBLISH', ['MQTT-4.3.3-10'], () => {
        let seen = false;
        return {
          fromClient: (received, connection) => {
            const packet = decodeFrame(received, 'server', connection);
            if (packet?.type !== 'publish') return [received];
            const repetition = encodePacket({ ...packet, qos: 0, dup: false, packetIdentifier: 0 }, 5);
            if (seen) return [repetition, received];
            seen = true;
            return [received];
          },
        };
      }),
      statefulMutant('goes by DUP', ['MQTT-4.3.3-10'], () => {
        let seen = false;
        return {
          fromClient: (received, connection) => {
            const packet = decodeFrame(received, 'server', connection);
            if (packet?.type !== 'publish') return [received];
            const anew = seen && !packet.dup;
            seen = true;
            return anew ? [encodePacket({ ...packet, qos: 0, packetIdentifier: 0 }, 5), received] : [received];
          },
        };
      }),
      changesReceived(
        'does not keep what it received beyond the connection',
        ['MQTT-4.3.3-10'],
        'connect',
        (packet) => ({
          ...packet,
          cleanStart: true,
        }),
      ),
      ignores('repeated PUBLISH packets', ['MQTT-4.3.3-10'], (received) => received[0] === 0x3c),
    ],
  }),
  defineTest({
    id: 'qos-2/pubcomp',
    title: 'PUBREL is answered by PUBCOMP with its Packet Identifier',
    statements: ['MQTT-4.3.3-11'],
    run: async (test) => {
      const alice = await test.connect('alice');
      const identifiers = [3, 0xffff, 1];
      for (const packetIdentifier of identifiers) {
        test.sendPublish(alice, { topicName: test.topic('a'), qos: 2, packetIdentifier });
        await alice.expect('pubrec');
      }
      for (const packetIdentifier of identifiers) await release(alice, packetIdentifier);
    },
    mutants: [
      changesSent('sends no PUBCOMP', ['MQTT-4.3.3-11'], 'pubcomp', () => undefined),
      changesSent('sends PUBCOMP for another message', ['MQTT-4.3.3-11'], 'pubcomp', (packet) => ({
        ...packet,
        packetIdentifier: 1,
      })),
    ],
  }),
  defineTest({
    id: 'qos-2/identifier-again',
    title: 'After PUBCOMP a PUBLISH with the same Packet Identifier is a new message, even with DUP 1',
    statements: ['MQTT-4.3.3-12'],
    run: async (test) => {
      const bob = await test.connect('bob');
      await test.subscribe(bob, { topicFilter: test.topic('a'), qos: 2 });
      const alice = await test.connect('alice');
      for (const [payload, dup] of [
        ['first', false],
        ['second', false],
        ['third', true],
      ] as const) {
        await test.publish(alice, { topicName: test.topic('a'), payload, qos: 2, dup, packetIdentifier: 7 });
        test.checkEqual(textOf(await test.receive(bob)), payload, 'payload');
      }
    },
    mutants: [
      statefulMutant('takes DUP 1 for a repetition', ['MQTT-4.3.3-12'], () => ({
        fromClient: (received, connection) => {
          const packet = decodeFrame(received, 'server', connection);
          if (packet?.type !== 'publish' || !packet.dup) return [received];
          const { packetIdentifier } = packet;
          connection.sendToClient(encodePacket({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} }, 5));
          return [];
        },
      })),
      statefulMutant('does not forget Packet Identifiers', ['MQTT-4.3.3-12'], () => ({
        fromClient: (received, connection) => {
          if (packetTypeOf(received) !== 'pubrel') return [received];
          connection.sendToClient(Uint8Array.from([0x70, 0x02, ...received.subarray(2, 4)]));
          return [];
        },
      })),
    ],
  }),
  defineTest({
    id: 'qos-2/acknowledged-beyond-expiry',
    title: 'The QoS 2 handshake goes on when the message expired in the meantime',
    statements: ['MQTT-4.3.3-13'],
    run: async (test) => {
      const bob = await test.connect('bob', { properties: KEPT });
      await test.subscribe(bob, { topicFilter: test.topic('a'), qos: 2 });
      await test.disconnect(bob);
      const alice = await test.connect('alice');
      const packetIdentifier = test.sendPublish(alice, {
        topicName: test.topic('a'),
        qos: 2,
        properties: { messageExpiryInterval: 1 },
      });
      await alice.expect('pubrec');
      await test.pass(2500);
      await release(alice, packetIdentifier);
    },
    mutants: [
      ignores('PUBREL of expired messages', ['MQTT-4.3.3-13'], (received) => packetTypeOf(received) === 'pubrel'),
      changesSent('does not know PUBREL of expired messages', ['MQTT-4.3.3-13'], 'pubcomp', (packet) => ({
        ...packet,
        reasonCode: 0x92,
      })),
    ],
  }),
];

/** Sends PUBREL, which must be answered by PUBCOMP without an error. */
async function release(client: RawClient, packetIdentifier: number): Promise<void> {
  client.send({ type: 'pubrel', packetIdentifier, reasonCode: 0, properties: {} });
  const pubcomp = await client.expect('pubcomp');
  if (pubcomp.packetIdentifier !== packetIdentifier) {
    throw client.failure(
      `PUBCOMP carries Packet Identifier ${pubcomp.packetIdentifier} for PUBREL ${packetIdentifier}`,
    );
  }
  if (pubcomp.reasonCode >= 0x80) throw client.failure(`PUBCOMP refuses with 0x${pubcomp.reasonCode.toString(16)}`);
}
