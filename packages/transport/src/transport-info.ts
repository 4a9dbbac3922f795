/**
 * How bytes travel: 'tcp' and 'unix' are plain streams, 'websocket' carries the stream in binary frames, 'memory' is the
 * in-process pair. Whether it is encrypted is said by {@link TransportInfo.encrypted}.
 */
export type TransportProtocol = 'tcp' | 'unix' | 'websocket' | 'memory';

/** What a transport knows about the other side from the moment it exists. It does not change. */
export interface TransportInfo {
  readonly protocol: TransportProtocol;
  /** IP address of the peer, without port; the path of the socket for 'unix'; a free text for 'memory'. */
  readonly remoteAddress: string;
  /** Port of the peer, or undefined where there are no ports. */
  readonly remotePort: number | undefined;
  /** True when the bytes are protected by TLS between the two ends of this transport. */
  readonly encrypted: boolean;
  /** The certificate that the peer proved to own, or undefined. Never a certificate whose chain was not verified. */
  readonly clientCertificate: ClientCertificate | undefined;
}

/** What is taken from a verified client certificate. */
export interface ClientCertificate {
  /** The whole subject in the order and with the escapes of RFC 2253, e.g. `CN=pump 7,O=Water`. */
  readonly subject: string;
  /** The subject's Common Name, the first when there are several, or undefined when there is none. */
  readonly commonName: string | undefined;
  /** SHA-256 over the DER encoding, lower-case hex without separators. */
  readonly fingerprint256: string;
}
