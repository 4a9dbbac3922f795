import type { MutantConnection, MutantFilter } from '../harness/mutant.ts';
import type { StatementId } from '../statements/statement.ts';
import type { ClientEvent } from './client-adapter.ts';

/**
 * A deliberately broken client: a right one behind a filter that breaks one rule. A test that does not fail against it
 * proves nothing.
 */
export interface ClientMutant {
  /** What this client does wrong, in words: `sends PUBACK in another order`. */
  readonly name: string;
  /** The statements that it breaks, of both versions. */
  readonly breaks: readonly StatementId[];
  /** Makes the filter: one for all connections of a test, so that it can remember across them. */
  readonly create: () => ClientMutantFilter;
}

/** The filter of a mutant. Frames are whole packets with their fixed header. What is not defined passes unchanged. */
export interface ClientMutantFilter extends Pick<MutantFilter, 'fromClient' | 'fromBroker'> {
  /** The client closed the connection. Returns whether the broker may see it; true unless defined. */
  readonly clientClosed?: (connection: MutantConnection) => boolean;
  /** The client tells its program something. Returns what the program hears instead. */
  readonly reported?: (event: ClientEvent) => readonly ClientEvent[];
}
