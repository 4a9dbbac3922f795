import type { Transport, TransportHandlers, TransportInfo } from '@skua/transport';
import type { WebSocketLike } from './web-socket-like.ts';

/**
 * The byte stream in the binary frames of a browser's WebSocket. It cannot be told to stop reading, so what comes while it
 * is paused is kept; and it does not say when it has sent something, so that is looked up from time to time.
 */
export class BrowserTransport implements Transport {
  readonly info: TransportInfo;
  /** Called when the WebSocket closes before {@link open}. */
  onEarlyClose: ((code: number) => void) | undefined;
  readonly #webSocket: WebSocketLike;
  #handlers: TransportHandlers | undefined;
  #state: 'open' | 'ended' | 'closed' = 'open';
  #isPaused = true;
  #held: Uint8Array[] = [];
  #close: { readonly code: number; readonly wasClean: boolean } | undefined;
  #error: Error | undefined;
  #drainTimer: unknown;
  #endTimer: unknown;

  constructor(webSocket: WebSocketLike, server: string) {
    this.#webSocket = webSocket;
    webSocket.binaryType = 'arraybuffer';
    const { protocol, hostname, port } = new URL(server);
    this.info = {
      protocol: 'websocket',
      remoteAddress: hostname,
      remotePort: port === '' ? undefined : Number(port),
      encrypted: protocol === 'wss:',
      clientCertificate: undefined,
    };
    webSocket.onmessage = ({ data }) => this.#handleMessage(data);
    webSocket.onclose = (event) => {
      this.#close = event;
      if (this.#handlers === undefined) this.onEarlyClose?.(event.code);
      else this.#reportClose();
    };
  }

  get pendingBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  open(handlers: TransportHandlers): void {
    if (this.#handlers !== undefined) throw new Error('A transport is opened once.');
    this.#handlers = handlers;
    queueMicrotask(() => {
      this.resume();
      if (this.#close !== undefined) this.#reportClose();
    });
  }

  write(bytes: Uint8Array): boolean {
    if (this.#state !== 'open' || this.#webSocket.readyState !== OPEN) return false;
    if (bytes.length > 0) this.#webSocket.send(bytes);
    if (this.#webSocket.bufferedAmount < HIGH_WATER_MARK_BYTES) return true;
    this.#awaitDrain();
    return false;
  }

  writeMany(pieces: readonly Uint8Array[]): boolean {
    let isAccepted = true;
    for (const piece of pieces) isAccepted = this.write(piece);
    return isAccepted;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    const held = this.#held;
    this.#held = [];
    for (const [index, chunk] of held.entries()) {
      if (this.#isPaused) {
        this.#held = held.slice(index);
        return;
      }
      this.#handlers?.onData(chunk);
    }
  }

  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ended';
    this.#held = [];
    this.#webSocket.close(CLOSE_NORMAL);
    // The peer may never answer, and a browser waits for minutes.
    this.#endTimer = setTimeout(() => this.#reportClose(), END_MS);
  }

  destroy(): void {
    this.#state = 'ended';
    this.#held = [];
    this.#webSocket.close();
    queueMicrotask(() => this.#reportClose());
  }

  #handleMessage(data: unknown): void {
    if (this.#state !== 'open') return;
    if (!(data instanceof ArrayBuffer)) {
      // [MQTT-6.0.0-1]
      this.#error = new Error('The peer sent a text frame; MQTT travels in binary frames.');
      this.destroy();
      return;
    }
    if (data.byteLength === 0) return;
    const chunk = new Uint8Array(data);
    if (this.#isPaused || this.#held.length > 0) this.#held.push(chunk);
    else this.#handlers?.onData(chunk);
  }

  #awaitDrain(): void {
    if (this.#drainTimer !== undefined) return;
    this.#drainTimer = setTimeout(() => {
      this.#drainTimer = undefined;
      if (this.#state !== 'open') return;
      if (this.#webSocket.bufferedAmount > 0) this.#awaitDrain();
      else this.#handlers?.onWritable();
    }, DRAIN_LOOK_MS);
  }

  #reportClose(): void {
    if (this.#state === 'closed') return;
    const wasOpen = this.#state === 'open';
    if (wasOpen) this.resume();
    this.#state = 'closed';
    clearTimeout(this.#drainTimer);
    clearTimeout(this.#endTimer);
    const error =
      wasOpen && this.#close?.wasClean !== true
        ? new Error(`The connection was lost without a closing handshake of the WebSocket (${this.#close?.code}).`)
        : this.#error;
    this.#handlers?.onClose(error);
  }
}

declare function setTimeout(callback: () => void, delayMs: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare function queueMicrotask(callback: () => void): void;

const OPEN = 1;
const CLOSE_NORMAL = 1000;
/** As for sockets. */
const HIGH_WATER_MARK_BYTES = 65_536;
const DRAIN_LOOK_MS = 10;
const END_MS = 2000;
