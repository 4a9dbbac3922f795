import { encodePacket, type DisconnectPacket } from '@skua/codec';
import {
  changesReceived,
  changesSent,
  mutant,
  neverCloses,
  packetTypeOf,
  rewritesSent,
} from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { RawClient } from '../../harness/raw-client.ts';
import type { ConnectFields, TestContext } from '../../harness/test-context.ts';
import { connectFrame, ConnectFlag } from '../../wire/connect-frame.ts';
import { bytes, concatenate, frame, properties, string, twoByteInteger } from '../../wire/frame.ts';
import { aWill, watchWill } from './will-fixture.ts';

/** Section 3.14 of 5.0. */
export const DISCONNECT_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'disconnect/not-before-connack',
    title: 'A client that was not accepted is sent no DISCONNECT, whatever is wrong',
    statements: ['MQTT-3.14.0-1'],
    run: async (test) => {
      const identifier = string(test.clientIdentifier('alice'));
      const unknownMethod = properties(bytes(0x15), string('SKUA-UNKNOWN'));
      for (const first of [
        frame(0xc0),
        frame(0xf0, bytes(0x18), unknownMethod),
        connectFrame({ flags: ConnectFlag.cleanStart | ConnectFlag.reserved }, identifier),
        connectFrame({ protocolName: string('MQTX') }, identifier),
        connectFrame({ properties: unknownMethod }, identifier),
      ]) {
        const alice = await test.open('alice');
        alice.sendBytes(first);
        await test.target.clock.until(() => alice.closed, test.target.clock.answerTimeoutMs);
        const disconnects = alice.takeAll().filter(({ type }) => type === 'disconnect');
        test.checkEqual(disconnects.length, 0, 'number of DISCONNECT packets without a CONNACK before');
      }
    },
    mutants: [
      rewritesSent('refuses by DISCONNECT', ['MQTT-3.14.0-1'], 'connack', (body) => frame(0xe0, body.subarray(1, 2))),
      mutant('says DISCONNECT whenever it closes', ['MQTT-3.14.0-1'], {
        brokerClosed: (connection) => {
          connection.sendToClient(frame(0xe0, bytes(0x82)));
          return true;
        },
      }),
    ],
  }),
  defineTest({
    id: 'disconnect/reserved-bits',
    title: 'A DISCONNECT with reserved bits set is malformed: the connection ends, and not as the client wished',
    statements: ['MQTT-3.14.1-1'],
    run: async (test) => {
      for (const bits of [0x1, 0x2, 0x4, 0x8]) {
        const watcher = await test.connect('watcher');
        const topicName = test.topic(`will${bits}`);
        await test.subscribe(watcher, topicName);
        const alice = await test.connect('alice', { will: aWill(test, { topicName }) });
        alice.sendBytes(frame(0xe0 | bits));
        const reasonCode = await alice.expectClose();
        test.choice(
          'DISCONNECT with reserved bits set',
          reasonCode === undefined ? 'bare close' : describe(reasonCode),
        );
        // A bare close alone would look the same if the broker had not noticed: the will tells.
        if (reasonCode === undefined) await watcher.expect('publish');
      }
    },
    mutants: [
      neverCloses(['MQTT-3.14.1-1']),
      mutant('takes no notice of the flags of DISCONNECT', ['MQTT-3.14.1-1'], {
        fromClient: (received) =>
          packetTypeOf(received) === 'disconnect' ? [frame(0xe0, received.subarray(2))] : [received],
      }),
    ],
  }),
  defineTest({
    id: 'disconnect/of-broker',
    title: 'The broker’s DISCONNECT has a Reason Code that a server may send, and no Session Expiry Interval',
    statements: ['MQTT-3.14.2-1', 'MQTT-3.14.2-2'],
    run: async (test) => {
      for (const disconnect of await provokeDisconnects(test, { properties: { sessionExpiryInterval: 1 } })) {
        const { sessionExpiryInterval } = disconnect.properties;
        test.checkEqual(sessionExpiryInterval, undefined, 'Session Expiry Interval of DISCONNECT');
      }
    },
    mutants: [
      ...[0x04, 0x01, 0x92].map((reasonCode) =>
        rewritesSent(`says DISCONNECT ${describe(reasonCode)}`, ['MQTT-3.14.2-1'], 'disconnect', () =>
          frame(0xe0, bytes(reasonCode)),
        ),
      ),
      changesSent('tells how long it will keep the session', ['MQTT-3.14.2-2'], 'disconnect', (packet) => ({
        ...packet,
        properties: { ...packet.properties, sessionExpiryInterval: 1 },
      })),
    ],
  }),
  defineTest({
    id: 'disconnect/fits',
    title: 'DISCONNECT has no Reason String and no User Properties that make it too large for the client',
    statements: ['MQTT-3.14.2-3', 'MQTT-3.14.2-4'],
    run: async (test) => {
      const probe = await test.connect('alice');
      const maximumPacketSize = Math.max(probe.largestFrame, SMALL);
      await test.disconnect(probe);
      await provokeDisconnects(test, { properties: { maximumPacketSize } }, ({ largestFrame }) => {
        test.check(
          largestFrame <= maximumPacketSize,
          `a packet of ${largestFrame} bytes; allowed: ${maximumPacketSize}`,
        );
      });
    },
    mutants: [
      changesSent('explains DISCONNECT at any length', ['MQTT-3.14.2-3'], 'disconnect', (packet) => ({
        ...packet,
        properties: { ...packet.properties, reasonString: 'because '.repeat(40) },
      })),
      changesSent('adds User Properties to every DISCONNECT', ['MQTT-3.14.2-4'], 'disconnect', (packet) => ({
        ...packet,
        properties: { ...packet.properties, userProperties: [['broker', 'one '.repeat(80)]] },
      })),
    ],
  }),
  defineTest({
    id: 'disconnect/last-packet',
    title: 'After DISCONNECT the broker sends nothing more, not even answers to what came with the error, and closes',
    statements: ['MQTT-3.14.4-1', 'MQTT-3.14.4-2'],
    run: async (test) => {
      await provokeDisconnects(test, {}, async (alice) => {
        await test.target.clock.until(() => alice.closed, test.target.clock.answerTimeoutMs);
        const [next] = alice.takeAll();
        test.check(next === undefined, `${next?.type.toUpperCase()} came after DISCONNECT`);
        test.check(alice.closed, 'the connection is still open after DISCONNECT');
      });
    },
    mutants: [
      mutant('answers PINGREQ after DISCONNECT', ['MQTT-3.14.4-1'], {
        fromBroker: (sent) => (packetTypeOf(sent) === 'disconnect' ? [sent, frame(0xd0)] : [sent]),
      }),
      mutant('says DISCONNECT and leaves it to the client to close', ['MQTT-3.14.4-2'], {
        brokerClosed: () => false,
      }),
    ],
  }),
  defineTest({
    id: 'disconnect/discards-will',
    title: 'DISCONNECT with Reason Code 0x00, written or left out, has the will forgotten for good',
    statements: ['MQTT-3.14.4-3'],
    run: async (test) => {
      const watcher = await watchWill(test);
      for (const disconnect of [frame(0xe0), frame(0xe0, bytes(0)), frame(0xe0, bytes(0), properties())]) {
        const alice = await test.connect('alice', { will: aWill(test), properties: { sessionExpiryInterval: 60 } });
        alice.sendBytes(disconnect);
        alice.halfClose();
        await test.target.clock.until(() => alice.closed, test.target.clock.answerTimeoutMs);
        // When the same client is back, nothing of the connection before can be left to do.
        await test.connect('alice');
        await watcher.expectNothing();
      }
    },
    mutants: [
      changesReceived('takes every DISCONNECT for one with will', ['MQTT-3.14.4-3'], 'disconnect', (packet) => ({
        ...packet,
        reasonCode: 0x04,
      })),
      mutant('takes DISCONNECT for a lost connection', ['MQTT-3.14.4-3'], {
        fromClient: (received) => (packetTypeOf(received) === 'disconnect' ? [frame(0xd0)] : [received]),
      }),
    ],
  }),
];

