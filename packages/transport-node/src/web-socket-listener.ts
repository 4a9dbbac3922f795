import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Listener, ListenerAddress, Transport } from '@skua/transport';
import { BoundServers, hostInUrl, type BindOptions } from './bound-servers.ts';
import { handshakeProblem } from './handshake-problem.ts';
import { ignoreProblem } from './tcp-listener.ts';
import { nodeTlsOptions, type TlsListenerOptions } from './tls-listener-options.ts';
import { refuseUpgrade, WebSocketAcceptor, type WebSocketOptions } from './web-socket-acceptor.ts';

/** Settings of {@link webSocketListener}. */
export interface WebSocketListenerOptions extends BindOptions, WebSocketOptions {
  /** Speaks TLS (`wss:`) when given. */
  readonly tls?: TlsListenerOptions | undefined;
}

/** Accepts WebSockets on an HTTP server of its own, secure ones when `tls` is given. Every other request gets 426. */
export function webSocketListener(options: WebSocketListenerOptions): Listener {
  let bound: BoundServers | undefined;
  const httpServers: Server[] = [];
  return {
    async listen(accept, onProblem = ignoreProblem): Promise<readonly ListenerAddress[]> {
      if (bound !== undefined) throw new Error('A listener listens once.');
      const acceptor = new WebSocketAcceptor(options);
      const servers = new BoundServers(() => {
        const server = createHttpServer(options.tls, servers, onProblem);
        answerUpgrades(server, acceptor, accept, onProblem);
        httpServers.push(server);
        return server;
      }, onProblem);
      bound = servers;
      const addresses = await servers.listen(options);
      return addresses.map((address) => describeAddress(address, options));
    },
    async close(): Promise<void> {
      // Requests under way end; sockets that became WebSockets are not HTTP connections any more and stay.
      for (const server of httpServers) server.closeAllConnections();
      await bound?.close();
    },
  };
}

function createHttpServer(
  tls: TlsListenerOptions | undefined,
  tracker: BoundServers,
  onProblem: (error: Error) => void,
): Server {
  if (tls === undefined) return createServer(HTTP_LIMITS, answerWithUpgradeRequired);
  const server = createSecureServer({ ...HTTP_LIMITS, ...nodeTlsOptions(tls) }, answerWithUpgradeRequired);
  server.on('connection', (socket) => tracker.trackHandshake(socket));
  server.on('secureConnection', (socket) => tracker.handshakeDone(socket));
  server.on('tlsClientError', (error, socket) => {
    const problem = handshakeProblem(error, socket);
    socket.destroy();
    onProblem(problem);
  });
  return server;
}

function answerUpgrades(
  server: Server,
  acceptor: WebSocketAcceptor,
  accept: (transport: Transport) => void,
  onProblem: (error: Error) => void,
): void {
  server.on('upgrade', (request, socket, head) => {
    if (acceptor.matches(request)) acceptor.upgrade(request, socket, head, accept, onProblem);
    else refuseUpgrade(socket, 404, 'There is no MQTT at this path.');
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    onProblem(error);
    if (socket.writable && error.code !== 'ECONNRESET') refuseUpgrade(socket, 400, 'This is not an HTTP request.');
    else socket.destroy();
  });
}

function answerWithUpgradeRequired(_request: IncomingMessage, response: ServerResponse): void {
  const text = "Connect with a WebSocket and the subprotocol 'mqtt'.";
  response.writeHead(426, { Connection: 'close', Upgrade: 'websocket', 'Content-Type': 'text/plain' }).end(text);
}

/** A request is a few hundred bytes: whoever needs ten seconds for it does not want to be served. */
const HTTP_LIMITS = { headersTimeout: 10_000, requestTimeout: 10_000, connectionsCheckingInterval: 5000 } as const;

function describeAddress({ address, port }: AddressInfo, options: WebSocketListenerOptions): ListenerAddress {
  const encrypted = options.tls !== undefined;
  const url = `${encrypted ? 'wss' : 'ws'}://${hostInUrl(address)}:${port}${options.path ?? ''}`;
  return { protocol: 'websocket', encrypted, address, port, url };
}
