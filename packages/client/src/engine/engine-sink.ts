import type { ConnackPacket } from '@skua/codec';
import type { ClientState } from './client-state.ts';
import type { SessionSink } from './client-session.ts';
import type { SessionLoss } from './publisher.ts';

/** Where the engine's output goes. None of these may call the engine back before its own call has returned. */
export interface EngineSink extends SessionSink {
  /** Open a connection: `handleOpened` or `handleDialFailed` follows. */
  dial(server: string, attempt: number): void;
  /** The attempt took too long, or is not wanted any more: whatever comes of it is thrown away. */
  cancelDial(): void;
  stateChanged(state: ClientState): void;
  connected(connack: ConnackPacket, server: string): void;
  /** A connection that was established ended. */
  disconnected(cause: Error, willReconnect: boolean): void;
  sessionLost(loss: SessionLoss): void;
  /** A step of enhanced authentication: `handleAuthentication` follows. */
  authenticationContinues(data: Uint8Array | undefined): void;
  /** The server is content. */
  authenticated(data: Uint8Array | undefined): void;
}
