import type { Link } from '@skua/broker';
import type { Transport } from '@skua/transport';
import { SLAB_BYTES_MAX, type SlabPool } from './slab-pool.ts';

/** What an output tells its surroundings. */
export interface OutputOwner {
  /** There is something to flush at the end of this turn. */
  outputDirty(output: Output): void;
  /** More is pending than the peer should cause, or no longer: its input should stop, or go on. */
  outputOverfull(overfull: boolean): void;
  /** The broker asks for no more input, or takes that back. */
  inputPaused(paused: boolean): void;
}

/** Limits of an output. */
export interface OutputLimits {
  /** Pending bytes from which `write` returns false. */
  readonly outputBytesMax: number;
}

/**
 * The outgoing side of one connection: gathers whole packets in a slab and hands them to the transport in one write at the
 * end of the turn, or as soon as they are {@link SLAB_BYTES_MAX}; a packet is never split over two writes.
 *
 * While the transport is congested nothing is handed over. The broker then adds acknowledgements only; when even those pile
 * up, the peer's input is stopped, so a peer that sends without reading cannot make memory grow.
 */
export class Output implements Link {
  readonly #transport: Transport;
  readonly #pool: SlabPool;
  readonly #owner: OutputOwner;
  readonly #outputBytesMax: number;
  /** 'ending' ends with the next flush. */
  #state: 'open' | 'ending' | 'ended' = 'open';
  #dirty = false;
  /** The slab that is being filled. Bytes before `#sealed` are in `#pieces` already. */
  #slab: Uint8Array | undefined;
  #sealed = 0;
  #used = 0;
  /** Finished pieces in order: parts of slabs, and large payloads by reference. */
  #pieces: Uint8Array[] = [];
  #fullSlabs: Uint8Array[] = [];
  #piecesBytes = 0;
  /** How much the last turn needed: the next one begins with as much instead of growing again. */
  #expectedBytes = 0;
  /** What the transport had not handed on when it refused; 0 while it accepts. */
  #refusedBytes = 0;
  #toldCongested = false;
  #overfull = false;

  constructor(transport: Transport, pool: SlabPool, owner: OutputOwner, limits: OutputLimits) {
    this.#transport = transport;
    this.#pool = pool;
    this.#owner = owner;
    this.#outputBytesMax = limits.outputBytesMax;
  }

  /** Bytes that wait here or in the transport. */
  get waitingBytes(): number {
    return this.#refusedBytes + this.#piecesBytes + this.#used - this.#sealed;
  }

