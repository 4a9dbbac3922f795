import { randomBytes } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { encodePacket } from '@skua/codec';
import { FrameScanner, type FrameHandler } from './frame-scanner.ts';
import type { TransportName } from '../scenarios/scenario.ts';
import { descriptorOf, writeNow } from './socket-descriptor.ts';
import { clientFrame, WebSocketUnframer } from './web-socket-frame.ts';

/** Where a broker listens. */
export interface Endpoint {
  readonly transport: TransportName;
  readonly port: number;
  /** The source address, where one address has too few ports; 127.0.0.1 when left out. */
  readonly localAddress?: string;
}

/** A {@link FrameHandler} that is also told when a chunk has been scanned, which is the time to write. */
export interface ConnectionHandler extends FrameHandler {
  handleChunkEnd(): void;
}

/** A raw connection: bytes out, frames in. It answers nothing by itself. */
export class Connection {
  readonly socket: Socket;
  readonly #webSocket: boolean;
  readonly #descriptor: number | undefined;

  /** Resolves when bytes can be sent: after the TLS and WebSocket handshakes. */
  static async open(endpoint: Endpoint, protocolVersion: 4 | 5, handler: ConnectionHandler): Promise<Connection> {
    const scanner = new FrameScanner(handler, { hasProperties: protocolVersion === 5 });
    const reader = new ChunkReader(endpoint.transport, scanner, handler);
    const socket = await openSocket(endpoint, reader);
    if (endpoint.transport === 'webSocket') await reader.upgrade(socket);
    socket.on('error', (error) => handler.handleFailure(error.message));
    socket.on('close', () => handler.handleFailure('the connection was closed'));
    return new Connection(socket, endpoint.transport === 'webSocket');
  }

  private constructor(socket: Socket, webSocket: boolean) {
    this.socket = socket;
    this.#webSocket = webSocket;
    this.#descriptor = descriptorOf(socket);
  }

  /** Whether everything written has gone to the kernel, so that its bytes may be overwritten. */
  get isFlushed(): boolean {
    return this.socket.writableLength === 0;
  }

  /** Sends bytes that already have whatever framing the transport needs. */
  writeFramed(bytes: Uint8Array): void {
    if (this.#descriptor === undefined || this.socket.writableLength > 0) {
      this.socket.write(bytes);
      return;
    }
    const written = writeNow(this.#descriptor, bytes);
    if (written < bytes.length) this.socket.write(bytes.subarray(written));
  }

  /** Sends an MQTT packet. */
  write(packet: Uint8Array): void {
    this.socket.write(this.#webSocket ? clientFrame(packet) : packet);
  }

  /** Sends CONNECT; the answer comes to the handler. */
  sendConnect(clientIdentifier: string, protocolVersion: 4 | 5, cleanStart: boolean): void {
    const properties = protocolVersion === 5 ? { receiveMaximum: 65_535 } : {};
    this.write(
      encodePacket(
        { type: 'connect', protocolVersion, cleanStart, keepAlive: 0, clientIdentifier, properties },
        protocolVersion,
      ),
    );
  }

  /** Closes the socket; the handler is not told. */
  destroy(): void {
    this.socket.removeAllListeners();
    this.socket.on('error', () => undefined);
    this.socket.destroy();
  }
}

/** Gives what a socket reads to a scanner; the buffer is the same for all sockets, since it is scanned at once. */
class ChunkReader {
  readonly onread = {
    buffer: SHARED_BUFFER,
    callback: (length: number, buffer: Uint8Array): boolean => {
      this.#take(length, buffer);
      return true;
    },
  };
  readonly #scanner: FrameScanner;
  readonly #handler: ConnectionHandler;
  readonly #unframer: WebSocketUnframer | undefined;
  readonly #scan: (chunk: Uint8Array, start: number, end: number) => void;
  /** What came of the answer to the upgrade, until it is complete. */
  #upgradeText: string | undefined;
  #upgraded: ((error?: Error) => void) | undefined;

  constructor(transport: TransportName, scanner: FrameScanner, handler: ConnectionHandler) {
    this.#scanner = scanner;
    this.#handler = handler;
    this.#unframer = transport === 'webSocket' ? new WebSocketUnframer() : undefined;
    this.#scan = (chunk, start, end) => this.#scanner.scan(chunk, start, end);
  }

  /** The opening handshake (RFC 6455, section 4.1); the server's accept value is not checked. */
  async upgrade(socket: Socket): Promise<void> {
    this.#upgradeText = '';
    const done = new Promise<void>((resolve, reject) => {
      this.#upgraded = (error) => (error === undefined ? resolve() : reject(error));
    });
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n',
    );
    await done;
  }

  #take(length: number, buffer: Uint8Array): void {
    if (this.#unframer === undefined) {
      this.#scanner.scan(buffer, 0, length);
    } else if (this.#upgradeText !== undefined) {
      this.#takeUpgrade(buffer.subarray(0, length));
      return;
    } else {
      this.#unframer.unframe(buffer, length, this.#scan);
    }
    this.#handler.handleChunkEnd();
  }

  #takeUpgrade(chunk: Uint8Array): void {
    this.#upgradeText += Buffer.from(chunk).toString('latin1');
    if (this.#upgradeText?.includes('\r\n\r\n') !== true) return;
    const accepted = this.#upgradeText.startsWith('HTTP/1.1 101');
    this.#upgraded?.(accepted ? undefined : new Error(`no WebSocket: ${this.#upgradeText}`));
    this.#upgradeText = undefined;
  }
}

async function openSocket(endpoint: Endpoint, reader: ChunkReader): Promise<Socket> {
  return await new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: endpoint.port,
      noDelay: true,
      onread: reader.onread,
      ...(endpoint.localAddress === undefined ? {} : { localAddress: endpoint.localAddress }),
    };
    const socket =
      endpoint.transport === 'tls'
        ? connectTls({ ...options, rejectUnauthorized: false, minVersion: 'TLSv1.3' })
        : connectTcp(options);
    socket.once('error', reject);
    socket.once(endpoint.transport === 'tls' ? 'secureConnect' : 'connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

const SHARED_BUFFER: Buffer = Buffer.allocUnsafeSlow(262_144);
