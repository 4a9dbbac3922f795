import { changesSent, mutant, neverCloses, packetTypeOf, rewritesSent } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { RawClient } from '../../harness/raw-client.ts';
import type { ConnectFields, TestContext } from '../../harness/test-context.ts';
import type { StatementId } from '../../statements/statement.ts';
import { bytes, frame, twoByteInteger } from '../../wire/frame.ts';

const QOS = { puback: 1, pubrec: 2 } as const;
const REASON_CODES = {
  puback: 'MQTT-3.4.2-1',
  pubrec: 'MQTT-3.5.2-1',
  pubrel: 'MQTT-3.6.2-1',
  pubcomp: 'MQTT-3.7.2-1',
} as const;
const REASON_STRINGS = {
  puback: 'MQTT-3.4.2-2',
  pubrec: 'MQTT-3.5.2-2',
  pubrel: 'MQTT-3.6.2-2',
  pubcomp: 'MQTT-3.7.2-2',
} as const;
const USER_PROPERTIES = {
  puback: 'MQTT-3.4.2-3',
  pubrec: 'MQTT-3.5.2-3',
  pubrel: 'MQTT-3.6.2-3',
  pubcomp: 'MQTT-3.7.2-3',
} as const;
const FIRST_BYTES = { puback: 0x40, pubrec: 0x50, pubrel: 0x62, pubcomp: 0x70 } as const;
const USER = { userName: 'skua', password: new TextEncoder().encode('guillemot') };
/** A Packet Identifier that no test comes near by counting. */
const UNKNOWN = 7777;
/** Room for one short delivery; whoever explains anything needs more. */
const SMALL = 64;

/** Sections 3.4 to 3.7 of 5.0: PUBACK, PUBREC, PUBREL and PUBCOMP. */
export const ACKNOWLEDGEMENTS_TESTS: readonly ConformanceTest[] = [
  ...(['puback', 'pubrec'] as const).flatMap((type) => [
    defineTest({
      id: `acknowledgements/${type}-codes`,
      title: `${type.toUpperCase()} has one of its own Reason Codes, whether anybody receives the message or not`,
      statements: [REASON_CODES[type]],
      run: async (test) => {
        const alice = await connectForQos2(test, 'alice');
        await test.publish(alice, { topicName: test.topic('nobody'), qos: QOS[type] });
        await test.subscribe(await test.connect('bob'), test.topic('somebody'));
        await test.publish(alice, { topicName: test.topic('somebody'), qos: QOS[type] });
        await noteUnknownReasonCode(test, alice, type);
      },
      mutants: [sendsReasonCode(type, 0x92), sendsReasonCode(type, 0x01)],
    }),
    defineTest({
      id: `acknowledgements/${type}-refusal-codes`,
      title: `${type.toUpperCase()} has one of its own Reason Codes when the client may not publish`,
      statements: [REASON_CODES[type]],
      profile: 'restricted',
      run: async (test) => {
        const alice = await connectForQos2(test, 'alice', USER);
        test.sendPublish(alice, { topicName: 'denied/a', qos: QOS[type] });
        const answer = await alice.next();
        const allowed = answer === undefined || answer.type === type || answer.type === 'disconnect';
        test.check(allowed, `expected ${type.toUpperCase()}, received ${answer?.type.toUpperCase()}`);
        const code = answer !== undefined && 'reasonCode' in answer ? ` 0x${answer.reasonCode.toString(16)}` : '';
        test.choice(`PUBLISH without the right to, at QoS ${QOS[type]}`, `${answer?.type ?? 'bare close'}${code}`);
      },
      mutants: [
        rewritesSent('refuses with a Reason Code of CONNACK', [REASON_CODES[type]], type, (body, firstByte) =>
          frame(firstByte, body.subarray(0, 2), bytes((body[2] ?? 0) >= 0x80 ? 0x86 : 0)),
        ),
      ],
    }),
  ]),
  defineTest({
    id: 'acknowledgements/pubrel-of-broker',
    title: 'The broker’s PUBREL has the flags 0010 and Reason Code 0x00 or 0x92',
    statements: ['MQTT-3.6.1-1', 'MQTT-3.6.2-1'],
    run: async (test) => {
      const alice = await connectForQos2(test, 'alice');
      await receivePubrel(test, alice);
      await noteUnknownReasonCode(test, alice, 'pubrel');
    },
    mutants: [
      rewritesSent('sends PUBREL with the flags 0000', ['MQTT-3.6.1-1'], 'pubrel', (body) => frame(0x60, body)),
      sendsReasonCode('pubrel', 0x91),
      sendsReasonCode('pubrel', 0x10),
    ],
  }),
  defineTest({
    id: 'acknowledgements/pubrel-flags-of-client',
    title: 'A PUBREL whose flags are not 0010 ends the connection',
    statements: ['MQTT-3.6.1-1'],
    run: async (test) => {
      for (const flags of [0x0, 0x1, 0x3, 0x6, 0xa]) {
        const alice = await connectForQos2(test, 'alice');
        const packetIdentifier = test.sendPublish(alice, { topicName: test.topic('a'), qos: 2 });
        await alice.expect('pubrec');
        alice.sendBytes(frame(0x60 | flags, twoByteInteger(packetIdentifier)));
        await alice.expectClose();
      }
    },
    mutants: [
      neverCloses(['MQTT-3.6.1-1']),
      mutant('takes no notice of the flags of PUBREL', ['MQTT-3.6.1-1'], {
        fromClient: (received) =>
          packetTypeOf(received) === 'pubrel' ? [frame(0x62, received.subarray(2))] : [received],
      }),
    ],
  }),
  defineTest({
    id: 'acknowledgements/pubcomp-codes',
    title: 'PUBCOMP has Reason Code 0x00 or 0x92',
    statements: ['MQTT-3.7.2-1'],
    run: async (test) => {
      const alice = await connectForQos2(test, 'alice');
      await test.publish(alice, { topicName: test.topic('a'), qos: 2 });
      alice.send({ type: 'pubrel', packetIdentifier: UNKNOWN, reasonCode: 0, properties: {} });
      const pubcomp = await alice.expect('pubcomp');
      test.choice('PUBREL of an unknown Packet Identifier', `PUBCOMP 0x${pubcomp.reasonCode.toString(16)}`);
      await noteUnknownReasonCode(test, alice, 'pubcomp');
    },
    mutants: [sendsReasonCode('pubcomp', 0x91), sendsReasonCode('pubcomp', 0x10)],
  }),
  ...(['puback', 'pubrec'] as const).flatMap((type) => [
    fits(type, async (test, alice) => {
      test.sendPublish(alice, { topicName: test.topic('nobody'), qos: QOS[type] });
      await alice.expect(type);
    }),
    fits(
      type,
      async (test, alice) => {
        test.sendPublish(alice, { topicName: 'denied/a', qos: QOS[type] });
        await alice.next();
      },
      'restricted',
    ),
  ]),
  fits('pubrel', async (test, alice) => {
    await receivePubrel(test, alice);
    alice.send({ type: 'pubrec', packetIdentifier: UNKNOWN, reasonCode: 0, properties: {} });
    await alice.next();
  }),
  fits('pubcomp', async (test, alice) => {
    await test.publish(alice, { topicName: test.topic('a'), qos: 2 });
    alice.send({ type: 'pubrel', packetIdentifier: UNKNOWN, reasonCode: 0, properties: {} });
    await alice.next();
  }),
];

