import type { Socket } from 'node:net';
import type { ClientCertificate, Transport, TransportHandlers, TransportInfo } from '@skua/transport';
import { completeEndLimits, type EndLimits } from './end-limits.ts';
import { remoteAddress } from './remote-address.ts';
import { SharedReadBuffer } from './shared-read-buffer.ts';

/**
 * Makes a transport of a connected TCP, TLS or Unix socket of your own. The socket belongs to the transport from then on.
 * It should have been made with `allowHalfOpen: true`, or answers to a peer that has half-closed are lost.
 */
export function tcpTransport(socket: Socket, options: SocketTransportOptions = {}): Transport {
  return new SocketTransport(socket, options);
}

/** Settings of {@link tcpTransport}. */
export interface SocketTransportOptions {
  /** A certificate that was verified, for the transport's information. */
  readonly clientCertificate?: ClientCertificate | undefined;
  /** The path of a Unix socket, which then is the remote address. */
  readonly unixPath?: string;
  /** How long the socket stays after `end`. */
  readonly endLimits?: EndLimits;
}

/**
 * Pending bytes from which `write` returns false: 64 KiB. More than what a turn usually writes to one connection, and ten
 * thousand stalled connections hold no more than 640 MiB.
 */
export const HIGH_WATER_MARK_BYTES = 65_536;

/** A transport over `net.Socket` or `tls.TLSSocket`. */
export class SocketTransport implements Transport {
  readonly info: TransportInfo;
  readonly #socket: Socket;
  readonly #endLimits: Required<EndLimits>;
  #handlers: TransportHandlers | undefined;
  #state: 'open' | 'ended' | 'destroyed' = 'open';
  #refusedWrite = false;
  #closed = false;
  #error: Error | undefined;
  #endTimer: NodeJS.Timeout | undefined;
  #drainedBytes = 0;

  constructor(socket: Socket, options: SocketTransportOptions) {
    this.#socket = socket;
    this.#endLimits = completeEndLimits(options.endLimits);
    this.info = {
      protocol: options.unixPath === undefined ? 'tcp' : 'unix',
      remoteAddress: options.unixPath ?? remoteAddress(socket),
      remotePort: socket.remotePort,
      // What only a TLSSocket has: its class would have to be loaded to ask for it.
      encrypted: 'encrypted' in socket,
      clientCertificate: options.clientCertificate,
    };
    // Small packets leave at once: whatever can be joined was joined before it came here.
    socket.setNoDelay(true);
    // An 'error' without a listener would end the process.
    socket.on('error', (error: Error) => {
      if (this.#state === 'open') this.#error = error;
    });
    socket.on('close', () => this.#handleClose());
  }

  get pendingBytes(): number {
    return this.#socket.writableLength;
  }

  open(handlers: TransportHandlers): void {
    if (this.#handlers !== undefined) throw new Error('A transport is opened once.');
    this.#handlers = handlers;
    const socket = this.#socket;
    const handleData = (chunk: Uint8Array): void => this.#handleData(chunk);
    if (this.info.encrypted || !SHARED_READ_BUFFER.attach(socket, handleData, handlers.readsInPlace === true))
      socket.on('data', handleData);
    socket.on('end', () => this.#handleEnd());
    socket.on('drain', () => {
      // Node also reports a drain after a large write that the kernel took at once; that write was not refused here.
      if (!this.#refusedWrite) return;
      this.#refusedWrite = false;
      if (this.#state === 'open') this.#handlers?.onWritable();
    });
    // The socket was lost before anybody listened.
    if (this.#closed) queueMicrotask(() => handlers.onClose(this.#error));
  }

  write(bytes: Uint8Array): boolean {
    if (this.#state !== 'open' || this.#socket.destroyed) return false;
    if (bytes.length > 0) this.#socket.write(bytes);
    return this.#accepts();
  }

  writeMany(pieces: readonly Uint8Array[]): boolean {
    const socket = this.#socket;
    if (this.#state !== 'open' || socket.destroyed) return false;
    socket.cork();
    for (const piece of pieces) if (piece.length > 0) socket.write(piece);
    socket.uncork();
    return this.#accepts();
  }

  pause(): void {
    if (this.#state === 'open') this.#socket.pause();
  }

  resume(): void {
    if (this.#state === 'open') this.#socket.resume();
  }

  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ended';
    const socket = this.#socket;
    if (this.#closed || socket.destroyed) return;
    this.#endTimer = setTimeout(() => socket.destroy(), this.#endLimits.flushMs);
    socket.end(() => {
      clearTimeout(this.#endTimer);
      if (!this.#closed) this.#endTimer = setTimeout(() => socket.destroy(), this.#endLimits.drainMs);
    });
    socket.resume();
  }

  destroy(): void {
    if (this.#state !== 'destroyed') this.#state = 'destroyed';
    this.#socket.destroy();
  }

  /** The kernel often takes a write within the call, so Node's own answer, which is given before, says false too often. */
  #accepts(): boolean {
    if (this.#socket.writableLength < HIGH_WATER_MARK_BYTES) return true;
    this.#refusedWrite = true;
    return false;
  }

  #handleData(chunk: Uint8Array): void {
    if (this.#state === 'open') {
      this.#handlers?.onData(chunk);
      return;
    }
    this.#drainedBytes += chunk.length;
    if (this.#drainedBytes > this.#endLimits.drainBytes) this.#socket.destroy();
  }

  #handleEnd(): void {
    if (this.#state !== 'open') return;
    if (this.#handlers?.onEnd === undefined) this.end();
    else this.#handlers.onEnd();
  }

  #handleClose(): void {
    this.#closed = true;
    clearTimeout(this.#endTimer);
    this.#handlers?.onClose(this.#error);
  }
}

/** One for the process: a read is finished before the next begins. */
const SHARED_READ_BUFFER = new SharedReadBuffer();
