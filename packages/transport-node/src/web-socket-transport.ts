import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ClientCertificate, Transport, TransportHandlers, TransportInfo } from '@skua/transport';
import type { WebSocket } from 'ws';
import { completeEndLimits, type EndLimits } from './end-limits.ts';
import { remoteAddress } from './remote-address.ts';
import { HIGH_WATER_MARK_BYTES } from './socket-transport.ts';

/**
 * The byte stream in the binary frames of a WebSocket. Frames mean nothing to MQTT: a packet may span several, and a frame
 * may hold several packets [MQTT-6.0.0-2].
 *
 * A WebSocket cannot be half-closed: when the peer closes, `onEnd` and `onClose` come one after the other.
 */
export class WebSocketTransport implements Transport {
  readonly info: TransportInfo;
  readonly #webSocket: WebSocket;
  /** The socket under the WebSocket: what is pending, and when it drains, is seen there. */
  readonly #socket: Duplex;
  readonly #endLimits: Required<EndLimits>;
  #handlers: TransportHandlers | undefined;
  #state: 'open' | 'ended' | 'failed' | 'destroyed' = 'open';
  #refusedWrite = false;
  /** Before `open` the transport is paused. */
  #paused = true;
  /** `ws` hands out every frame of the chunk that it was reading when it was paused. */
  #held: Uint8Array[] = [];
  #closed = false;
  #closeCode = 0;
  #error: Error | undefined;
  #endTimer: NodeJS.Timeout | undefined;
  #drainedBytes = 0;

  constructor(
    webSocket: WebSocket,
    socket: Duplex,
    clientCertificate: ClientCertificate | undefined,
    endLimits: EndLimits | undefined,
  ) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#endLimits = completeEndLimits(endLimits);
    const netSocket = socket instanceof Socket ? socket : undefined;
    this.info = {
      protocol: 'websocket',
      remoteAddress: remoteAddress(netSocket),
      remotePort: netSocket?.remotePort,
      encrypted: 'encrypted' in socket,
      clientCertificate,
    };
    netSocket?.setNoDelay(true);
    webSocket.pause();
    webSocket.on('message', (data, isBinary) => {
      // A Buffer it is, as long as nobody sets another binaryType.
      if (Buffer.isBuffer(data)) this.#handleMessage(data, isBinary);
    });
    webSocket.on('error', (error) => this.#fail(error));
    webSocket.on('close', (code) => this.#handleClose(code));
    socket.on('drain', () => this.#handleDrain());
  }

  get pendingBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  open(handlers: TransportHandlers): void {
    if (this.#handlers !== undefined) throw new Error('A transport is opened once.');
    this.#handlers = handlers;
    if (this.#closed) {
      queueMicrotask(() => this.#reportClose());
      return;
    }
    this.resume();
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#canWrite()) return false;
    if (bytes.length > 0) this.#webSocket.send(bytes, WHOLE_MESSAGE);
    return this.#accepts();
  }

  writeMany(pieces: readonly Uint8Array[]): boolean {
    if (!this.#canWrite()) return false;
    // A frame for each piece, since joining them would be a copy; the cork makes it one system call.
    this.#socket.cork();
    for (const piece of pieces) if (piece.length > 0) this.#webSocket.send(piece, WHOLE_MESSAGE);
    this.#socket.uncork();
    return this.#accepts();
  }

  pause(): void {
    if (this.#state !== 'open') return;
    this.#paused = true;
    this.#webSocket.pause();
  }

  resume(): void {
    if (this.#state !== 'open' || !this.#paused) return;
    this.#paused = false;
    if (this.#held.length === 0) this.#webSocket.resume();
    else queueMicrotask(() => this.#deliverHeld());
  }

  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ended';
    this.#startClosing(CLOSE_NORMAL);
  }

  destroy(): void {
    this.#state = 'destroyed';
    this.#held = [];
    this.#webSocket.terminate();
  }

  #canWrite(): boolean {
    return this.#state === 'open' && this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  #accepts(): boolean {
    if (this.#webSocket.bufferedAmount < HIGH_WATER_MARK_BYTES) return true;
    this.#refusedWrite = true;
    return false;
  }

  #handleMessage(data: Buffer, isBinary: boolean): void {
    if (this.#state !== 'open') {
      this.#drainedBytes += data.length;
      if (this.#drainedBytes > this.#endLimits.drainBytes) this.#webSocket.terminate();
      return;
    }
    if (!isBinary) {
      this.#fail(new Error('The peer sent a text frame; MQTT travels in binary frames.')); // [MQTT-6.0.0-1]
      this.#startClosing(CLOSE_UNSUPPORTED_DATA);
      return;
    }
    if (data.length === 0) return;
    if (this.#paused || this.#held.length > 0) this.#held.push(data);
    else this.#handlers?.onData(data);
  }

  #deliverHeld(): void {
    while (!this.#paused && this.#state === 'open') {
      const data = this.#held.shift();
      if (data === undefined) {
        this.#webSocket.resume();
        return;
      }
      this.#handlers?.onData(data);
    }
  }

  #handleDrain(): void {
    if (this.#state !== 'open') {
      this.#startTimer(this.#endLimits.drainMs);
      return;
    }
    if (!this.#refusedWrite) return;
    this.#refusedWrite = false;
    this.#handlers?.onWritable();
  }

  #fail(error: Error): void {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    this.#error = error;
    this.#held = [];
    // `ws` closes after an error of its own, and would wait half a minute for the peer to do the same.
    this.#startTimer(this.#endLimits.drainMs);
  }

  #startClosing(code: number): void {
    this.#held = [];
    if (this.#closed) return;
    this.#startTimer(this.pendingBytes === 0 ? this.#endLimits.drainMs : this.#endLimits.flushMs);
    this.#webSocket.close(code);
    this.#webSocket.resume();
  }

  #startTimer(timeoutMs: number): void {
    clearTimeout(this.#endTimer);
    if (!this.#closed) this.#endTimer = setTimeout(() => this.#webSocket.terminate(), timeoutMs);
  }

  #handleClose(code: number): void {
    this.#closed = true;
    this.#closeCode = code;
    clearTimeout(this.#endTimer);
    // What was read before the peer closed is still the user's, and waits as long as the user does.
    if (this.#handlers !== undefined && this.#held.length === 0) this.#reportClose();
    else if (this.#handlers !== undefined) this.#reportCloseAfterHeld();
  }

  #reportCloseAfterHeld(): void {
    // The connection is gone: the rest is delivered although the user paused, rather than kept for ever.
    for (const data of this.#held.splice(0)) if (this.#state === 'open') this.#handlers?.onData(data);
    this.#reportClose();
  }

  #reportClose(): void {
    if (this.#state === 'open') {
      if (this.#closeCode === CLOSE_ABNORMAL) {
        this.#error = new Error('The connection was lost without a closing handshake of the WebSocket.');
      } else {
        this.#handlers?.onEnd?.();
      }
    }
    this.#state = 'destroyed';
    this.#handlers?.onClose(this.#error);
  }
}

const WHOLE_MESSAGE = { binary: true, fin: true } as const;
const CLOSE_NORMAL = 1000;
const CLOSE_UNSUPPORTED_DATA = 1003;
/** No close frame was seen. */
const CLOSE_ABNORMAL = 1006;
