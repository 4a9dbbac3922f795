import type { ConnackPacket } from '@skua/codec';

/**
 * Where a client stands. A value is replaced, never changed.
 *
 * `connecting`: an attempt is under way, `attempt` counts from 1 since the last stable connection. `waiting`: the last
 * attempt or connection failed with `cause`, the next attempt comes at `retryAt` (milliseconds of the client's clock).
 * `closed`: for good; by `close` if `cause` is undefined, otherwise for a reason that another attempt would not mend.
 */
export type ClientState =
  | { readonly status: 'connecting'; readonly server: string; readonly attempt: number }
  | {
      readonly status: 'connected';
      readonly server: string;
      /** Whether the server still had the session. */
      readonly sessionPresent: boolean;
      /** Milliseconds of the client's clock. */
      readonly since: number;
      readonly connack: ConnackPacket;
    }
  | { readonly status: 'waiting'; readonly attempt: number; readonly retryAt: number; readonly cause: Error }
  | { readonly status: 'closing' }
  | { readonly status: 'closed'; readonly cause: Error | undefined };
