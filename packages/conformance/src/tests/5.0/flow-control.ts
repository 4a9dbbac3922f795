import { changesReceived, changesSent, ignores, packetTypeOf } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { KEPT, textOf } from './delivery-fixture.ts';
import { countsOtherwise, endsDelivery } from './send-window.ts';

/** Section 4.9 of 5.0: the send quota of the broker. */
export const FLOW_CONTROL_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'flow-control/initial-quota',
    title: 'Each connection begins with a quota between 1 and its own Receive Maximum',
    statements: ['MQTT-4.9.0-1'],
    run: async (test) => {
      const bob = await test.connect('bob');
      let cleanStart = true;
      // The session goes on, so that the first deliveries of the second and third connection are repetitions.
      for (const receiveMaximum of [3, 1, 2]) {
        const alice = await test.connect('alice', { cleanStart, properties: { ...KEPT, receiveMaximum } });
        if (cleanStart) {
          await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 1 });
          for (let count = 0; count < 5; count += 1) await test.publish(bob, { topicName: test.topic('a'), qos: 1 });
        }
        cleanStart = false;
        await alice.expect('publish');
        let underWay = 1;
        alice.send({ type: 'pingreq' });
        for (let packet = await alice.next(); packet?.type === 'publish'; packet = await alice.next()) underWay += 1;
        test.check(underWay <= receiveMaximum, `${underWay} deliveries under way; Receive Maximum ${receiveMaximum}`);
        test.choice(`quota for a Receive Maximum of ${receiveMaximum}`, `${underWay}`);
        alice.cut();
      }
    },
    mutants: [
      countsOtherwise('begins with one too many', ['MQTT-4.9.0-1'], { size: (maximum) => maximum + 1 }),
      countsOtherwise('begins with a quota of 0', ['MQTT-4.9.0-1'], { size: () => 0 }),
      countsOtherwise('has the same quota for everybody', ['MQTT-4.9.0-1'], { size: () => 2 }),
    ],
  }),
  defineTest({
    id: 'flow-control/quota',
    title: 'At a quota of 0 no PUBLISH above QoS 0 is sent, and what ends a delivery makes room for just one more',
    statements: ['MQTT-4.9.0-2'],
    run: async (test) => {
      const alice = await test.connect('alice', { properties: { receiveMaximum: 1 } });
      const bob = await test.connect('bob');
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 2 });
      const kinds = ['qos 1', 'qos 1 rejected', 'qos 2', 'qos 2 rejected', 'last'];
      for (const payload of kinds) {
        const qos = payload.startsWith('qos 2') ? 2 : 1;
        await test.publish(bob, { topicName: test.topic('a'), payload, qos });
      }
      const came: string[] = [];
      while (came.length < kinds.length) {
        const publish = await alice.expect('publish');
        await alice.expectNothing();
        const kind = textOf(publish);
        came.push(kind);
        const { packetIdentifier, qos } = publish;
        const reasonCode = kind.endsWith('rejected') ? 0x83 : 0;
        alice.send({ type: qos === 1 ? 'puback' : 'pubrec', packetIdentifier, reasonCode, properties: {} });
        if (kind !== 'qos 2') continue;
        await alice.expect('pubrel');
        await alice.expectNothing();
        alice.send({ type: 'pubcomp', packetIdentifier, reasonCode: 0, properties: {} });
      }
      test.checkEqual(came.toSorted(), kinds.toSorted(), 'the deliveries');
    },
    mutants: [
      changesReceived('takes no notice of Receive Maximum', ['MQTT-4.9.0-2'], 'connect', (packet) => ({
        ...packet,
        properties: {},
      })),
      countsOtherwise('goes on until the quota is below 0', ['MQTT-4.9.0-2'], { size: (maximum) => maximum + 1 }),
      countsOtherwise('takes PUBREC for the end of a delivery', ['MQTT-4.9.0-2'], {
        ends: (answer) => endsDelivery(answer) || answer.type === 'pubrec',
      }),
      countsOtherwise('loses quota when a message is rejected', ['MQTT-4.9.0-2'], {
        ends: (answer) => endsDelivery(answer) && answer.type !== 'pubrec',
      }),
    ],
  }),
  defineTest({
    id: 'flow-control/answers-at-zero',
    title: 'At a quota of 0 the broker goes on to process and answer what the client sends',
    statements: ['MQTT-4.9.0-3'],
    run: async (test) => {
      const alice = await test.connect('alice', { properties: { receiveMaximum: 1 } });
      const bob = await test.connect('bob');
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 2 });
      await test.subscribe(bob, { topicFilter: test.topic('b'), qos: 0 });
      for (let count = 0; count < 2; count += 1) await test.publish(bob, { topicName: test.topic('a'), qos: 2 });
      const { packetIdentifier } = await alice.expect('publish');
      for (const qos of [0, 1, 2] as const) {
        await test.publish(alice, { topicName: test.topic('b'), payload: `qos ${qos}`, qos });
        await alice.expectNothing();
        test.checkEqual(textOf(await bob.expect('publish')), `qos ${qos}`, 'what the client published');
      }
      await test.subscribe(alice, test.topic('c'));
      await test.unsubscribe(alice, test.topic('c'));
      alice.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
      const pubrel = await alice.expect('pubrel');
      test.checkEqual(pubrel.packetIdentifier, packetIdentifier, 'Packet Identifier of PUBREL');
      await alice.expectNothing();
      await test.disconnect(alice);
    },
    mutants: [
      ...(['publish', 'subscribe', 'unsubscribe', 'pubrec', 'pingreq', 'disconnect'] as const).map((type) =>
        ignores(
          `${type.toUpperCase()} at a quota of 0`,
          ['MQTT-4.9.0-3'],
          (received, { index }) =>
            // Bob is the second connection; Alice subscribes to her own topic before there is a quota.
            index === 0 && packetTypeOf(received) === type && !(type === 'subscribe' && received.at(-2) === 0x61),
        ),
      ),
      changesSent('does not complete QoS 2 at a quota of 0', ['MQTT-4.9.0-3'], 'pubcomp', () => undefined),
    ],
  }),
];
