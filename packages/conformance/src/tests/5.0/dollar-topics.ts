import { packetTypeOf, statefulMutant } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import type { StatementId } from '../../statements/statement.ts';

/** A broker that goes on delivering a $ topic to its first client when only a filter with a leading wildcard is left. */
export function matchesDollarTopics(statement: StatementId): Mutant {
  return statefulMutant('matches $ topics with wildcards', [statement], () => {
    let last: Uint8Array | undefined;
    return {
      fromBroker: (sent, connection) => {
        if (packetTypeOf(sent) === 'publish') last = sent;
        // After the filter with $ is gone, the message comes all the same.
        if (packetTypeOf(sent) === 'pingresp' && connection.index === 0 && last !== undefined) return [last, sent];
        return [sent];
      },
    };
  });
}
