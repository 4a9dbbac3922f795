import { resolveSrv } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { ConnectionSettings } from './connection-settings.ts';
import { usesTls } from './connection-settings.ts';
import { socksHandshake } from './socks-handshake.ts';
import { tlsOptions } from './tls-settings.ts';

/** Where a connection goes. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The host and port that the options name; SRV records are asked for with `-S`. */
export async function findEndpoint(settings: ConnectionSettings): Promise<Endpoint> {
  const host = settings.host ?? 'localhost';
  const encrypted = usesTls(settings);
  if (!settings.useSrv) return { host, port: settings.port ?? (encrypted ? 8883 : 1883) };
  const records = await resolveSrv(`${encrypted ? '_secure-mqtt' : '_mqtt'}._tcp.${host}`);
  const [first] = records.toSorted((a, b) => a.priority - b.priority || b.weight - a.weight);
  if (first === undefined) throw new Error(`${host} has no SRV record for MQTT`);
  return { host: first.name, port: first.port };
}

/**
 * Connects as the options say: through a proxy, from an address, encrypted.
 *
 * @throws {Error} of Node, {@link ProxyError}, and the reason of the signal.
 */
export async function openSocket(settings: ConnectionSettings, signal: AbortSignal): Promise<Socket | TLSSocket> {
  if (settings.unixPath !== undefined) return opened(connect({ path: settings.unixPath, ...OPEN }), 'connect', signal);
  const { host, port } = await findEndpoint(settings);
  const { proxy, bindAddress } = settings;
  const first = proxy ?? { host, port };
  const socket = await opened(
    connect({
      host: first.host,
      port: first.port,
      ...(bindAddress === undefined ? {} : { localAddress: bindAddress }),
      ...OPEN,
    }),
    'connect',
    signal,
  );
  try {
    if (proxy !== undefined) await abortable(socksHandshake(socket, proxy, host, port), signal);
    if (!usesTls(settings)) return socket;
    return await encrypt(socket, tlsOptions(settings.tls, host), host, signal);
  } catch (error) {
    socket.on('error', () => {});
    socket.destroy();
    throw error;
  }
}

/** Puts TLS on a connected socket. */
async function encrypt(
  socket: Socket,
  options: ConnectionOptions,
  host: string,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const isAddress = /^[\d.]+$|:/.test(host);
  const encrypted = connectTls({ ...options, socket, ...(isAddress ? {} : { servername: host }) });
  // A socket that is wrapped has half-closed for good when its end arrives.
  encrypted.allowHalfOpen = true;
  return opened(encrypted, 'secureConnect', signal);
}

function opened<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<S> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      signal.removeEventListener('abort', handleAbort);
      socket.off('error', settle);
      socket.off('close', handleClose);
      if (error === undefined) {
        resolve(socket);
        return;
      }
      // A late error of a socket that was given up has no other listener.
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    const handleAbort = (): void => settle(reasonOf(signal));
    const handleClose = (): void => settle(new Error('the connection was closed before it was ready'));
    socket.once('error', settle);
    socket.once('close', handleClose);
    socket.once(event, () => settle());
    signal.addEventListener('abort', handleAbort, { once: true });
    if (signal.aborted) handleAbort();
  });
}

function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const handleAbort = (): void => reject(reasonOf(signal));
    signal.addEventListener('abort', handleAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', handleAbort));
  });
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error(String(reason));
}

const OPEN = { allowHalfOpen: true, noDelay: true } as const;
