import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Transport } from '@skua/transport';
import { WebSocketServer } from 'ws';
import { verifiedClientCertificate } from './client-certificate.ts';
import type { EndLimits } from './end-limits.ts';
import { WebSocketTransport } from './web-socket-transport.ts';

/** What both ways to accept WebSockets take. */
export interface WebSocketOptions {
  /** The path of the URL, beginning with `/`; the query is ignored. Every path is taken unless given. */
  readonly path?: string;
  /**
   * Bytes of one WebSocket message, above 0. It is put together in memory before anybody knows who sent it, so it should be
   * little more than the largest packet that the broker takes; 2 MiB unless given.
   */
  readonly maxPayload?: number;
  /** How long a connection stays after `end`. */
  readonly endLimits?: EndLimits;
}

/** Turns HTTP upgrades into transports. */
export class WebSocketAcceptor {
  readonly #options: WebSocketOptions;
  readonly #webSocketServer: WebSocketServer;

  constructor(options: WebSocketOptions) {
    this.#options = options;
    this.#webSocketServer = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      // Compression would cost some 300 KiB a connection and gains nothing on packets of a hundred bytes.
      perMessageDeflate: false,
      maxPayload: options.maxPayload ?? 2_097_152,
      handleProtocols: (protocols) => SUBPROTOCOLS.find((name) => protocols.has(name)) ?? false, // [MQTT-6.0.0-4]
    });
  }

  /** Whether the request is for this acceptor's path. */
  matches(request: IncomingMessage): boolean {
    const { path } = this.#options;
    const url = request.url ?? '/';
    const query = url.indexOf('?');
    return path === undefined || path === (query === -1 ? url : url.slice(0, query));
  }

  /** Completes the handshake, or answers with an HTTP error and tells `onProblem` why. */
  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    accept: (transport: Transport) => void,
    onProblem: (error: Error) => void,
  ): void {
    const header = request.headers['sec-websocket-protocol'] ?? '';
    const offered = new Set(header.split(',').map((name) => name.trim()));
    // The client MUST offer mqtt [MQTT-6.0.0-3]; mqttv3.1 is what clients of MQTT 3.1 offer.
    if (!SUBPROTOCOLS.some((name) => offered.has(name))) {
      refuseUpgrade(socket, 400, "The WebSocket subprotocol 'mqtt' is missing.");
      onProblem(
        new Error(`A WebSocket without the subprotocol 'mqtt' from ${request.socket.remoteAddress} was refused.`),
      );
      return;
    }
    this.#webSocketServer.handleUpgrade(request, socket, head, (webSocket) => {
      const clientCertificate = socket instanceof TLSSocket ? verifiedClientCertificate(socket) : undefined;
      accept(new WebSocketTransport(webSocket, socket, clientCertificate, this.#options.endLimits));
    });
  }
}

/** Answers an upgrade with an HTTP error and closes. */
export function refuseUpgrade(socket: Duplex, status: number, text: string): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

/** In the order of preference. */
const SUBPROTOCOLS: readonly string[] = ['mqtt', 'mqttv3.1'];
