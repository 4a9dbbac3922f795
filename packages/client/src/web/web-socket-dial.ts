import type { Dial } from '../driver.ts';
import { BrowserTransport } from './browser-transport.ts';
import type { WebSocketLike } from './web-socket-like.ts';

/**
 * Dials servers by URL, `ws:` or `wss:`, with the WebSocket of the platform.
 *
 * @param subprotocols what is offered to the server; `['mqtt']` unless given
 */
export function webSocketDial(subprotocols: readonly string[] = ['mqtt']): Dial {
  return (server, { signal }) =>
    new Promise((resolve, reject) => {
      const webSocket: WebSocketLike = new WebSocket(server, [...subprotocols]);
      const transport = new BrowserTransport(webSocket, server);
      const settle = (error: Error | undefined): void => {
        signal.removeEventListener('abort', handleAbort);
        webSocket.onopen = null;
        if (error === undefined) {
          resolve(transport);
          return;
        }
        transport.destroy();
        reject(error);
      };
      const handleAbort = (): void => settle(new Error('The attempt was given up.'));
      // A browser does not say why, so that pages cannot look around in a network.
      transport.onEarlyClose = (code) => settle(new Error(`No WebSocket to ${server} (${code}).`));
      webSocket.onopen = () => settle(undefined);
      signal.addEventListener('abort', handleAbort, { once: true });
    });
}

declare const WebSocket: new (url: string, protocols: string[]) => WebSocketLike;
