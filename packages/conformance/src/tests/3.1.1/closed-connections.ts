import type { Mutant } from '../../harness/mutant.ts';
import { ignores, neverCloses, packetTypeOf } from '../../harness/mutations.ts';
import type { TestContext } from '../../harness/test-context.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { StatementId } from '../../statements/statement.ts';

/** A test whose packets each have to end their connection. */
export interface ClosedConnections {
  readonly id: string;
  readonly title: string;
  readonly statements: readonly StatementId[];
  /** Each is sent on a connection of its own, after CONNECT. */
  readonly packets: (test: TestContext) => readonly Uint8Array[];
  /** Besides a broker that never closes and one that overlooks wrong packets. */
  readonly mutants?: readonly Mutant[];
}

/** In 3.1.1 a server has one answer to a protocol violation: it closes the connection [v3 MQTT-4.8.0-1]. */
export function closedConnections({ id, title, statements, packets, mutants }: ClosedConnections): ConformanceTest {
  return defineTest({
    id,
    title,
    statements,
    version: 4,
    run: async (test) => {
      for (const packet of packets(test)) {
        const alice = await test.connect('alice');
        alice.sendBytes(packet);
        await alice.expectClose();
      }
    },
    mutants: [
      neverCloses(statements),
      ignores('what is wrong', statements, (received) => packetTypeOf(received) !== 'connect'),
      ...(mutants ?? []),
    ],
  });
}
