import type { TransportInfo } from './transport-info.ts';
import type { Transport, TransportHandlers } from './transport.ts';

/** Settings of {@link createTransportPair}. */
export interface TransportPairOptions {
  /** Pending bytes from which `write` returns false. 1 or more; 65,536 unless given. */
  readonly highWaterMarkBytes?: number;
  /** Replaces parts of the information that each side has about the other. */
  readonly info?: Partial<TransportInfo>;
}

/**
 * Two transports joined in memory. Nothing moves by itself: the caller moves bytes with {@link MemoryTransport.deliver} or
 * {@link pump}, in chunks of any size, so a test decides the interleaving, and the same calls give the same run.
 *
 * @example
 * const [left, right] = createTransportPair();
 */
export function createTransportPair(options: TransportPairOptions = {}): [MemoryTransport, MemoryTransport] {
  return MemoryTransport.pair(options);
}

/**
 * Delivers until nothing is left to deliver, each side in turn.
 *
 * @param chunkBytes - the size of a chunk, or a function that is asked before each chunk; unlimited unless given.
 * @param stepsMax - how many deliveries are taken for an endless conversation.
 * @throws {Error} after `stepsMax` deliveries.
 */
export function pump(
  transports: readonly MemoryTransport[],
  chunkBytes: number | (() => number) = Number.POSITIVE_INFINITY,
  stepsMax = 10_000_000,
): void {
  let steps = 0;
  let moved = true;
  while (moved) {
    moved = false;
    for (const transport of transports) {
      if (transport.deliver(typeof chunkBytes === 'number' ? chunkBytes : chunkBytes())) moved = true;
      steps += 1;
      if (steps > stepsMax) throw new Error(`The conversation did not come to rest within ${stepsMax} deliveries.`);
    }
  }
}

/** One side of a pair. Beside the contract it has what a test needs: `deliver` and `cut`. */
export class MemoryTransport implements Transport {
  readonly info: TransportInfo;
  readonly #highWaterMarkBytes: number;
  #peer: MemoryTransport | undefined;
  #handlers: TransportHandlers | undefined;
  /** What this side wrote and the other has not received. */
  #outgoing: Uint8Array[] = [];
  #outgoingBytes = 0;
  #refusedWrite = false;
  #paused = false;
  /** 'broken' is a close that the handlers have not heard of yet. */
  #state: 'open' | 'ended' | 'broken' | 'closed' = 'open';
  #error: Error | undefined;
  #peerEndReported = false;

  private constructor(options: TransportPairOptions) {
    this.info = { ...MEMORY_INFO, ...options.info };
    this.#highWaterMarkBytes = options.highWaterMarkBytes ?? HIGH_WATER_MARK_BYTES;
  }

  /** The two sides of a pair. {@link createTransportPair} is the function to use. */
  static pair(options: TransportPairOptions): [MemoryTransport, MemoryTransport] {
    const left = new MemoryTransport(options);
    const right = new MemoryTransport(options);
    left.#peer = right;
    right.#peer = left;
    return [left, right];
  }

  get pendingBytes(): number {
    return this.#outgoingBytes;
  }

  /** True once `onClose` was called, or would have been if the transport had been opened. */
  get closed(): boolean {
    return this.#state === 'closed';
  }

  open(handlers: TransportHandlers): void {
    if (this.#handlers !== undefined) throw new Error('A transport is opened once.');
    this.#handlers = handlers;
  }

  write(bytes: Uint8Array): boolean {
    return this.writeMany([bytes]);
  }

  writeMany(pieces: readonly Uint8Array[]): boolean {
    if (this.#state !== 'open') return false;
    for (const piece of pieces) {
      if (piece.length === 0) continue;
      this.#outgoing.push(piece);
      this.#outgoingBytes += piece.length;
    }
    if (this.#outgoingBytes < this.#highWaterMarkBytes) return true;
    this.#refusedWrite = true;
    return false;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  end(): void {
    if (this.#state === 'open') this.#state = 'ended';
  }

  destroy(): void {
    this.cut();
  }

  /** Breaks the connection for both sides. What is pending is lost; each side hears of it at its next `deliver`. */
  cut(error?: Error): void {
    this.#break(error);
    const peer = this.#peer;
    if (peer !== undefined) peer.#break(error);
  }

  /**
   * Tells this side's handlers the next thing that happened: a close, one chunk of what the peer wrote, or the peer's end.
   *
   * @param bytesMax - the largest chunk, 1 or more. Bytes of several writes are joined, one write may be split.
   * @returns whether there was anything.
   */
  deliver(bytesMax: number = Number.POSITIVE_INFINITY): boolean {
    const peer = this.#peer;
    if (peer === undefined || this.#state === 'closed') return false;
    if (this.#state === 'broken') {
      this.#state = 'closed';
      this.#handlers?.onClose(this.#error);
      return true;
    }
    // A side that has ended reads on, and throws away, whatever it was told before.
    const discards = this.#state === 'ended';
    if (peer.#outgoingBytes > 0 && (discards || (this.#handlers !== undefined && !this.#paused))) {
      const chunk = peer.#take(Math.min(peer.#outgoingBytes, Math.max(1, bytesMax)));
      if (!discards) this.#handlers?.onData(chunk);
      if (peer.#outgoingBytes === 0 && peer.#refusedWrite) {
        peer.#refusedWrite = false;
        const writer = peer.#handlers;
        if (peer.#state === 'open' && writer !== undefined) writer.onWritable();
      }
      return true;
    }
    return this.#deliverEnd(peer);
  }

  #deliverEnd(peer: MemoryTransport): boolean {
    if (peer.#state !== 'ended' || peer.#outgoingBytes > 0) return false;
    if (!this.#peerEndReported && (this.#handlers !== undefined || this.#state === 'ended')) {
      this.#peerEndReported = true;
      if (this.#state === 'open') this.#handlers?.onEnd?.();
      return true;
    }
    if (this.#state !== 'ended' || this.#outgoingBytes > 0 || !peer.#peerEndReported) return false;
    this.#break(undefined);
    peer.#break(undefined);
    return true;
  }

  #break(error: Error | undefined): void {
    if (this.#state === 'broken' || this.#state === 'closed') return;
    this.#state = 'broken';
    this.#error = error;
    this.#outgoing = [];
    this.#outgoingBytes = 0;
  }

  /** Copies: the writer may reuse its arrays afterwards, and the receiver may keep its chunk. */
  #take(count: number): Uint8Array {
    const chunk = new Uint8Array(count);
    let taken = 0;
    let used = 0;
    while (taken < count) {
      const first = this.#outgoing[used];
      if (first === undefined) break;
      const part = first.subarray(0, count - taken);
      chunk.set(part, taken);
      taken += part.length;
      if (part.length < first.length) this.#outgoing[used] = first.subarray(part.length);
      else used += 1;
    }
    this.#outgoing.splice(0, used);
    this.#outgoingBytes -= count;
    return chunk;
  }
}

const MEMORY_INFO: TransportInfo = {
  protocol: 'memory',
  remoteAddress: 'memory',
  remotePort: undefined,
  encrypted: false,
  clientCertificate: undefined,
};

/** The same as the socket adapters use, so that what is tested here behaves alike there. */
const HIGH_WATER_MARK_BYTES = 65_536;
