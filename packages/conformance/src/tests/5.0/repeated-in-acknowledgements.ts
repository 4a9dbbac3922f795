import { neverCloses } from '../../harness/mutations.ts';
import type { RawClient } from '../../harness/raw-client.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { TestContext } from '../../harness/test-context.ts';
import type { StatementId } from '../../statements/statement.ts';
import { bytes, frame, properties, twoByteInteger } from '../../wire/frame.ts';
import { addsProperties, Sample, takesOnce, toldAs, twice } from './property-fixture.ts';
import { aWill, watchWill } from './will-fixture.ts';

/** The acknowledgements that clients and servers both send. */
const ACKNOWLEDGEMENTS = [
  { type: 'puback', firstByte: 0x40, statement: 'U-3.4.2.2.2-1', reach: reachPuback },
  { type: 'pubrec', firstByte: 0x50, statement: 'U-3.5.2.2.2-2', reach: reachPubrec },
  { type: 'pubrel', firstByte: 0x62, statement: 'U-3.6.2.2.2-2', reach: reachPubrel },
  { type: 'pubcomp', firstByte: 0x70, statement: 'U-3.7.2.2.2-2', reach: reachPubcomp },
] as const;

/** What DISCONNECT may have once. Only servers have a use for Server Reference, but two are wrong from anybody. */
const IN_DISCONNECT: readonly { readonly name: string; readonly statement: StatementId; readonly one: Uint8Array }[] = [
  { name: 'Session Expiry Interval', statement: 'U-3.14.2.2.2-1', one: Sample.sessionExpiryInterval },
  { name: 'Reason String', statement: 'U-3.14.2.2.3-2', one: Sample.reasonString },
  { name: 'Server Reference', statement: 'U-3.14.2.2.5-1', one: Sample.serverReference },
];

/** Properties that stand twice in PUBACK, PUBREC, PUBREL, PUBCOMP and DISCONNECT. */
export const REPEATED_IN_ACKNOWLEDGEMENTS_TESTS: readonly ConformanceTest[] = [
  ...ACKNOWLEDGEMENTS.map(({ type, firstByte, statement, reach }) =>
    defineTest({
      id: `repeated/${type}/reason-string`,
      title: `A ${type.toUpperCase()} with two Reason Strings ends the connection, and the broker sends none`,
      statements: [statement],
      run: async (test) => {
        // Both directions once, in order: what the broker sends is read strictly.
        const bob = await test.connect('bob');
        await requireQos2(test, bob);
        const alice = await test.connect('alice');
        const packetIdentifier = await reach(test, alice, bob);
        const section = properties(twice(Sample.reasonString));
        alice.sendBytes(frame(firstByte, twoByteInteger(packetIdentifier), bytes(0), section));
        test.choice(`two Reason Strings in ${type.toUpperCase()}`, toldAs(await alice.expectClose()));
      },
      mutants: [
        neverCloses([statement]),
        takesOnce('Reason String', [statement], Sample.reasonString),
        addsProperties('says why two times', [statement], type, 3, twice(Sample.reasonString)),
      ],
    }),
  ),
  ...IN_DISCONNECT.map(({ name, statement, one }) =>
    defineTest({
      id: `repeated/disconnect/${name.toLowerCase().replaceAll(' ', '-')}`,
      title: `A DISCONNECT with two of ${name} is no valid one`,
      statements: [statement],
      run: async (test) => {
        const watcher = await watchWill(test);
        const alice = await test.connect('alice', { will: aWill(test), properties: { sessionExpiryInterval: 1 } });
        alice.sendBytes(frame(0xe0, bytes(0), properties(twice(one))));
        // The connection ends in any case. Either the broker says that something was wrong, or the will shows it.
        const reasonCode = await alice.expectClose();
        test.choice(`two of ${name} in DISCONNECT`, toldAs(reasonCode));
        if (reasonCode === undefined) await test.receive(watcher);
      },
      mutants: [
        takesOnce(name, [statement], one),
        ...(one === Sample.sessionExpiryInterval
          ? []
          : [addsProperties(`sends ${name} two times`, [statement], 'disconnect', 1, twice(one))]),
      ],
    }),
  ),
];

/** Ends the test without QoS 2; else messages at QoS 1 and 2 go from one end to the other, and each packet is read. */
async function requireQos2(test: TestContext, client: RawClient): Promise<void> {
  const suback = await test.subscribe(client, { topicFilter: test.topic('self'), qos: 2 });
  if (suback.reasonCodes[0] !== 2) test.skip('no QoS 2');
  const publisher = await test.connectWithConnack('publisher');
  if (publisher.connack.properties.maximumQos !== undefined) test.skip('no QoS 2');
  for (const qos of [1, 2] as const) {
    await test.publish(publisher.client, { topicName: test.topic('self'), qos });
    await test.receive(client);
  }
}

async function delivery(test: TestContext, alice: RawClient, bob: RawClient, qos: 1 | 2): Promise<number> {
  await test.subscribe(alice, { topicFilter: test.topic('a'), qos });
  await test.publish(bob, { topicName: test.topic('a'), qos });
  return (await alice.expect('publish')).packetIdentifier;
}

function reachPuback(test: TestContext, alice: RawClient, bob: RawClient): Promise<number> {
  return delivery(test, alice, bob, 1);
}

function reachPubrec(test: TestContext, alice: RawClient, bob: RawClient): Promise<number> {
  return delivery(test, alice, bob, 2);
}

async function reachPubrel(test: TestContext, alice: RawClient): Promise<number> {
  const packetIdentifier = test.sendPublish(alice, { topicName: test.topic('b'), qos: 2 });
  await alice.expect('pubrec');
  return packetIdentifier;
}

async function reachPubcomp(test: TestContext, alice: RawClient, bob: RawClient): Promise<number> {
  const packetIdentifier = await delivery(test, alice, bob, 2);
  alice.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
  await alice.expect('pubrel');
  return packetIdentifier;
}
