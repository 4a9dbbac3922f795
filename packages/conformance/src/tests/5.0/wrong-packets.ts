import type { ConnackPacket } from '@skua/codec';
import { changesSent, neverCloses } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import type { ProfileName } from '../../harness/profile.ts';
import type { RawClient } from '../../harness/raw-client.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { TestContext } from '../../harness/test-context.ts';
import type { StatementId } from '../../statements/statement.ts';
import { toldAs } from './property-fixture.ts';

/** A test whose packets are all wrong, so that section 4.13.1 has the server close the connection of each. */
export interface WrongPackets {
  readonly id: string;
  readonly title: string;
  /** The statements that make the packets wrong. */
  readonly statements: readonly StatementId[];
  readonly profile?: ProfileName;
  /** Whether what CONNACK announces makes the packets wrong; otherwise the test is skipped. Always unless given. */
  readonly applies?: (announced: ConnackPacket['properties']) => boolean;
  /** Sent after a right CONNECT, each on a connection of its own. */
  readonly packets?: (test: TestContext) => readonly Uint8Array[];
  /** Sent in place of a right CONNECT. */
  readonly connects?: (test: TestContext) => readonly Uint8Array[];
  /** The Reason Code that the specification names for these packets. */
  readonly reasonCode: number;
  /** The statement that names it, if it is one of those under test. */
  readonly saidBy?: StatementId;
  /** A SUBACK with the Reason Code will do as well, and the connection goes on. False unless given. */
  readonly orSuback?: boolean;
  /** Brokers that find nothing wrong. */
  readonly mutants: readonly Mutant[];
}

/** Each packet must end its connection, and none may reach a subscriber. A broker need not say why. */
export function wrongPackets(rule: WrongPackets): ConformanceTest {
  const { id, title, statements, profile = 'default', saidBy } = rule;
  return defineTest({
    id,
    title,
    statements: [...new Set(saidBy === undefined ? statements : [...statements, saidBy])],
    profile,
    run: async (test) => {
      const { client: watcher, connack } = await test.connectWithConnack('watcher');
      if (rule.applies?.(connack.properties) === false) test.skip('the broker does not rule this out');
      await test.subscribe(watcher, test.topic('a'));
      for (const packet of rule.packets?.(test) ?? []) {
        const alice = await test.connect('alice');
        alice.sendBytes(packet);
        checkReason(test, rule, await reaction(alice, rule));
      }
      for (const connect of rule.connects?.(test) ?? []) {
        const bob = await test.open('bob');
        bob.sendBytes(connect);
        checkReason(test, rule, await bob.expectRefusal());
      }
      await watcher.expectNothing();
    },
    mutants: [
      ...(rule.orSuback === true ? [] : [neverCloses(statements)]),
      ...rule.mutants,
      ...(saidBy === undefined ? [] : [blamesQuota(saidBy)]),
    ],
  });
}

/**
 * Notes what a broker says of a wrong packet. What it says must not be something else: beside the Reason Code that the
 * specification names there are Unspecified error, Malformed Packet and Protocol Error, which are never untrue.
 */
export function checkReason(
  test: TestContext,
  { id, reasonCode, saidBy }: Pick<WrongPackets, 'id' | 'reasonCode' | 'saidBy'>,
  said: number | 'in SUBACK' | undefined,
): void {
  const answer = said === 'in SUBACK' ? 'refused in SUBACK, connection kept' : toldAs(said);
  if (!test.choices.some((choice) => choice.answer === answer)) test.choice(id, answer);
  if (saidBy === undefined || said === undefined || said === 'in SUBACK') return;
  test.check([reasonCode, 0x80, 0x81, 0x82].includes(said), `${toldAs(said)} is not what was wrong`);
}

/**
 * The connection must end.
 *
 * @returns the Reason Code that was said before, or 'in SUBACK' when that refused the subscription in place of the close.
 */
async function reaction(client: RawClient, rule: WrongPackets): Promise<number | 'in SUBACK' | undefined> {
  if (rule.orSuback !== true) return await client.expectClose();
  const packet = await client.next();
  if (packet?.type === 'suback' && packet.reasonCodes.every((code) => code === rule.reasonCode)) return 'in SUBACK';
  if (packet !== undefined && packet.type !== 'disconnect') {
    throw client.failure(`expected the broker to refuse, received ${packet.type.toUpperCase()}`);
  }
  await client.expectClose();
  return packet?.reasonCode;
}

/** The broker closes, but names a cause that is none. */
export function blamesQuota(statement: StatementId): Mutant {
  return changesSent('says that a quota was exceeded when it closes', [statement], 'disconnect', (packet) => ({
    ...packet,
    reasonCode: 0x97,
  }));
}
