import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Transport } from '@skua/transport';
import { DIAL_TIMEOUT_MS, dialTlsOptions, type DialOptions, type DialTlsOptions } from './dial-socket.ts';
import { toError } from './error-code.ts';
import { WebSocketTransport } from './web-socket-transport.ts';

/** Settings of {@link dialWebSocket}. */
export interface DialWebSocketOptions extends DialOptions, Omit<DialTlsOptions, 'host' | 'port'> {
  /** `ws://host:port/path` or `wss://…`. */
  readonly url: string;
  /** Headers of the HTTP request, for proxies that want a token. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is offered to the server; `['mqtt']` unless given. */
  readonly subprotocols?: readonly string[];
  /**
   * Gives the stream under the WebSocket in place of a new connection to the host of `url`: one that is connected already,
   * through a proxy perhaps, and for `wss:` encrypted.
   */
  readonly connection?: () => Duplex;
  /** Bytes of one message of the server, above 0; the largest possible packet unless given. */
  readonly maxPayload?: number;
}

/**
 * Connects over a WebSocket, a secure one for `wss:`.
 *
 * @throws {Error} when it cannot connect, when the server refuses the upgrade, and when it is given up.
 */
export async function dialWebSocket(options: DialWebSocketOptions): Promise<Transport> {
  // Not before it is needed: it loads HTTP.
  const { WebSocket } = await import('ws');
  const { url, timeoutMs = DIAL_TIMEOUT_MS, signal, headers = {} } = options;
  const webSocket = new WebSocket(url, [...(options.subprotocols ?? ['mqtt'])], {
    ...dialTlsOptions(options),
    perMessageDeflate: false,
    maxPayload: options.maxPayload ?? MAXIMUM_PACKET_BYTES,
    headers: { ...headers },
    ...(options.connection === undefined ? {} : { createConnection: options.connection }),
  });
  return await new Promise((resolve, reject) => {
    let socket: Socket | undefined;
    const settle = (error: Error | undefined): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', handleAbort);
      webSocket.off('error', settle);
      if (error === undefined && socket !== undefined) {
        resolve(new WebSocketTransport(webSocket, socket, undefined, options.endLimits));
        return;
      }
      // A late error of a socket that was given up has no other listener.
      webSocket.on('error', () => {});
      webSocket.terminate();
      reject(error ?? new Error(`No connection to ${url}.`));
    };
    const handleAbort = (): void => settle(toError(signal?.reason));
    const timer = setTimeout(() => settle(new Error(`No connection to ${url} within ${timeoutMs} ms.`)), timeoutMs);
    webSocket.once('upgrade', (response) => {
      socket = response.socket;
    });
    webSocket.once('error', settle);
    webSocket.once('open', () => settle(undefined));
    signal?.addEventListener('abort', handleAbort, { once: true });
    if (signal?.aborted === true) handleAbort();
  });
}

/** A fixed header of five bytes and the largest Remaining Length (section 1.5.5). */
const MAXIMUM_PACKET_BYTES = 268_435_460;