type Acknowledgement = 'puback' | 'pubrec' | 'pubrel' | 'pubcomp';

/** A test that the broker's packets of a type stay within what the client takes. */
function fits(
  type: Acknowledgement,
  provoke: (test: TestContext, alice: RawClient) => Promise<void>,
  profile: 'default' | 'restricted' = 'default',
): ConformanceTest {
  const name = type.toUpperCase();
  const add = (what: string, statement: StatementId, extra: object): Mutant =>
    changesSent(`adds ${what} to ${name} whatever its size`, [statement], type, (packet) => ({
      ...packet,
      properties: { ...packet.properties, ...extra },
    }));
  return defineTest({
    id: profile === 'default' ? `acknowledgements/${type}-fits` : `acknowledgements/${type}-refusal-fits`,
    title: `${name} has no Reason String and no User Properties that make it too large for the client`,
    statements: [REASON_STRINGS[type], USER_PROPERTIES[type]],
    profile,
    run: async (test) => {
      const user = profile === 'restricted' ? USER : {};
      const probe = await connectForQos2(test, 'alice', user);
      const maximumPacketSize = Math.max(probe.largestFrame, SMALL);
      await test.disconnect(probe);
      const alice = await test.connect('alice', { ...user, properties: { maximumPacketSize } });
      await provoke(test, alice);
      const { largestFrame } = alice;
      test.check(largestFrame <= maximumPacketSize, `a packet of ${largestFrame} bytes; allowed: ${maximumPacketSize}`);
    },
    mutants: [
      add('a Reason String', REASON_STRINGS[type], { reasonString: 'because '.repeat(40) }),
      add('a User Property', USER_PROPERTIES[type], { userProperties: [['broker', 'one '.repeat(80)]] }),
    ],
  });
}

/** Connects to a broker that takes QoS 2. */
async function connectForQos2(test: TestContext, name: string, fields: ConnectFields = {}): Promise<RawClient> {
  const { client, connack } = await test.connectWithConnack(name, fields);
  if (connack.properties.maximumQos !== undefined) test.skip('no QoS 2');
  return client;
}

/** Has a QoS 2 message delivered to a client up to PUBREL. */
async function receivePubrel(test: TestContext, alice: RawClient): Promise<void> {
  const suback = await test.subscribe(alice, { topicFilter: test.topic('a'), qos: 2 });
  if (suback.reasonCodes[0] !== 2) test.skip('no QoS 2');
  await test.publish(await connectForQos2(test, 'bob'), { topicName: test.topic('a'), qos: 2 });
  const { packetIdentifier } = await alice.expect('publish');
  alice.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
  const pubrel = await alice.expect('pubrel');
  test.checkEqual(pubrel.packetIdentifier, packetIdentifier, 'Packet Identifier of PUBREL');
  alice.send({ type: 'pubcomp', packetIdentifier, reasonCode: 0, properties: {} });
}

/** A client may not send other Reason Codes either; whether a broker looks at them is its own affair (section 4.13.1). */
async function noteUnknownReasonCode(test: TestContext, client: RawClient, type: Acknowledgement): Promise<void> {
  client.sendBytes(frame(FIRST_BYTES[type], twoByteInteger(UNKNOWN), bytes(0x01)));
  client.send({ type: 'pingreq' });
  const answer = await client.next();
  const ends = answer === undefined || answer.type === 'disconnect';
  test.choice(`${type.toUpperCase()} with an unknown Reason Code`, ends ? 'ends the connection' : 'is taken');
}

/** A broker that puts a Reason Code where it does not belong. */
function sendsReasonCode(type: Acknowledgement, reasonCode: number): Mutant {
  const name = `sends ${type.toUpperCase()} with 0x${reasonCode.toString(16)}`;
  return rewritesSent(name, [REASON_CODES[type]], type, (body, firstByte) =>
    frame(firstByte, body.subarray(0, 2), bytes(reasonCode)),
  );
}
