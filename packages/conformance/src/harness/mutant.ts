import type { ProtocolVersion } from '@skua/codec';
import type { StatementId } from '../statements/statement.ts';

/**
 * A deliberately broken broker: a right one behind a filter that breaks exactly one rule. A test that does not fail against
 * it proves nothing.
 */
export interface Mutant {
  /** What this broker does wrong, in words: `answers a second CONNECT as if it were the first`. */
  readonly name: string;
  /** The statements that it breaks. */
  readonly breaks: readonly StatementId[];
  /** Makes the filter: one for all connections of a test, so that it can remember across them. */
  readonly create: () => MutantFilter;
}

/** The filter of a mutant. Frames are whole packets with their fixed header. What is not defined passes unchanged. */
export interface MutantFilter {
  /** A frame that a client sent. Returns what the broker gets instead: the same, others, or none. */
  readonly fromClient?: (frame: Uint8Array, connection: MutantConnection) => readonly Uint8Array[];
  /** A frame that the broker sent. Returns what the client gets instead. */
  readonly fromBroker?: (frame: Uint8Array, connection: MutantConnection) => readonly Uint8Array[];
  /** The broker closed the connection. Returns whether the client may see it; true unless defined. */
  readonly brokerClosed?: (connection: MutantConnection) => boolean;
}

/** One connection through a filter. */
export interface MutantConnection {
  /** Which connection of the test this is, from 0, in the order in which they were opened. */
  readonly index: number;
  /** Taken from CONNECT; 5 until then. */
  readonly version: ProtocolVersion;
  /** Sends a frame to the client as if it came from the broker. */
  sendToClient(frame: Uint8Array): void;
  /** Sends a frame to the broker as if it came from the client. */
  sendToBroker(frame: Uint8Array): void;
  /** Closes the connection to the client as if the broker had done so. */
  closeToClient(): void;
  /** All connections of the test so far, this one included. */
  readonly all: readonly MutantConnection[];
}
