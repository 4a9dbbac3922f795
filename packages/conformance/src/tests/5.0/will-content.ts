import type { QoS } from '@skua/codec';
import { changesReceived, changesSent } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import { aWill, watchWill } from './will-fixture.ts';

/** Sections 3.1.2.6, 3.1.2.7 and 3.1.3.2.8 of 5.0: how a Will Message is published. */
export const WILL_CONTENT_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'will/quality-of-service',
    title: 'A will is published at its own QoS, which may be 0, 1 or 2',
    statements: ['MQTT-3.1.2-12'],
    run: async (test) => {
      const { client: watcher, connack } = await test.connectWithConnack('watcher');
      const suback = await test.subscribe(watcher, { topicFilter: test.topic('will'), qos: 2 });
      const highest = Math.min(connack.properties.maximumQos ?? 2, suback.reasonCodes[0] ?? 0);
      for (const qos of ([0, 1, 2] as const satisfies readonly QoS[]).filter((level) => level <= highest)) {
        const alice = await test.connect('alice', { will: aWill(test, { qos }) });
        alice.cut();
        const publish = await test.receive(watcher);
        test.checkEqual(publish.qos, qos, 'QoS of the will');
      }
    },
    mutants: [
      changesReceived('publishes every will at QoS 0', ['MQTT-3.1.2-12'], 'connect', (packet) => ({
        ...packet,
        will: packet.will && { ...packet.will, qos: 0 },
      })),
    ],
  }),
  defineTest({
    id: 'will/not-retained',
    title: 'A will without Will Retain is not retained',
    statements: ['MQTT-3.1.2-14'],
    run: async (test) => {
      const watcher = await watchWill(test);
      const alice = await test.connect('alice', { will: aWill(test) });
      alice.cut();
      const publish = await watcher.expect('publish');
      test.checkEqual(publish.retain, false, 'RETAIN');
      const late = await test.connect('late');
      await test.subscribe(late, test.topic('will'));
      await late.expectNothing();
    },
    mutants: [
      changesReceived('retains every will', ['MQTT-3.1.2-14'], 'connect', (packet) => ({
        ...packet,
        will: packet.will && { ...packet.will, retain: true },
      })),
    ],
  }),
  defineTest({
    id: 'will/retained',
    title: 'A will with Will Retain is retained for later subscribers',
    statements: ['MQTT-3.1.2-15'],
    run: async (test) => {
      const { client: watcher, connack } = await test.connectWithConnack('watcher');
      if (connack.properties.retainAvailable === false) test.skip('no retained messages');
      await test.subscribe(watcher, test.topic('will'));
      const alice = await test.connect('alice', { will: aWill(test, { retain: true }) });
      alice.cut();
      await watcher.expect('publish');
      const late = await test.connect('late');
      await test.subscribe(late, test.topic('will'));
      const publish = await late.expect('publish');
      test.checkEqual(publish.retain, true, 'RETAIN');
      test.checkEqual(publish.payload, aWill(test).payload, 'payload');
      await test.publish(await test.connect('tidy'), {
        topicName: test.topic('will'),
        retain: true,
        payload: '',
        qos: 1,
      });
    },
    mutants: [
      changesReceived('does not retain wills', ['MQTT-3.1.2-15'], 'connect', (packet) => ({
        ...packet,
        will: packet.will && { ...packet.will, retain: false },
      })),
    ],
  }),
  defineTest({
    id: 'will/user-properties',
    title: 'The User Properties of a will are published in their order',
    statements: ['MQTT-3.1.3-10'],
    run: async (test) => {
      const watcher = await watchWill(test);
      const alice = await test.connect('alice', { will: aWill(test, { properties: { userProperties: UNSORTED } }) });
      alice.cut();
      const publish = await watcher.expect('publish');
      // A broker may have something to add.
      const kept = (publish.properties.userProperties ?? []).filter(([name]) => name.startsWith('skua'));
      test.checkEqual(kept, UNSORTED, 'User Properties');
    },
    mutants: [
      changesSent('sorts User Properties', ['MQTT-3.1.3-10'], 'publish', (packet) => ({
        ...packet,
        properties: {
          ...packet.properties,
          userProperties: packet.properties.userProperties?.toSorted(([left], [right]) => (left < right ? -1 : 1)),
        },
      })),
      changesSent('keeps one User Property of each name', ['MQTT-3.1.3-10'], 'publish', (packet) => ({
        ...packet,
        properties: { ...packet.properties, userProperties: [...new Map(packet.properties.userProperties ?? [])] },
      })),
    ],
  }),
];

const UNSORTED = [
  ['skua b', '1'],
  ['skua a', '2'],
  ['skua b', '3'],
  ['skua a', '1'],
] as const;