  write(head: Uint8Array, payload?: Uint8Array): boolean {
    if (this.#state !== 'open') return false;
    const copied = payload !== undefined && payload.length <= PAYLOAD_BYTES_COPIED_MAX ? payload.length : 0;
    const needed = head.length + copied;
    let slab = this.#slab;
    if (slab === undefined || slab.length - this.#used < needed) slab = this.#makeRoom(needed);
    slab.set(head, this.#used);
    this.#used += head.length;
    if (copied > 0 && payload !== undefined) {
      slab.set(payload, this.#used);
      this.#used += copied;
    } else if (payload !== undefined && payload.length > 0) {
      this.#seal(slab);
      this.#pieces.push(payload);
      this.#piecesBytes += payload.length;
    }
    if (!this.#dirty) this.#markDirty();
    let waiting = this.waitingBytes;
    // More than this in one write saves nothing, and a transport that takes it all must not be thought to be behind.
    if (waiting >= SLAB_BYTES_MAX && this.#refusedBytes === 0) {
      this.#handOver();
      waiting = this.waitingBytes;
    }
    if (waiting < this.#outputBytesMax) return true;
    this.#toldCongested = true;
    if (!this.#overfull && waiting >= this.#outputBytesMax * 2) {
      this.#overfull = true;
      this.#owner.outputOverfull(true);
    }
    return false;
  }

  close(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ending';
    if (!this.#dirty) this.#markDirty();
  }

  destroy(): void {
    this.drop();
    this.#transport.destroy();
  }

  pause(): void {
    this.#owner.inputPaused(true);
  }

  resume(): void {
    this.#owner.inputPaused(false);
  }

  /** The end of a turn. @returns true when the broker was told to wait and may write again. */
  flush(): boolean {
    this.#dirty = false;
    if (this.#state === 'ended') return false;
    if (this.#refusedBytes > 0 && this.#state === 'open') return false;
    this.#handOver();
    if (this.#state === 'ending') {
      this.#state = 'ended';
      this.#transport.end();
      return false;
    }
    return this.#refusedBytes === 0 && this.#clearCongestion();
  }

  /** The transport takes bytes again. @returns as `flush`. */
  transportWritable(): boolean {
    this.#refusedBytes = 0;
    return this.flush();
  }

  /** Nothing will be written any more: gives the memory back. */
  drop(): void {
    this.#state = 'ended';
    if (this.#slab !== undefined) this.#fullSlabs.push(this.#slab);
    this.#releaseSlabs(true);
    this.#refusedBytes = 0;
  }

  #markDirty(): void {
    this.#dirty = true;
    this.#owner.outputDirty(this);
  }

  #clearCongestion(): boolean {
    if (this.#overfull) {
      this.#overfull = false;
      this.#owner.outputOverfull(false);
    }
    const told = this.#toldCongested;
    this.#toldCongested = false;
    return told;
  }

  #handOver(): void {
    const slab = this.#slab;
    if (slab === undefined) return;
    const transport = this.#transport;
    let accepted: boolean;
    this.#expectedBytes = this.#used;
    if (this.#pieces.length === 0) {
      accepted = transport.write(slab.subarray(0, this.#used));
    } else {
      this.#seal(slab);
      accepted = transport.writeMany(this.#pieces);
    }
    this.#fullSlabs.push(slab);
    const pendingBytes = transport.pendingBytes;
    this.#releaseSlabs(pendingBytes === 0);
    // At least 1: a transport that was lost also refuses, and then nothing is pending.
    this.#refusedBytes = accepted ? 0 : Math.max(1, pendingBytes);
  }

  #releaseSlabs(reusable: boolean): void {
    for (const slab of this.#fullSlabs) {
      if (reusable) this.#pool.give(slab);
      else this.#pool.forget(slab);
    }
    this.#fullSlabs.length = 0;
    if (this.#pieces.length > 0) this.#pieces = [];
    this.#slab = undefined;
    this.#piecesBytes = 0;
    this.#used = 0;
    this.#sealed = 0;
  }

  #seal(slab: Uint8Array): void {
    if (this.#used === this.#sealed) return;
    this.#pieces.push(slab.subarray(this.#sealed, this.#used));
    this.#piecesBytes += this.#used - this.#sealed;
    this.#sealed = this.#used;
  }

  #makeRoom(needed: number): Uint8Array {
    const full = this.#slab;
    if (full === undefined) {
      this.#slab = this.#pool.take(Math.max(needed, Math.min(this.#expectedBytes, SLAB_BYTES_MAX)));
      return this.#slab;
    }
    if (this.#sealed === 0 && this.#used + needed <= SLAB_BYTES_MAX) {
      const larger = this.#pool.take(Math.max(this.#used + needed, full.length * 2));
      larger.set(full.subarray(0, this.#used));
      this.#pool.give(full);
      this.#slab = larger;
      return larger;
    }
    this.#seal(full);
    this.#fullSlabs.push(full);
    this.#slab = this.#pool.take(Math.max(needed, SLAB_BYTES_MAX));
    this.#used = 0;
    this.#sealed = 0;
    return this.#slab;
  }
}

/** Copying this much costs less than one more piece in the system call. */
const PAYLOAD_BYTES_COPIED_MAX = 4096;
