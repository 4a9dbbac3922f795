import type { ConnectPacket, PublishPacket } from '@skua/codec';
import { changesReceived, changesSent, mutant, packetTypeOf } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import type { RawClient } from '../../harness/raw-client.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { TestContext } from '../../harness/test-context.ts';

/** Section 3.1.2.11 of 5.0: what a client may ask of the server in the properties of CONNECT. */
export const CONNECT_PROPERTIES_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'connect/maximum-packet-size',
    title: 'The broker sends no packet that is larger than the client’s Maximum Packet Size',
    statements: ['MQTT-3.1.2-24'],
    run: async (test) => {
      const alice = await test.connect('alice', { properties: { maximumPacketSize: SMALL } });
      const bob = await test.connect('bob');
      await test.subscribe(alice, test.topic('#'));
      await test.publish(bob, { topicName: test.topic('a'), payload: 'x'.repeat(SMALL), qos: 1 });
      await test.publish(bob, { topicName: test.topic('b'), payload: 'x', qos: 1 });
      const publish = await alice.expect('publish');
      test.checkEqual(publish.topicName, test.topic('b'), 'the message that fits');
      test.check(alice.largestFrame <= SMALL, `a packet of ${alice.largestFrame} bytes; allowed: ${SMALL}`);
    },
    mutants: [
      changesReceived('takes no notice of Maximum Packet Size', ['MQTT-3.1.2-24'], 'connect', (packet) => ({
        ...packet,
        properties: {},
      })),
    ],
  }),
  defineTest({
    id: 'connect/too-large-counts-as-sent',
    title: 'A message that is too large for the client is done with: it takes no quota and does not come later',
    statements: ['MQTT-3.1.2-25'],
    run: async (test) => {
      const properties = { maximumPacketSize: SMALL, receiveMaximum: 1, sessionExpiryInterval: 60 };
      const alice = await test.connect('alice', { properties });
      const bob = await test.connect('bob');
      await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 1 });
      await test.publish(bob, { topicName: test.topic('a'), payload: 'x'.repeat(SMALL), qos: 1 });
      await test.publish(bob, { topicName: test.topic('a'), payload: 'small', qos: 1 });
      const publish = await test.receive(alice);
      test.checkEqual(publish.payload, new TextEncoder().encode('small'), 'payload');
      await test.disconnect(alice);
      const again = await test.connect('alice', { cleanStart: false });
      await again.expectNothing();
    },
    mutants: [
      losesTooLarge('lets a message that is too large take quota', ({ properties }) => ({
        ...properties,
        maximumPacketSize: undefined,
      })),
      losesTooLarge('keeps a message that is too large for later', ({ properties }) => ({
        ...properties,
        maximumPacketSize: undefined,
        receiveMaximum: undefined,
      })),
    ],
  }),
  defineTest({
    id: 'connect/topic-alias-maximum',
    title: 'Topic Aliases to the client are not above its Topic Alias Maximum, and stand for the right topics',
    statements: ['MQTT-3.1.2-26', 'MQTT-3.3.2-11'],
    run: async (test) => {
      const publishes = await deliveries(test, await test.connect('alice', { properties: { topicAliasMaximum: 2 } }));
      const aliases = new Map<number, string>();
      publishes.forEach(({ topicName, properties: { topicAlias } }, index) => {
        test.check(topicAlias === undefined || topicAlias <= 2, `Topic Alias ${topicAlias}; allowed: 1 and 2`);
        if (topicAlias !== undefined && topicName !== '') aliases.set(topicAlias, topicName);
        const meant = topicName === '' ? aliases.get(topicAlias ?? 0) : topicName;
        test.checkEqual(meant, test.topic(LEVELS[index] ?? ''), 'the topic that is meant');
      });
      test.choice('Topic Aliases to a client that allows them', aliases.size > 0 ? 'used' : 'not used');
    },
    mutants: [
      changesSent('counts Topic Aliases without end', ['MQTT-3.1.2-26', 'MQTT-3.3.2-11'], 'publish', (packet) => ({
        ...packet,
        properties: { ...packet.properties, topicAlias: (packet.properties.topicAlias ?? 0) + 1 },
      })),
    ],
  }),
  defineTest({
    id: 'connect/no-topic-alias',
    title: 'A client whose Topic Alias Maximum is absent or 0 is sent no Topic Aliases',
    statements: ['MQTT-3.1.2-27'],
    run: async (test) => {
      for (const properties of [{}, { topicAliasMaximum: 0 }]) {
        const publishes = await deliveries(test, await test.connect('alice', { properties }));
        publishes.forEach(({ topicName, properties: { topicAlias } }, index) => {
          test.checkEqual(topicAlias, undefined, 'Topic Alias');
          test.checkEqual(topicName, test.topic(LEVELS[index] ?? ''), 'Topic Name');
        });
      }
    },
    mutants: [
      changesReceived('uses ten Topic Aliases whatever the client says', ['MQTT-3.1.2-27'], 'connect', (packet) => ({
        ...packet,
        properties: { topicAliasMaximum: 10 },
      })),
      changesSent('gives each topic an alias unasked', ['MQTT-3.1.2-27'], 'publish', (packet) => ({
        ...packet,
        properties: { ...packet.properties, topicAlias: 1 },
      })),
    ],
  }),
  defineTest({
    id: 'connect/no-response-information',
    title: 'A client that does not ask for Response Information gets none',
    statements: ['MQTT-3.1.2-28'],
    run: async (test) => {
      for (const properties of [{}, { requestResponseInformation: false }]) {
        const { connack } = await test.connectWithConnack('alice', { properties });
        test.checkEqual(connack.properties.responseInformation, undefined, 'Response Information');
      }
      const asking = { requestResponseInformation: true };
      const { connack } = await test.connectWithConnack('bob', { properties: asking });
      const given = connack.properties.responseInformation !== undefined;
      test.choice('Response Information for those who ask', given ? 'given' : 'not given');
    },
    mutants: [
      changesSent('always sends Response Information', ['MQTT-3.1.2-28'], 'connack', (packet) => ({
        ...packet,
        properties: { ...packet.properties, responseInformation: 'responses/' },
      })),
    ],
  }),
  defineTest({
    id: 'connect/no-problem-information',
    title:
      'A client that wants no problem information gets no Reason String and no User Properties in acknowledgements',
    statements: ['MQTT-3.1.2-29'],
    run: async (test) => {
      const properties = { requestProblemInformation: false };
      const { client: alice, connack } = await test.connectWithConnack('alice', { properties });
      const topicName = test.topic('a');
      const suback = await test.subscribe(alice, { topicFilter: topicName, qos: 2 });
      if (connack.properties.maximumQos !== undefined || suback.reasonCodes[0] !== 2) test.skip('no QoS 2');
      const acknowledgements: Acknowledgement[] = [suback, await test.unsubscribe(alice, test.topic('never'))];
      const packetIdentifier = test.sendPublish(alice, { topicName: test.topic('nobody'), qos: 1 });
      acknowledgements.push(await alice.expect('puback'));
      test.sendPublish(alice, { topicName: test.topic('nobody'), qos: 2, packetIdentifier });
      acknowledgements.push(await alice.expect('pubrec'));
      alice.send({ type: 'pubrel', packetIdentifier, reasonCode: 0, properties: {} });
      acknowledgements.push(await alice.expect('pubcomp'));
      await test.publish(await test.connect('bob'), { topicName, qos: 2 });
      const delivery = await alice.expect('publish');
      alice.send({ type: 'pubrec', packetIdentifier: delivery.packetIdentifier, reasonCode: 0, properties: {} });
      acknowledgements.push(await alice.expect('pubrel'));
      for (const { type, properties: told } of acknowledgements) {
        const name = type.toUpperCase();
        test.checkEqual(told.reasonString, undefined, `Reason String of ${name}`);
        test.checkEqual(told.userProperties?.length ?? 0, 0, `number of User Properties of ${name}`);
      }
    },
    mutants: [
      ...(['suback', 'unsuback', 'puback', 'pubrec', 'pubcomp', 'pubrel'] as const).map((type) =>
        changesSent(`explains ${type.toUpperCase()} to everybody`, ['MQTT-3.1.2-29'], type, (packet) => ({
          ...packet,
          properties: { reasonString: 'because' },
        })),
      ),
      changesSent('adds User Properties to PUBACK for everybody', ['MQTT-3.1.2-29'], 'puback', (packet) => ({
        ...packet,
        properties: { userProperties: [['broker', 'one']] },
      })),
    ],
  }),
];

