import { mutant, packetTypeOf } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import type { TestContext } from '../../harness/test-context.ts';
import type { StatementId } from '../../statements/statement.ts';
import { bytes, frame, properties, string, twoByteInteger } from '../../wire/frame.ts';

/** The broker must refuse a filter: by closing, with a DISCONNECT, or in SUBACK. Which of them it was is a choice. */
export async function mustRefuseFilter(test: TestContext, filter: string, question: string): Promise<void> {
  const alice = await test.connect('alice');
  alice.sendBytes(frame(0x82, twoByteInteger(1), properties(), string(filter), bytes(0)));
  const answer = await alice.next();
  const refused =
    answer === undefined ||
    answer.type === 'disconnect' ||
    (answer.type === 'suback' && (answer.reasonCodes[0] ?? 0) >= 0x80);
  test.check(refused, `the filter ${filter} was accepted: ${answer?.type.toUpperCase()}`);
  test.choice(question, answer === undefined ? 'close' : answer.type.toUpperCase());
}

/** A broker that says that it made a subscription which it had to refuse. */
export function grantsAnyFilter(statement: StatementId): Mutant {
  return mutant('grants any filter', [statement], {
    fromClient: (received, connection) => {
      if (packetTypeOf(received) !== 'subscribe') return [received];
      connection.sendToClient(frame(0x90, received.subarray(2, 4), properties(), bytes(0)));
      return [];
    },
  });
}
