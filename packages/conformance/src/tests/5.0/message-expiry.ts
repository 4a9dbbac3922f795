import { changesReceived, changesSent } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { KEPT, textOf } from './delivery-fixture.ts';

/** Section 3.3.2.3.3 of 5.0. */
export const MESSAGE_EXPIRY_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'publish/expired',
    title: 'A message whose Message Expiry Interval passed while it waited for a subscriber is not delivered',
    statements: ['MQTT-3.3.2-5'],
    run: async (test) => {
      const alice = await test.connect('alice', { properties: KEPT });
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 1 });
      await test.disconnect(alice);
      const bob = await test.connect('bob');
      const topicName = test.topic('a');
      await test.publish(bob, { topicName, payload: 'soon', qos: 1, properties: { messageExpiryInterval: 1 } });
      await test.publish(bob, { topicName, payload: 'late', qos: 1, properties: { messageExpiryInterval: 100 } });
      await test.publish(bob, { topicName, payload: 'never', qos: 1 });
      // One second, and one more for brokers that count whole seconds.
      await test.pass(2500);
      const again = await test.connect('alice', { cleanStart: false });
      for (const payload of ['late', 'never']) {
        test.checkEqual(textOf(await test.receive(again)), payload, 'payload of what has not expired');
      }
      await again.expectNothing();
    },
    mutants: [
      changesReceived('does not expire messages', ['MQTT-3.3.2-5'], 'publish', (packet) => ({
        ...packet,
        properties: { ...packet.properties, messageExpiryInterval: undefined },
      })),
    ],
  }),
  defineTest({
    id: 'publish/expiry-counts-down',
    title: 'The Message Expiry Interval of a delivery is the one that came less the time that the message has waited',
    statements: ['MQTT-3.3.2-6'],
    run: async (test) => {
      const { clock } = test.target;
      const alice = await test.connect('alice', { properties: KEPT });
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 1 });
      await test.disconnect(alice);
      const bob = await test.connect('bob');
      const sent = clock.now();
      await test.publish(bob, { topicName: test.topic('a'), qos: 1, properties: { messageExpiryInterval: 100 } });
      await test.pass(3000);
      const again = await test.connect('alice', { cleanStart: false });
      const publish = await test.receive(again);
      // Clocks of whole seconds may be one off at either end.
      const least = 100 - Math.ceil((clock.now() - sent) / 1000) - 1;
      const found = publish.properties.messageExpiryInterval;
      test.check(
        found !== undefined && found >= least && found <= 98,
        `Message Expiry Interval 100 after 3 seconds: expected ${least} to 98, found ${found}`,
      );
    },
    mutants: [
      altersInterval('passes the Message Expiry Interval on as it came', 100),
      altersInterval('loses the Message Expiry Interval', undefined),
    ],
  }),
];

/** A broker that forwards every message with the same Message Expiry Interval. */
function altersInterval(name: string, messageExpiryInterval: number | undefined): Mutant {
  return changesSent(name, ['MQTT-3.3.2-6'], 'publish', (packet) => ({
    ...packet,
    properties: { ...packet.properties, messageExpiryInterval },
  }));
}
