import type { IncomingMessage, Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Listener, ListenerAddress } from '@skua/transport';
import { hostInUrl } from './bound-servers.ts';
import { ignoreProblem } from './tcp-listener.ts';
import type { WebSocketOptions } from './web-socket-acceptor.ts';

/**
 * Accepts WebSockets at one path of an HTTP server that belongs to somebody else. Requests are not touched, and upgrades at
 * other paths are left to their own listeners; when there is no other listener, which means that nobody would ever answer,
 * they get 404. `close` takes the path away and leaves the HTTP server running.
 *
 * @example
 * await server.listen(webSocketUpgrade(httpServer, { path: '/mqtt' }));
 */
export function webSocketUpgrade(
  httpServer: Server | SecureServer,
  options: WebSocketOptions & { readonly path: string },
): Listener {
  let handleUpgrade: ((request: IncomingMessage, socket: Duplex, head: Buffer) => void) | undefined;
  return {
    async listen(accept, onProblem = ignoreProblem): Promise<readonly ListenerAddress[]> {
      const { refuseUpgrade, WebSocketAcceptor } = await import('./web-socket-acceptor.ts');
      if (handleUpgrade !== undefined) throw new Error('A listener listens once.');
      const acceptor = new WebSocketAcceptor(options);
      handleUpgrade = (request, socket, head) => {
        if (acceptor.matches(request)) acceptor.upgrade(request, socket, head, accept, onProblem);
        else if (httpServer.listenerCount('upgrade') === 1) refuseUpgrade(socket, 404, 'There is no WebSocket here.');
      };
      httpServer.on('upgrade', handleUpgrade);
      return addressesOf(httpServer, options.path);
    },
    close(): Promise<void> {
      if (handleUpgrade !== undefined) httpServer.off('upgrade', handleUpgrade);
      return Promise.resolve();
    },
  };
}

/** Empty while the HTTP server does not listen yet. */
function addressesOf(httpServer: Server | SecureServer, path: string): ListenerAddress[] {
  const bound = httpServer.address();
  if (bound === null) return [];
  const encrypted = 'setSecureContext' in httpServer;
  const address = typeof bound === 'string' ? bound : bound.address;
  const port = typeof bound === 'string' ? undefined : bound.port;
  const host = port === undefined ? `unix:${address}` : `${hostInUrl(address)}:${port}`;
  return [{ protocol: 'websocket', encrypted, address, port, url: `${encrypted ? 'wss' : 'ws'}://${host}${path}` }];
}
