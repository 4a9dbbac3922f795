import { changesReceived, changesSent, ignores, mutant, neverCloses, packetTypeOf } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { binary, bytes, frame, hex, string, twoByteInteger } from '../../wire/frame.ts';
import { takeDeliveries, textOf } from '../5.0/delivery-fixture.ts';
import { closedConnections } from './closed-connections.ts';
import { RETAIN_TESTS_3 } from './retain.ts';

/** Section 3.3 of 3.1.1. */
export const PUBLISH_TESTS_3: readonly ConformanceTest[] = [
  defineTest({
    id: 'v3/publish/dup-not-passed-on',
    title: 'The DUP flag of a PUBLISH is not passed on to subscribers, and never set at QoS 0',
    statements: ['v3 MQTT-3.3.1-2', 'v3 MQTT-3.3.1-3', 'v3 MQTT-4.3.1-1'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      for (const granted of [0, 1] as const) {
        const topicName = test.topic(`granted${granted}`);
        await test.subscribe(alice, { topicFilter: topicName, qos: granted });
        await test.publish(bob, { topicName, qos: 1, dup: true });
        const publish = await test.receive(alice);
        test.checkEqual(publish.dup, false, `DUP of a delivery at QoS ${publish.qos}`);
      }
      const topicName = test.topic('granted0');
      await test.publish(bob, { topicName, qos: 0 });
      const publish = await alice.expect('publish');
      test.checkEqual([publish.qos, publish.dup], [0, false], 'QoS and DUP of a message published at QoS 0');
    },
    mutants: [
      mutant('sets DUP at QoS 0', ['v3 MQTT-3.3.1-2', 'v3 MQTT-4.3.1-1'], {
        fromBroker: (sent) => (sent[0] === 0x30 ? [sent.with(0, 0x38)] : [sent]),
      }),
      changesSent('passes the DUP flag on', ['v3 MQTT-3.3.1-3'], 'publish', (packet) => ({
        ...packet,
        dup: packet.qos > 0,
      })),
    ],
  }),
  closedConnections({
    id: 'v3/publish/qos-3',
    title: 'PUBLISH with both QoS bits set ends the connection',
    statements: ['v3 MQTT-3.3.1-4'],
    packets: (test) =>
      [0x36, 0x3e].map((first) => frame(first, string(test.topic('a')), twoByteInteger(1), bytes(0x78))),
    mutants: [
      mutant('takes QoS 3 for QoS 2', ['v3 MQTT-3.3.1-4'], {
        fromClient: (received) => [packetTypeOf(received) === 'publish' ? received.with(0, 0x34) : received],
      }),
    ],
  }),
  closedConnections({
    id: 'v3/publish/topic-name-first',
    title: 'PUBLISH that does not begin with a Topic Name in UTF-8 ends the connection',
    statements: ['v3 MQTT-3.3.2-1'],
    packets: () => [
      frame(0x30),
      frame(0x30, bytes(0)),
      frame(0x30, twoByteInteger(9), bytes(0x61, 0x62)),
      frame(0x30, binary(hex('61 2f c3 28')), bytes(0x78)),
      frame(0x32, binary(hex('ed a0 80')), twoByteInteger(1), bytes(0x78)),
    ],
  }),
  defineTest({
    id: 'v3/publish/wildcard-in-topic-name',
    title: 'A Topic Name with a wildcard character ends the connection, and nobody receives the message',
    statements: ['v3 MQTT-3.3.2-2', 'v3 MQTT-4.7.1-1'],
    version: 4,
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('#'));
      for (const level of ['a/+', 'a/#', 'a+b']) {
        const alice = await test.connect('alice');
        alice.sendBytes(frame(0x30, string(test.topic(level)), bytes(0x78)));
        await alice.expectClose();
      }
      await watcher.expectNothing();
    },
    mutants: [
      neverCloses(['v3 MQTT-3.3.2-2', 'v3 MQTT-4.7.1-1']),
      ignores(
        'wrong Topic Names',
        ['v3 MQTT-3.3.2-2', 'v3 MQTT-4.7.1-1'],
        (received) => packetTypeOf(received) === 'publish',
      ),
    ],
  }),
  defineTest({
    id: 'v3/publish/topic-name-matches',
    title: 'What a subscriber gets is under the Topic Name that it was published to, which matches the filter',
    statements: ['v3 MQTT-3.3.2-3'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      await test.subscribe(alice, [{ topicFilter: test.topic('a/+/c') }, { topicFilter: test.topic('b/#') }]);
      for (const rest of ['a/c', 'a/b/c/d', 'a/b', 'bb', 'c']) {
        await test.publish(bob, { topicName: test.topic(rest), qos: 1 });
      }
      await alice.expectNothing();
      for (const rest of ['a/b/c', 'a//c', 'b', 'b/c', 'b/c/d']) {
        await test.publish(bob, { topicName: test.topic(rest), qos: 1 });
        const publish = await alice.expect('publish');
        test.checkEqual(publish.topicName, test.topic(rest), 'Topic Name');
      }
    },
    mutants: [
      changesReceived('takes + for #', ['v3 MQTT-3.3.2-3'], 'subscribe', (packet) => ({
        ...packet,
        subscriptions: packet.subscriptions.map((subscription) => ({
          ...subscription,
          topicFilter: subscription.topicFilter.replace(/\+.*$/, '#'),
        })),
      })),
      changesSent('leaves the last level out of Topic Names', ['v3 MQTT-3.3.2-3'], 'publish', (packet) => ({
        ...packet,
        topicName: packet.topicName.replace(/\/[^/]*$/, ''),
      })),
    ],
  }),
  defineTest({
    id: 'v3/publish/answered',
    title: 'PUBLISH is answered by nothing at QoS 0, by PUBACK at QoS 1 and by PUBREC at QoS 2',
    statements: ['v3 MQTT-3.3.4-1'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      test.sendPublish(alice, { topicName: test.topic('a'), qos: 0 });
      await alice.expectNothing();
      const first = test.sendPublish(alice, { topicName: test.topic('a'), qos: 1 });
      test.checkEqual((await alice.expect('puback')).packetIdentifier, first, 'Packet Identifier of PUBACK');
      const second = test.sendPublish(alice, { topicName: test.topic('a'), qos: 2 });
      test.checkEqual((await alice.expect('pubrec')).packetIdentifier, second, 'Packet Identifier of PUBREC');
    },
    mutants: [
      mutant('acknowledges PUBLISH at QoS 0', ['v3 MQTT-3.3.4-1'], {
        fromClient: (received, connection) => {
          if (received[0] === 0x30) connection.sendToClient(frame(0x40, twoByteInteger(1)));
          return [received];
        },
      }),
      mutant('answers QoS 2 by PUBACK', ['v3 MQTT-3.3.4-1'], {
        fromBroker: (sent) => [packetTypeOf(sent) === 'pubrec' ? frame(0x40, sent.subarray(2)) : sent],
      }),
      ignores('PUBLISH at QoS 1', ['v3 MQTT-3.3.4-1'], (received) => received[0] === 0x32),
    ],
  }),
  defineTest({
    id: 'v3/publish/overlapping-filters',
    title: 'Where several filters match, a message comes at the highest QoS that they allow',
    statements: ['v3 MQTT-3.3.5-1'],
    version: 4,
    run: async (test) => {
      const alice = await test.connect('alice');
      const bob = await test.connect('bob');
      const suback = await test.subscribe(alice, [
        { topicFilter: test.topic('a/#'), qos: 0 },
        { topicFilter: test.topic('a/+'), qos: 2 },
        { topicFilter: test.topic('a/b'), qos: 1 },
      ]);
      if (suback.reasonCodes.some((code) => code >= 0x80)) test.skip('a subscription was refused');
      const highest = Math.max(...suback.reasonCodes);
      await test.publish(bob, { topicName: test.topic('a/b'), payload: 'once', qos: 2 });
      const found = (await takeDeliveries(alice, (soFar) => soFar.some(({ qos }) => qos === highest))).map(
        ({ qos }) => qos,
      );
      test.check(
        found.some((qos) => qos === highest),
        `deliveries at QoS ${found.join(', ')}; allowed: ${highest}`,
      );
      // One delivery for all filters, or one for each at its own QoS.
      const own = new Set(suback.reasonCodes);
      const copies = found.length <= 3 && found.every((qos) => own.has(qos));
      test.check(copies, `deliveries at QoS ${found.join(', ')} for three filters`);
      test.choice('several filters match', found.length === 1 ? 'one delivery' : `${found.length} deliveries`);
    },
    mutants: [
      changesSent('delivers at the QoS of the first filter', ['v3 MQTT-3.3.5-1'], 'publish', (packet) => ({
        ...packet,
        qos: 0,
        packetIdentifier: 0,
      })),
      changesReceived('grants QoS 2 and means 1', ['v3 MQTT-3.3.5-1'], 'publish', (packet) =>
        packet.qos === 2 ? { ...packet, qos: 1 } : packet,
      ),
    ],
  }),
  defineTest({
    id: 'v3/publish/not-authorized',
    title: 'A PUBLISH that is not authorized is acknowledged as usual, or ends the connection',
    statements: ['v3 MQTT-3.3.5-2'],
    version: 4,
    profile: 'restricted',
    run: async (test) => {
      const credentials = { userName: 'skua', password: new TextEncoder().encode('guillemot') };
      for (const [qos, acknowledgement] of [
        [1, 'puback'],
        [2, 'pubrec'],
      ] as const) {
        const alice = await test.connect('alice', credentials);
        const packetIdentifier = test.sendPublish(alice, { topicName: `denied/${test.topic('a')}`, qos });
        const answer = await alice.next();
        if (answer === undefined) {
          test.check(alice.closed, `a PUBLISH at QoS ${qos} that is not authorized has no answer`);
          test.choice('a PUBLISH that is not authorized', 'close');
        } else {
          test.checkEqual(answer.type, acknowledgement, `the answer to a PUBLISH at QoS ${qos}`);
          if (answer.type === acknowledgement) {
            test.checkEqual(answer.packetIdentifier, packetIdentifier, 'its Packet Identifier');
          }
          test.choice('a PUBLISH that is not authorized', 'acknowledged');
        }
      }
    },
    mutants: [
      ignores(
        'PUBLISH that is not authorized',
        ['v3 MQTT-3.3.5-2'],
        (received) => packetTypeOf(received) === 'publish',
      ),
      mutant('tells of a PUBLISH that is not authorized by UNSUBACK', ['v3 MQTT-3.3.5-2'], {
        fromClient: (received, connection) => {
          if (packetTypeOf(received) !== 'publish') return [received];
          connection.sendToClient(frame(0xb0, twoByteInteger(1)));
          return [];
        },
      }),
    ],
  }),
  defineTest({
    id: 'v3/publish/dup-when-sent-again',
    title: 'A delivery that is sent again has DUP set, and under its first Packet Identifier',
    statements: ['v3 MQTT-3.3.1-1', 'v3 MQTT-2.3.1-4'],
    version: 4,
    run: async (test) => {
      const bob = await test.connect('bob');
      for (const qos of [1, 2] as const) {
        const first = await test.connect('alice', { cleanStart: false });
        await test.subscribe(first, { topicFilter: test.topic('a'), qos });
        await test.publish(bob, { topicName: test.topic('a'), payload: `at ${qos}`, qos });
        const once = await first.expect('publish');
        test.checkEqual(once.dup, false, 'DUP at first');
        first.cut();
        const second = await test.connect('alice', { cleanStart: false });
        const again = await test.receive(second);
        test.checkEqual(textOf(again), `at ${qos}`, 'payload');
        test.checkEqual(again.dup, true, 'DUP of a delivery that is sent again');
        test.checkEqual(again.packetIdentifier, once.packetIdentifier, 'Packet Identifier');
        await test.connect('alice');
      }
    },
    mutants: [
      changesSent('never sets DUP', ['v3 MQTT-3.3.1-1'], 'publish', (packet) => ({ ...packet, dup: false })),
      changesSent('numbers deliveries anew when it sends them again', ['v3 MQTT-2.3.1-4'], 'publish', (packet) =>
        packet.dup ? { ...packet, packetIdentifier: packet.packetIdentifier + 100 } : packet,
      ),
    ],
  }),
  ...RETAIN_TESTS_3,
];
