import { connect, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { Transport } from '@skua/transport';
import type { EndLimits } from './end-limits.ts';
import { toError } from './error-code.ts';
import { SocketTransport } from './socket-transport.ts';
import { endLimitsOf, SOCKET_OPTIONS } from './tcp-listener.ts';

/** What every way to dial takes. */
export interface DialOptions {
  /** Milliseconds until the attempt is given up, above 0; 30,000 unless given. */
  readonly timeoutMs?: number;
  /** Gives the attempt up. It has no effect on the transport afterwards. */
  readonly signal?: AbortSignal | undefined;
  /** How long the connection stays after `end`. */
  readonly endLimits?: EndLimits;
}

/** Settings of {@link dialTcp}. */
export interface DialTcpOptions extends DialOptions {
  /** A name or an IP address; of several addresses the first that answers is taken. 'localhost' unless given. */
  readonly host?: string;
  readonly port: number;
}

/** Settings of {@link dialTls}. Texts and buffers are PEM. */
export interface DialTlsOptions extends DialTcpOptions {
  /** Who may have issued the server's certificate. Without it the system's roots are taken. */
  readonly ca?: string | Buffer | (string | Buffer)[];
  /** The client's own certificate. */
  readonly cert?: string | Buffer;
  /** The private key of `cert`. */
  readonly key?: string | Buffer;
  readonly passphrase?: string;
  /** The name that the server's certificate must carry; the host unless given. */
  readonly serverName?: string;
  /** False accepts any certificate: encrypted, but with whom nobody knows. */
  readonly dangerouslyAcceptAnyCertificate?: boolean;
}

/** Settings of {@link dialUnix}. */
export interface DialUnixOptions extends DialOptions {
  readonly path: string;
}

/**
 * Connects over TCP.
 *
 * @throws {Error} of Node when it cannot connect, and when it is given up.
 */
export function dialTcp(options: DialTcpOptions): Promise<Transport> {
  const { host = 'localhost', port } = options;
  const socket = connect({ host, port, ...SOCKET_OPTIONS });
  return connected(
    socket,
    'connect',
    options,
    `${host}:${port}`,
    () => new SocketTransport(socket, endLimitsOf(options)),
  );
}

/** Connects over TLS 1.2 or later. The server's certificate is verified. */
export async function dialTls(options: DialTlsOptions): Promise<Transport> {
  const { connect: connectTls } = await import('node:tls');
  const { host = 'localhost', port } = options;
  const socket = connectTls({ host, port, ...SOCKET_OPTIONS, ...dialTlsOptions(options) });
  return await connected(socket, 'secureConnect', options, `${host}:${port}`, () => {
    return new SocketTransport(socket, endLimitsOf(options));
  });
}

/** Connects to a Unix domain socket. */
export function dialUnix(options: DialUnixOptions): Promise<Transport> {
  const { path } = options;
  const socket = connect({ path, ...SOCKET_OPTIONS });
  return connected(socket, 'connect', options, path, () => {
    return new SocketTransport(socket, { unixPath: path, ...endLimitsOf(options) });
  });
}

/** The TLS settings of a client for Node. */
export function dialTlsOptions(options: Omit<DialTlsOptions, 'port'>): ConnectionOptions {
  const { ca, cert, key, passphrase, serverName, dangerouslyAcceptAnyCertificate = false } = options;
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: !dangerouslyAcceptAnyCertificate,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}

/** Milliseconds that a dial may take unless its options say otherwise: one lost SYN and a slow TLS handshake fit in. */
export const DIAL_TIMEOUT_MS = 30_000;

function connected(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  options: DialOptions,
  address: string,
  succeed: () => Transport,
): Promise<Transport> {
  const { timeoutMs = DIAL_TIMEOUT_MS, signal } = options;
  return new Promise((resolve, reject) => {
    const settle = (error: Error | undefined): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', handleAbort);
      socket.off('error', settle);
      socket.off('close', handleClose);
      if (error === undefined) {
        resolve(succeed());
        return;
      }
      // A late error of a socket that was given up has no other listener.
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    const handleAbort = (): void => settle(toError(signal?.reason));
    const handleClose = (): void => settle(new Error(`The connection to ${address} was closed before it was ready.`));
    const timer = setTimeout(() => {
      settle(new Error(`No connection to ${address} within ${timeoutMs} ms.`));
    }, timeoutMs);
    socket.once('error', settle);
    socket.once('close', handleClose);
    socket.once(event, () => settle(undefined));
    signal?.addEventListener('abort', handleAbort, { once: true });
    if (signal?.aborted === true) handleAbort();
  });
}
