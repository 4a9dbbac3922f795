import type { Acknowledgement } from './options.ts';

/** What is known about a connection before its first byte. */
export interface ConnectionInfo {
  /** The peer's address without the port, for limits and logs: `192.0.2.7`, `::1`, or a socket path. */
  readonly remoteAddress: string;
  /** The peer's port, if it has one. */
  readonly remotePort?: number | undefined;
  /** The name of the listener that accepted it, for logs and for rules that differ by listener. */
  readonly listener: string;
  /** Whether a CONNECT without User Name is let in when no authenticator is there to decide. */
  readonly anonymousAllowed: boolean;
  /** When what depends on the store is acknowledged; absent: as the broker's options say. */
  readonly acknowledgement?: Acknowledgement | undefined;
  /** Whether the transport is encrypted. */
  readonly encrypted?: boolean | undefined;
  /** The transport: `tcp`, `tls`, `ws`, `wss`, `unix`, `memory` … */
  readonly protocol?: string | undefined;
  /** The verified client certificate of a TLS connection. */
  readonly tlsClientCertificate?: TlsClientCertificate | undefined;
}

/** A client certificate whose chain the transport has verified. */
export interface TlsClientCertificate {
  /** The subject's Common Name. */
  readonly commonName?: string | undefined;
  /** The whole subject as a Distinguished Name (RFC 4514). */
  readonly subject?: string | undefined;
  /** SHA-256 over the DER encoding, lower-case hex. */
  readonly fingerprint256?: string | undefined;
}