interface Acknowledgement {
  readonly type: string;
  readonly properties: {
    readonly reasonString?: string | undefined;
    readonly userProperties?: readonly unknown[] | undefined;
  };
}

/** CONNACK has to fit in as well, with what a broker says of itself. */
const SMALL = 128;
/** Topics in the order in which they are published: some so often that an alias would pay. */
const LEVELS = ['a', 'b', 'c', 'a', 'b', 'c', 'a', 'a', 'd', 'd'];

/** What the client receives when a message is published to each topic of {@link LEVELS}. */
async function deliveries(test: TestContext, client: RawClient): Promise<PublishPacket[]> {
  await test.subscribe(client, test.topic('+'));
  const bob = await test.connect('bob');
  const publishes: PublishPacket[] = [];
  for (const level of LEVELS) {
    await test.publish(bob, { topicName: test.topic(level), qos: 1 });
    publishes.push(await client.expect('publish'));
  }
  return publishes;
}

/** The broker behind does not know of the limit; what is too large is lost on the way and never acknowledged. */
function losesTooLarge(name: string, change: (packet: ConnectPacket) => ConnectPacket['properties']): Mutant {
  const { create } = changesReceived(name, ['MQTT-3.1.2-25'], 'connect', (packet) => ({
    ...packet,
    properties: change(packet),
  }));
  return mutant(name, ['MQTT-3.1.2-25'], {
    ...create(),
    fromBroker: (sent, { index }) =>
      index === 0 && packetTypeOf(sent) === 'publish' && sent.length > SMALL ? [] : [sent],
  });
}
