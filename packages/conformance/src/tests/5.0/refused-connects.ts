import { acceptsAnyConnect, mutant, neverCloses, packetTypeOf } from '../../harness/mutations.ts';
import type { Mutant } from '../../harness/mutant.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { StatementId } from '../../statements/statement.ts';
import { connectFrame, type ConnectHead } from '../../wire/connect-frame.ts';
import { string } from '../../wire/frame.ts';

/** A test whose CONNECT packets are all malformed, so that section 3.1.4 has the server close. */
export interface RefusedConnects {
  readonly id: string;
  readonly title: string;
  readonly statements: readonly StatementId[];
  /** 5 unless given. */
  readonly version?: 4 | 5;
  readonly connects: readonly {
    readonly flags: number;
    /** Encoded; a valid one unless given, none when empty. */
    readonly identifier?: Uint8Array;
    /** What follows the Client Identifier. */
    readonly payload: readonly Uint8Array[];
  }[];
  /** The Connect Flags as a broker would have to read them to find nothing wrong. */
  readonly lenient?: (flags: number) => number;
}

/** Each of the CONNECT packets must be refused. */
export function refusedConnects(declaration: RefusedConnects): ConformanceTest {
  const { id, title, statements, version = 5, connects, lenient } = declaration;
  const head: ConnectHead = version === 5 ? {} : { protocolVersion: version, properties: new Uint8Array(0) };
  return defineTest({
    id,
    title,
    statements,
    version,
    run: async (test) => {
      for (const { flags, identifier = string(test.clientIdentifier('alice')), payload } of connects) {
        const alice = await test.open('alice');
        alice.sendBytes(connectFrame({ ...head, flags }, identifier, ...payload));
        await alice.expectRefusal();
      }
    },
    mutants: [
      neverCloses(statements),
      acceptsAnyConnect(statements),
      ...(lenient === undefined ? [] : [readsFlagsAs(lenient, statements)]),
    ],
  });
}

/** These CONNECT packets are shorter than 128 bytes, so that the flags are their tenth byte. */
function readsFlagsAs(lenient: (flags: number) => number, breaks: readonly StatementId[]): Mutant {
  return mutant('reads the Connect Flags as it pleases', breaks, {
    fromClient: (received) =>
      packetTypeOf(received) === 'connect'
        ? [received.map((byte, index) => (index === 9 ? lenient(byte) : byte))]
        : [received],
  });
}
