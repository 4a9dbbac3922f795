import type { TlsOptions } from 'node:tls';

/** The TLS side of a listener. Texts and buffers are PEM. */
export interface TlsListenerOptions {
  /** The server's certificate, followed by the certificates between it and the root. */
  readonly cert: Pem;
  /** The private key of `cert`. */
  readonly key: string | Buffer;
  /** The passphrase of `key`. */
  readonly passphrase?: string;
  /** Who may have issued client certificates. Without it the system's roots are taken. */
  readonly ca?: Pem;
  /** Ask for a client certificate, but serve clients that have none; one that does not verify counts as none. */
  readonly requestCertificate?: boolean;
  /** Refuse clients without a verified certificate. */
  readonly requireCertificate?: boolean;
  /** The oldest version of TLS that is spoken; 'TLSv1.2' unless given. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
  /** Milliseconds for a handshake; 10,000 unless given: slow phones need two seconds, idle probes get no longer. */
  readonly handshakeTimeoutMs?: number;
}

/** One PEM text, or several. */
export type Pem = string | Buffer | readonly (string | Buffer)[];

/** The same for Node's `tls` and `https`. */
export function nodeTlsOptions(options: TlsListenerOptions): TlsOptions {
  const { cert, key, passphrase, ca, requestCertificate = false, requireCertificate = false } = options;
  return {
    cert: pemForNode(cert),
    key,
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(ca === undefined ? {} : { ca: pemForNode(ca) }),
    requestCert: requestCertificate || requireCertificate,
    rejectUnauthorized: requireCertificate,
    minVersion: options.minVersion ?? 'TLSv1.2',
    handshakeTimeout: options.handshakeTimeoutMs ?? 10_000,
  };
}

function pemForNode(pem: Pem): string | Buffer | (string | Buffer)[] {
  return typeof pem === 'string' || Buffer.isBuffer(pem) ? pem : [...pem];
}
