import {
  changesReceived,
  changesSent,
  mutant,
  neverCloses,
  packetTypeOf,
  rewritesSent,
} from '../../harness/mutations.ts';
import type { ProfileName } from '../../harness/profile.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { RawClient } from '../../harness/raw-client.ts';
import type { TestContext } from '../../harness/test-context.ts';
import type { StatementId } from '../../statements/statement.ts';
import { bytes, frame, properties } from '../../wire/frame.ts';

/** Section 3.2.2.3 of 5.0: what a broker says in CONNACK that it cannot do, and what it does when a client tries. */
export const CONNACK_CAPABILITIES_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'connack/maximum-qos-absent',
    title: 'A broker whose CONNACK has no Maximum QoS takes messages of every QoS',
    statements: ['MQTT-3.2.2-9'],
    run: async (test) => {
      const { client, connack } = await test.connectWithConnack('alice');
      const { maximumQos } = connack.properties;
      if (maximumQos !== undefined) test.skip(`the broker says that its Maximum QoS is ${maximumQos}`);
      for (const qos of [0, 1, 2] as const) await test.publish(client, { topicName: test.topic('a'), qos });
      await client.expectNothing();
    },
    mutants: [
      rewritesSent('closes for QoS 2 without having said so', ['MQTT-3.2.2-9'], 'pubrec', () =>
        frame(0xe0, bytes(0x9b)),
      ),
    ],
  }),
  ...([0, 1] as const).map((maximumQos) =>
    defineTest({
      id: `connack/maximum-qos-${maximumQos}`,
      title: `A broker that takes messages up to QoS ${maximumQos} only says so`,
      statements: ['MQTT-3.2.2-9'],
      profile: `maximum-qos-${maximumQos}`,
      run: async (test) => {
        const { connack } = await test.connectWithConnack('alice');
        test.checkEqual(connack.properties.maximumQos, maximumQos, 'Maximum QoS of CONNACK');
      },
      mutants: [
        changesSent('does not say what QoS it takes', ['MQTT-3.2.2-9'], 'connack', (packet) => ({
          ...packet,
          properties: { ...packet.properties, maximumQos: undefined },
        })),
      ],
    }),
  ),
  ...([0, 1] as const).map((maximumQos) =>
    defineTest({
      id: `connack/subscribe-above-maximum-qos-${maximumQos}`,
      title: `A broker that takes messages up to QoS ${maximumQos} only accepts subscriptions of every QoS`,
      statements: ['MQTT-3.2.2-10'],
      profile: `maximum-qos-${maximumQos}`,
      run: async (test) => {
        const { client } = await announced(test, 'alice', maximumQos);
        for (const qos of [0, 1, 2] as const) {
          const suback = await test.subscribe(client, { topicFilter: test.topic(`${qos}`), qos });
          const granted = suback.reasonCodes[0] ?? 0x80;
          test.check(granted < 0x80, `SUBSCRIBE with QoS ${qos} was refused with 0x${granted.toString(16)}`);
          test.choice(`SUBSCRIBE with QoS ${qos} where Maximum QoS is ${maximumQos}`, `QoS ${granted} is granted`);
        }
      },
      mutants: [
        mutant('refuses subscriptions above QoS 0', ['MQTT-3.2.2-10'], {
          fromClient: (received, connection) => {
            const options = received[received.length - 1] ?? 0;
            if (packetTypeOf(received) !== 'subscribe' || (options & 0x03) === 0) return [received];
            connection.sendToClient(frame(0x90, received.subarray(2, 4), properties(), bytes(0x80)));
            return [];
          },
        }),
      ],
    }),
  ),
  ...([0, 1] as const).map((maximumQos) =>
    refusesPublish({
      id: `connack/publish-above-maximum-qos-${maximumQos}`,
      title: `A PUBLISH above Maximum QoS ${maximumQos} ends the connection`,
      statement: 'MQTT-3.2.2-11',
      profile: `maximum-qos-${maximumQos}`,
      expected: 0x9b,
      provoke: async (test) => {
        const { client } = await announced(test, 'alice', maximumQos);
        test.sendPublish(client, { topicName: test.topic('a'), qos: maximumQos === 0 ? 1 : 2 });
        return client;
      },
    }),
  ),
  ...([0, 1] as const).map((maximumQos) =>
    defineTest({
      id: `connack/will-above-maximum-qos-${maximumQos}`,
      title: `A CONNECT whose Will QoS is above Maximum QoS ${maximumQos} is refused`,
      statements: ['MQTT-3.2.2-12'],
      profile: `maximum-qos-${maximumQos}`,
      run: async (test) => {
        await announced(test, 'bob', maximumQos);
        await refusesWill(test, { qos: maximumQos === 0 ? 1 : 2 });
      },
      mutants: [
        neverCloses(['MQTT-3.2.2-12']),
        changesReceived('lowers the QoS of wills', ['MQTT-3.2.2-12'], 'connect', (packet) => ({
          ...packet,
          will: packet.will === undefined ? undefined : { ...packet.will, qos: 0 },
        })),
      ],
    }),
  ),
  defineTest({
    id: 'connack/will-retain-unavailable',
    title: 'A CONNECT with Will Retain is refused where retained messages are not available',
    statements: ['MQTT-3.2.2-13'],
    profile: 'retain-unavailable',
    run: async (test) => {
      await connectWithoutRetain(test, 'bob');
      await refusesWill(test, { retain: true });
    },
    mutants: [
      neverCloses(['MQTT-3.2.2-13']),
      changesReceived('takes no notice of Will Retain', ['MQTT-3.2.2-13'], 'connect', (packet) => ({
        ...packet,
        will: packet.will === undefined ? undefined : { ...packet.will, retain: false },
      })),
    ],
  }),
  refusesPublish({
    id: 'connack/retain-unavailable',
    title: 'A PUBLISH with RETAIN ends the connection where retained messages are not available',
    statement: 'MQTT-3.2.2-14',
    profile: 'retain-unavailable',
    expected: 0x9a,
    provoke: async (test) => {
      const client = await connectWithoutRetain(test, 'alice');
      test.sendPublish(client, { topicName: test.topic('a'), retain: true });
      return client;
    },
  }),
  refusesPublish({
    id: 'connack/maximum-packet-size',
    title: 'A packet that is larger than the Maximum Packet Size of CONNACK ends the connection',
    statement: 'MQTT-3.2.2-15',
    profile: 'small-maximum-packet-size',
    expected: 0x95,
    provoke: async (test) => {
      const { client, connack } = await test.connectWithConnack('alice');
      const { maximumPacketSize } = connack.properties;
      if (maximumPacketSize === undefined || maximumPacketSize > PACKET_SIZE_MAX) {
        return test.skip('the broker takes packets of almost any size');
      }
      test.sendPublish(client, { topicName: test.topic('a'), payload: new Uint8Array(maximumPacketSize) });
      return client;
    },
  }),
  refusesPublish({
    id: 'connack/topic-alias-maximum',
    title: 'A Topic Alias above the Topic Alias Maximum of CONNACK ends the connection',
    statement: 'MQTT-3.2.2-17',
    expected: 0x94,
    provoke: async (test) => {
      const { client, connack } = await test.connectWithConnack('alice');
      const topicAlias = (connack.properties.topicAliasMaximum ?? 0) + 1;
      if (topicAlias > 0xffff) test.skip('the broker takes every Topic Alias');
      test.sendPublish(client, { topicName: test.topic('a'), properties: { topicAlias } });
      return client;
    },
  }),
  refusesPublish({
    id: 'connack/no-topic-aliases',
    title: 'Any Topic Alias ends the connection where the broker has announced none',
    statement: 'MQTT-3.2.2-18',
    profile: 'no-topic-aliases',
    expected: 0x94,
    provoke: async (test) => {
      const { client, connack } = await test.connectWithConnack('alice');
      if ((connack.properties.topicAliasMaximum ?? 0) > 0) test.skip('the broker takes Topic Aliases');
      test.sendPublish(client, { topicName: test.topic('a'), properties: { topicAlias: 1 } });
      return client;
    },
  }),
];

