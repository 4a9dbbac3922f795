import { changesReceived, changesSent, mutant, packetTypeOf, statefulMutant } from '../../harness/mutations.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { TestContext } from '../../harness/test-context.ts';
import { connectFrame, ConnectFlag } from '../../wire/connect-frame.ts';
import { binary, bytes, frame, hex, properties, string, twoByteInteger } from '../../wire/frame.ts';
import { Sample, toldAs, twice } from './property-fixture.ts';
import { aWill, watchWill } from './will-fixture.ts';
import { blamesQuota } from './wrong-packets.ts';

/** The rules without a number on how connections end: DISCONNECT with a wrong expiry, and what a broker says of errors. */
export const HARD_RULES_OF_THE_END_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'hard/expiry-out-of-nothing',
    title: 'A DISCONNECT that gives a session an expiry that CONNECT had set to 0 is no valid one',
    statements: ['U-3.14.2.2.2-2', 'U-3.14.2.2.2-3'],
    run: async (test) => {
      const watcher = await watchWill(test);
      for (const asked of [0, undefined]) {
        const { client: alice, connack } = await test.connectWithConnack('alice', {
          will: aWill(test),
          properties: { sessionExpiryInterval: asked },
        });
        if (connack.properties.sessionExpiryInterval) test.skip('the broker sets a Session Expiry Interval itself');
        alice.send({ type: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 5 } });
        const said = await alice.expectClose();
        if (asked === 0) test.choice('a Session Expiry Interval in DISCONNECT after 0 in CONNECT', toldAs(said));
        check(test, said);
        // What is no valid DISCONNECT does not discard the will.
        await test.receive(watcher);
      }
    },
    mutants: [
      changesReceived('overlooks the expiry in DISCONNECT', ['U-3.14.2.2.2-2'], 'disconnect', (packet) => ({
        ...packet,
        properties: {},
      })),
      mutant('closes for the wrong expiry, but discards the will', ['U-3.14.2.2.2-2', 'U-3.14.2.2.2-3'], {
        fromClient: (received, connection) => {
          if (packetTypeOf(received) !== 'disconnect') return [received];
          connection.sendToClient(frame(0xe0, bytes(0x82)));
          return [frame(0xe0)];
        },
      }),
      blamesQuota('U-3.14.2.2.2-3'),
    ],
  }),
  defineTest({
    id: 'hard/reason-codes-of-errors',
    title: 'What a broker says of a Malformed Packet or Protocol Error is that it is one, not something else',
    statements: ['U-4.13.1-12'],
    run: async (test) => {
      const topic = string(test.topic('a'));
      const illFormed = binary(hex('61 c3 28'));
      const identifier = string(test.clientIdentifier('bob'));
      // No more specific Reason Code fits any of these. That they end the connection at all is for other tests.
      for (const wrong of [
        frame(0x30, illFormed, properties(), bytes(0x78)),
        frame(0x30, topic, properties(twice(Sample.contentType)), bytes(0x78)),
        frame(0x30, topic, properties(Sample.willDelayInterval), bytes(0x78)),
        frame(0x36, topic, twoByteInteger(1), properties(), bytes(0x78)),
        frame(0x82, twoByteInteger(1), properties()),
        frame(0x82, twoByteInteger(1), properties(), illFormed, bytes(0)),
        frame(0x82, twoByteInteger(1), properties(), topic, bytes(0x30)),
        frame(0xa2, twoByteInteger(1), properties()),
        frame(0x00),
      ]) {
        const alice = await test.connect('alice');
        alice.sendBytes(wrong);
        const packet = await alice.next();
        if (packet?.type === 'disconnect') check(test, packet.reasonCode);
      }
      for (const wrong of [
        connectFrame({ flags: ConnectFlag.cleanStart | ConnectFlag.reserved }, identifier),
        connectFrame({ properties: properties(Sample.authenticationData) }, identifier),
        connectFrame({ properties: properties(twice(Sample.receiveMaximum)) }, identifier),
        connectFrame({ properties: properties(Sample.contentType) }, identifier),
      ]) {
        const bob = await test.open('bob');
        bob.sendBytes(wrong);
        const packet = await bob.next();
        if (packet?.type === 'connack' && packet.reasonCode !== 0) check(test, packet.reasonCode);
      }
    },
    mutants: [
      blamesQuota('U-4.13.1-12'),
      changesSent('takes leave of the client as if nothing were wrong', ['U-4.13.1-12'], 'disconnect', (packet) => ({
        ...packet,
        reasonCode: 0,
      })),
      statefulMutant('takes every bad CONNECT for a bad password', ['U-4.13.1-12'], () => {
        const accepted = new Set<number>();
        return {
          fromBroker: (sent, { index }) => {
            if (packetTypeOf(sent) === 'connack' && sent[3] === 0) accepted.add(index);
            return packetTypeOf(sent) === 'connack' && sent[3] !== 0 ? [] : [sent];
          },
          brokerClosed: (connection) => {
            if (!accepted.has(connection.index)) connection.sendToClient(frame(0x20, bytes(0, 0x86), properties()));
            return true;
          },
        };
      }),
    ],
  }),
];

/** Unspecified error, Malformed Packet and Protocol Error. */
const GENERAL: ReadonlySet<number> = new Set([0x80, 0x81, 0x82]);

function check(test: TestContext, said: number | undefined): void {
  test.check(said === undefined || GENERAL.has(said), `${toldAs(said)} is not what was wrong`);
}
