import type { ProtocolVersion } from '@skua/codec';

import type { ConnectionInfo } from './connection-info.ts';

/**
 * A network connection as the embedder sees it: the handle that {@link Broker.handleConnectionOpened} gives and all
 * other `handleX` methods take. It stays valid, and harmless, after the connection is closed.
 */
export interface Connection {
  readonly info: ConnectionInfo;
  readonly state: ConnectionState;
  /** '' until CONNECT was accepted. */
  readonly clientIdentifier: string;
  readonly userName: string | undefined;
  /** undefined until CONNECT arrived. */
  readonly protocolVersion: ProtocolVersion | undefined;
  /** Whether it asked the embedder something that is not answered yet. */
  readonly isPending: boolean;
}

/**
 * Where a connection stands.
 *
 * - `awaitingConnect`: nothing but CONNECT is allowed [MQTT-3.1.0-1];
 * - `authenticating`: CONNECT is here, the decision is not; only AUTH and DISCONNECT are allowed [MQTT-3.1.2-30];
 * - `accepting`: decided, but the CONNACK waits for the store; no input is processed;
 * - `connected`: CONNACK with Success has left;
 * - `closing`: the broker has ended it, whatever the peer still sends is ignored [MQTT-3.1.4-6];
 * - `closed`: the network connection is gone.
 */
export type ConnectionState = 'awaitingConnect' | 'authenticating' | 'accepting' | 'connected' | 'closing' | 'closed';
