import type { ConnackProperties, Packet, PublishPacket } from '@skua/codec';
import { bytes } from '../../wire/frame.ts';
import type { StatementId } from '../../statements/statement.ts';
import type { BrokerConnection } from '../broker-connection.ts';
import { hears, writes } from '../client-mutations.ts';
import type { ClientMutant } from '../client-mutant.ts';
import type { ClientTestContext } from '../client-test-context.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';
import { takeAll } from './delivery-fixture.ts';
import { withText } from './byte-fixture.ts';

/** Section 3.2.2.3: what CONNACK allows, and what the client makes of it when the program asks for more. */
export const SERVER_LIMITS_CLIENT_TESTS: readonly ClientTest[] = [
  ...defineClientTest({
    id: 'limits/maximum-qos',
    title: 'No PUBLISH has a QoS above the Maximum QoS of the server',
    statements: ['MQTT-3.2.2-11', 'U-3.2.2.3.4-2'],
    run: async (test) => {
      for (const maximumQos of [1, 0] as const) {
        const connection = await test.connect({}, { properties: { maximumQos } });
        for (const qos of [0, 1, 2] as const) test.publish({ topicName: 'skua/a', qos });
        for (const { qos } of publishesAmong(await takePublishes(test, connection))) {
          test.check(qos <= maximumQos, `PUBLISH has QoS ${qos}; Maximum QoS is ${maximumQos}`);
        }
        connection.cut();
      }
    },
    mutants: [deafTo('Maximum QoS', ['MQTT-3.2.2-11', 'U-3.2.2.3.4-2'], { maximumQos: undefined })],
  }),
  ...defineClientTest({
    id: 'limits/retain-available',
    title: 'No PUBLISH has RETAIN set towards a server that retains nothing',
    statements: ['MQTT-3.2.2-14', 'U-3.2.2.3.5-2'],
    run: async (test) => {
      const connection = await test.connect({}, { properties: { retainAvailable: false } });
      for (const qos of [0, 1] as const) test.publish({ topicName: 'skua/a', qos, retain: true });
      for (const { retain } of publishesAmong(await takePublishes(test, connection))) {
        test.check(!retain, 'PUBLISH has RETAIN 1; Retain Available is 0');
      }
    },
    mutants: [deafTo('Retain Available', ['MQTT-3.2.2-14', 'U-3.2.2.3.5-2'], { retainAvailable: undefined })],
  }),
  ...defineClientTest({
    id: 'limits/maximum-packet-size',
    title: 'No packet is larger than the Maximum Packet Size of the server',
    statements: ['MQTT-3.2.2-15', 'U-3.2.2.3.6-2'],
    run: async (test) => {
      const connection = await test.connect({}, { properties: { maximumPacketSize: 100 } });
      connection.resetLargestFrame();
      for (const qos of [0, 1, 2] as const) test.publish({ topicName: 'skua/a', qos, payload: 'x'.repeat(100) });
      test.subscribe([{ topicFilter: `skua/${'x'.repeat(100)}` }]);
      await takePublishes(test, connection);
      test.check(
        connection.largestFrame <= 100,
        `a packet has ${connection.largestFrame} bytes; Maximum Packet Size is 100`,
      );
    },
    mutants: [deafTo('Maximum Packet Size', ['MQTT-3.2.2-15', 'U-3.2.2.3.6-2'], { maximumPacketSize: undefined })],
  }),
  ...defineClientTest({
    id: 'limits/subscriptions',
    title: 'No SUBSCRIBE asks for what the server does not support',
    statements: ['U-3.2.2.3.11-2', 'U-3.2.2.3.12-2', 'U-3.2.2.3.13-2'],
    run: async (test) => {
      const connection = await test.connect({}, { properties: NO_EXTRAS });
      test.subscribe([{ topicFilter: 'skua/#' }]);
      test.subscribe([{ topicFilter: '$share/gulls/skua/a' }]);
      test.subscribe([{ topicFilter: 'skua/a' }], 7);
      for (const packet of await connection.settle()) {
        if (packet.type !== 'subscribe') continue;
        test.check(packet.properties.subscriptionIdentifier === undefined, 'SUBSCRIBE has a Subscription Identifier');
        for (const { topicFilter } of packet.subscriptions) {
          test.check(!/[#+]|^\$share/.test(topicFilter), `SUBSCRIBE asks for ${topicFilter}`);
        }
      }
    },
    mutants: [
      deafTo('Wildcard Subscription Available', ['U-3.2.2.3.11-2'], { wildcardSubscriptionAvailable: undefined }),
      deafTo('Subscription Identifiers Available', ['U-3.2.2.3.12-2'], { subscriptionIdentifiersAvailable: undefined }),
      deafTo('Shared Subscription Available', ['U-3.2.2.3.13-2'], { sharedSubscriptionAvailable: undefined }),
    ],
  }),
  ...defineClientTest({
    id: 'limits/topic-alias-maximum',
    title: 'Topic Aliases are from 1 to the Topic Alias Maximum of the server, and stand for the right topics',
    statements: ['MQTT-3.2.2-17', 'MQTT-3.3.2-8', 'MQTT-3.3.2-9', 'U-3.3.4-3', 'U-3.3.4-4'],
    run: async (test) => {
      const connection = await test.connect({ topicAliases: true }, { properties: { topicAliasMaximum: 2 } });
      for (const topicAlias of [0, 3]) test.publish({ topicName: 'skua/a-named-one', properties: { topicAlias } });
      await checkAliases(test, connection, 2);
    },
    mutants: [
      deafTo('Topic Alias Maximum', ['MQTT-3.2.2-17', 'MQTT-3.3.2-9', 'U-3.3.4-3'], { topicAliasMaximum: 10 }),
      writes('uses Topic Alias 0', ['MQTT-3.3.2-8', 'U-3.3.4-3'], 'publish', (body, first) =>
        withText(Uint8Array.from([first, body.length, ...body]), '\u0023\0\u0001', bytes(0x23, 0, 0)),
      ),
      writes('takes for granted what it never said', ['U-3.3.4-4'], 'publish', (body, first) =>
        withText(Uint8Array.from([first, body.length, ...body]), '\u0023\0\u0001', bytes(0x23, 0, 2)),
      ),
    ],
  }),
  ...defineClientTest({
    id: 'limits/no-topic-aliases',
    title: 'Without a Topic Alias Maximum in CONNACK, or with 0, no Topic Alias is used',
    statements: ['MQTT-3.2.2-18'],
    run: async (test) => {
      for (const properties of [{}, { topicAliasMaximum: 0 }]) {
        const connection = await test.connect({ topicAliases: true }, { properties });
        test.publish({ topicName: 'skua/a-named-one', properties: { topicAlias: 1 } });
        await checkAliases(test, connection, 0);
        connection.cut();
      }
    },
    mutants: [deafTo('Topic Alias Maximum', ['MQTT-3.2.2-18'], { topicAliasMaximum: 10 })],
  }),
  ...defineClientTest({
    id: 'limits/topic-alias-of-an-earlier-connection',
    title: 'A Topic Alias is not used on a connection on which it was not set',
    statements: ['MQTT-3.3.2-7'],
    run: async (test) => {
      const connack = { properties: { topicAliasMaximum: 5 } };
      const first = await test.connectKept({ topicAliases: true, properties: RECEIVES_ALIASES }, connack);
      await checkAliases(test, first, 5);
      test.deliver(first, { topicName: 'skua/aliased', properties: { topicAlias: 1 } });
      await test.expectMessage();
      first.cut();
      await test.pass(20);
      const second = await test.reconnect({ topicAliases: true, properties: RECEIVES_ALIASES }, connack);
      await checkAliases(test, second, 5);
      test.deliver(second, { topicName: '', properties: { topicAlias: 1 } });
      const closed = await second.closes();
      test.check(test.messages.length === 0, 'a Topic Alias of an earlier connection is taken for its topic');
      test.choice('a PUBLISH without a topic', closed ? 'the connection is closed' : 'the packet is ignored');
    },
    mutants: [
      hears('carries Topic Aliases over', ['MQTT-3.3.2-7'], 'publish', (publish, { index }) =>
        index === 1 && publish.topicName === '' ? { ...publish, topicName: 'skua/aliased', properties: {} } : publish,
      ),
    ],
  }),
];

/** A client that hears CONNACK with other properties than were sent. */
function deafTo(what: string, breaks: readonly StatementId[], instead: Partial<ConnackProperties>): ClientMutant {
  return hears(`does not look at ${what}`, breaks, 'connack', (connack) => ({
    ...connack,
    properties: { ...connack.properties, ...instead },
  }));
}

/** Everything that the client sends of what it was asked for, each packet answered. */
async function takePublishes(test: ClientTestContext, connection: BrokerConnection): Promise<Packet[]> {
  const all = await takeAll(connection);
  test.messages.length = 0;
  return all;
}

function publishesAmong(packets: readonly Packet[]): readonly PublishPacket[] {
  return packets.filter((packet) => packet.type === 'publish');
}

/** Publishes on more topics than there are aliases, twice each, and reads the aliases as a server does. */
async function checkAliases(test: ClientTestContext, connection: BrokerConnection, maximum: number): Promise<void> {
  const topics = ['first', 'second', 'third', 'first', 'second', 'third'].map((name) => `skua/a-long-topic/${name}`);
  for (const topicName of topics) test.publish({ topicName, payload: topicName });
  const known = new Map<number, string>();
  for (const packet of publishesAmong(await takePublishes(test, connection))) {
    const { topicAlias } = packet.properties;
    if (topicAlias === undefined) continue;
    test.check(topicAlias >= 1 && topicAlias <= maximum, `Topic Alias is ${topicAlias}; the maximum is ${maximum}`);
    if (packet.topicName !== '') known.set(topicAlias, packet.topicName);
    const said = new TextDecoder().decode(packet.payload);
    if (said === 'payload') continue;
    test.checkEqual(known.get(topicAlias), said, `the topic for which Topic Alias ${topicAlias} stands`);
  }
}

const NO_EXTRAS = {
  wildcardSubscriptionAvailable: false,
  subscriptionIdentifiersAvailable: false,
  sharedSubscriptionAvailable: false,
} as const;

const RECEIVES_ALIASES = { sessionExpiryInterval: 3600, topicAliasMaximum: 5 } as const;