/** Nobody wants to send more than this only to see it refused. */
const PACKET_SIZE_MAX = 1_000_000;

/** A test in which a client sends a PUBLISH that CONNACK has ruled out, which is a Protocol Error. */
function refusesPublish(rule: {
  readonly id: string;
  readonly title: string;
  readonly statement: StatementId;
  readonly profile?: ProfileName;
  /** The Reason Code that the specification has for it; a broker need not say it. */
  readonly expected: number;
  /** Connects, sends the PUBLISH and returns the client. */
  readonly provoke: (test: TestContext) => Promise<RawClient>;
}): ConformanceTest {
  const { id, title, statement, profile = 'default' } = rule;
  return defineTest({
    id,
    title,
    statements: [statement],
    profile,
    run: async (test) => {
      const client = await rule.provoke(test);
      const reasonCode = await client.expectClose();
      const said = reasonCode === undefined ? 'bare close' : `DISCONNECT 0x${reasonCode.toString(16)}`;
      test.choice(title, reasonCode === rule.expected ? `${said}, as the specification has it` : said);
    },
    mutants: [
      neverCloses([statement]),
      changesReceived('makes the PUBLISH one that it can take', [statement], 'publish', (packet) => ({
        ...packet,
        qos: 0,
        packetIdentifier: 0,
        dup: false,
        retain: false,
        payload: new Uint8Array(0),
        properties: {},
      })),
    ],
  });
}

/** Connects to a broker that must say that its Maximum QoS is this, or nothing can be tested. */
async function announced(test: TestContext, name: string, maximumQos: 0 | 1): Promise<{ readonly client: RawClient }> {
  const { client, connack } = await test.connectWithConnack(name);
  if (connack.properties.maximumQos !== maximumQos) test.skip(`the broker does not say Maximum QoS ${maximumQos}`);
  return { client };
}

async function connectWithoutRetain(test: TestContext, name: string): Promise<RawClient> {
  const { client, connack } = await test.connectWithConnack(name);
  if (connack.properties.retainAvailable !== false)
    test.skip('the broker does not say that it has no retained messages');
  return client;
}

/** Connects with a will that the broker has to refuse. */
async function refusesWill(
  test: TestContext,
  fields: { readonly qos?: 1 | 2; readonly retain?: boolean },
): Promise<void> {
  const alice = await test.open('alice');
  const will = {
    topicName: test.topic('will'),
    payload: new Uint8Array(0),
    qos: 0,
    retain: false,
    properties: {},
  } as const;
  alice.send({ ...test.connectPacket('alice'), will: { ...will, ...fields } });
  const reasonCode = await alice.expectRefusal();
  const answer = reasonCode === undefined ? 'bare close' : `0x${reasonCode.toString(16)}`;
  test.choice('CONNECT with a will that the broker cannot publish', answer);
}
