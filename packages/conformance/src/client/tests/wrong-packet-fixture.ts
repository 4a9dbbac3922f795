import { mutant } from '../../harness/mutations.ts';
import type { StatementId } from '../../statements/statement.ts';
import type { ClientMutant } from '../client-mutant.ts';
import type { ClientTestContext } from '../client-test-context.ts';

/** Section 4.13.1 says SHOULD. */
export function closesAsItShould(test: ClientTestContext, closed: boolean): void {
  test.choice('a wrong packet', closed ? 'the connection is closed' : 'the packet is ignored');
}

/** A client that hears a right packet where the broker sent a wrong one. */
export function overlooks(breaks: StatementId, wrong: Uint8Array, right: Uint8Array): ClientMutant {
  return mutant('takes it for a right one', [breaks], {
    fromBroker: (sent) => [
      sent.length === wrong.length && sent.every((byte, index) => byte === wrong[index]) ? right : sent,
    ],
  });
}
