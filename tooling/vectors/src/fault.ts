import type { ErrorOutcome, Outcome, VectorErrorName, VectorPacket } from './vector.ts';

/** What is wrong with a packet: the allowed outcomes and the statements that may be cited for it. */
export interface Fault {
  readonly outcomes: readonly Outcome[];
  readonly statements: readonly string[];
}

/** The text says Malformed Packet. `codes` replaces 0x81 where a more specific Reason Code is allowed or asked for. */
export function malformed(statements: readonly string[], codes: readonly number[] = [0x81]): Fault {
  return { outcomes: [errorOutcome('MalformedPacket', codes, statements)], statements };
}

/** The text says Protocol Error. `codes` replaces 0x82 where the text names a more specific Reason Code. */
export function protocolError(statements: readonly string[], codes: readonly number[] = [0x82]): Fault {
  return { outcomes: [errorOutcome('ProtocolError', codes, statements)], statements };
}

/**
 * The packet must be refused but the text does not say under which of the two names: always so in 3.1.1, and in 5.0
 * wherever a rule is a bare MUST. `more` are specific Reason Codes that fit as well.
 */
export function refused(statements: readonly string[], more: readonly number[] = []): Fault {
  return {
    outcomes: [
      errorOutcome('MalformedPacket', [0x81, ...more], statements),
      errorOutcome('ProtocolError', [0x82, ...more], statements),
    ],
    statements,
  };
}

/** The receiver may refuse, or may take the packet as it stands. */
export function optional(fault: Fault, packet: VectorPacket): Fault {
  return { outcomes: [{ packet }, ...fault.outcomes], statements: fault.statements };
}

function errorOutcome(
  error: VectorErrorName,
  reasonCodes: readonly number[],
  statements: readonly string[],
): ErrorOutcome {
  const statement = statements[0];
  if (statement === undefined) throw new Error('a fault needs a statement');
  return { error, reasonCodes, statement };
}

/** What 5.0 says of a packet that cannot be parsed, wherever no sentence is nearer. */
export const UNPARSABLE: readonly string[] = ['U-4.13.1-9', 'U-4.13.1-12', 'U-4.13.1-6', 'MQTT-4.13.1-1'];

/** The same for CONNECT, which has a rule of its own. */
export const UNPARSABLE_CONNECT: readonly string[] = ['MQTT-3.1.4-1', ...UNPARSABLE];

/** What 3.1.1 says of a packet that breaks the protocol, wherever no sentence is nearer. */
export const VIOLATION: readonly string[] = ['v3 MQTT-4.8.0-1'];

/** The same for CONNECT, which has a rule of its own. */
export const VIOLATION_CONNECT: readonly string[] = ['v3 MQTT-3.1.4-1', ...VIOLATION];