/** A packet that only a server may send. */
const SUBACK = frame(0x90, twoByteInteger(1), properties(), bytes(0));
/** A PUBLISH with both bits of QoS set. */
const PUBLISH_QOS_3 = frame(0x36, string('a'), twoByteInteger(1), properties());
/** Whoever explains anything at length needs more. */
const SMALL = 48;

/**
 * Breaks rules in several ways, each with a PINGREQ right behind, and takes a session over, with `alice` as the victim.
 *
 * @param look - called after each DISCONNECT.
 * @returns what the broker said; skips the test where it never says anything.
 */
async function provokeDisconnects(
  test: TestContext,
  fields: ConnectFields,
  look: (alice: RawClient) => Promise<void> | void = () => undefined,
): Promise<readonly DisconnectPacket[]> {
  const secondConnect = encodePacket(test.connectPacket('alice'), test.version);
  const said: DisconnectPacket[] = [];
  for (const wrong of [SUBACK, PUBLISH_QOS_3, secondConnect, undefined]) {
    const alice = await test.connect('alice', fields);
    if (wrong === undefined) await test.connect('alice');
    else alice.sendBytes(concatenate([wrong, frame(0xc0)]));
    const disconnect = await untilDisconnect(alice);
    if (disconnect === undefined) continue;
    said.push(disconnect);
    await look(alice);
  }
  if (said.length === 0) test.skip('the broker closes without DISCONNECT');
  return said;
}

/** The broker's DISCONNECT, undefined when it closed without one; deliveries that were under way before are dropped. */
async function untilDisconnect(client: RawClient): Promise<DisconnectPacket | undefined> {
  for (;;) {
    const packet = await client.next();
    if (packet === undefined || packet.type === 'disconnect') return packet;
  }
}

function describe(reasonCode: number): string {
  return `0x${reasonCode.toString(16).padStart(2, '0')}`;
}
