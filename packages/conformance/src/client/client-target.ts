import type { ProtocolVersion } from '@skua/codec';
import type { Transport } from '@skua/transport';
import type { TargetClock } from '../harness/target.ts';
import type { ClientEvent, ClientUnderTest } from './client-adapter.ts';

/** Clients of one library, and the means to be their broker. */
export interface ClientTarget {
  /** What reports call it. */
  readonly name: string;
  readonly versions: ReadonlySet<ProtocolVersion>;
  readonly clock: TargetClock;
  /** How long to watch that something does not happen, in milliseconds. */
  readonly quietMs: number;
  /** Starts a client. Every connection that it opens goes to `host.accept`, what it says to `host.report`. */
  start(host: ClientHost): Promise<StartedClient>;
}

/** The test's side. */
export interface ClientHost {
  /** Takes the broker's end of a connection, and opens or destroys it before it returns. */
  accept(transport: Transport): void;
  report(event: ClientEvent): void;
}

/** A client that was started. */
export interface StartedClient {
  readonly client: ClientUnderTest;
  /** Destroys the client and closes what it was given to connect to. */
  stop(): Promise<void>;
}
