import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Transport } from '@skua/transport';
import type { BoundServers } from './bound-servers.ts';
import { handshakeProblem } from './handshake-problem.ts';
import { nodeTlsOptions, type TlsListenerOptions } from './tls-listener-options.ts';
import { refuseUpgrade, WebSocketAcceptor, type WebSocketOptions } from './web-socket-acceptor.ts';

/** Makes HTTP servers that take WebSocket upgrades and nothing else: what {@link webSocketListener} listens with. */
export class WebSocketServers {
  readonly #servers: Server[] = [];

  /** A server that does not listen yet. Its TLS handshakes are told to `tracker`. */
  create(
    options: WebSocketOptions & { readonly tls?: TlsListenerOptions | undefined },
    tracker: BoundServers,
    accept: (transport: Transport) => void,
    onProblem: (error: Error) => void,
  ): Server {
    const server = createHttpServer(options.tls, tracker, onProblem);
    answerUpgrades(server, new WebSocketAcceptor(options), accept, onProblem);
    this.#servers.push(server);
    return server;
  }

  /** Ends requests under way. Sockets that became WebSockets are not HTTP connections any more and stay. */
  closeAllConnections(): void {
    for (const server of this.#servers) server.closeAllConnections();
  }
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
