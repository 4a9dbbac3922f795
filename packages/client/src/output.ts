import type { Transport } from '@skua/transport';
import type { Link } from './engine/link.ts';
import type { Schedule } from './schedule.ts';

/**
 * The outgoing side of one connection: gathers whole packets and hands them to the transport in one write at the end of
 * the turn.
 */
export class Output implements Link {
  readonly #transport: Transport;
  readonly #schedule: Schedule;
  #state: 'open' | 'ending' | 'ended' = 'open';
  #slab: Uint8Array | undefined;
  #used = 0;
  /** Full slabs and large packets, in order. */
  #pieces: Uint8Array[] = [];
  #piecesBytes = 0;
  #isScheduled = false;
  /** Whether the transport has refused; nothing is handed over until it is writable. */
  #isRefused = false;

  constructor(transport: Transport, schedule: Schedule) {
    this.#transport = transport;
    this.#schedule = schedule;
  }

  /** Bytes that wait here because the transport takes none. */
  get waitingBytes(): number {
    return this.#isRefused ? this.#used + this.#piecesBytes : 0;
  }

  write(packet: Uint8Array): boolean {
    if (this.#state !== 'open') return false;
    const { length } = packet;
    if (length > PACKET_BYTES_COPIED_MAX) {
      this.#seal();
      this.#pieces.push(packet);
      this.#piecesBytes += length;
    } else {
      let slab = this.#slab;
      if (slab === undefined || slab.length - this.#used < length) slab = this.#makeRoom();
      slab.set(packet, this.#used);
      this.#used += length;
    }
    if (!this.#isScheduled) this.#scheduleFlush();
    return !this.#isRefused && this.#used + this.#piecesBytes < WAITING_BYTES_MAX;
  }

  close(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ending';
    if (!this.#isScheduled) this.#scheduleFlush();
  }

  destroy(): void {
    this.#state = 'ended';
    this.#pieces = [];
    this.#slab = undefined;
    this.#transport.destroy();
  }

  /** The end of the turn. @returns whether messages are welcome again */
  flush(): boolean {
    if (this.#state === 'ended') return false;
    if (this.#isRefused && this.#state === 'open') return false;
    this.#seal();
    const pieces = this.#pieces;
    if (pieces.length > 0) {
      this.#pieces = [];
      this.#piecesBytes = 0;
      const [first] = pieces;
      const isAccepted =
        pieces.length === 1 && first !== undefined ? this.#transport.write(first) : this.#transport.writeMany(pieces);
      this.#isRefused = !isAccepted;
    }
    if (this.#state === 'ending') {
      this.#state = 'ended';
      this.#transport.end();
    }
    return !this.#isRefused;
  }

  /** The transport takes bytes again. @returns as {@link flush} */
  handleWritable(): boolean {
    this.#isRefused = false;
    return this.flush();
  }

  /** Called when a flush has made room for messages. */
  onRoom: (() => void) | undefined;

  #scheduleFlush(): void {
    this.#isScheduled = true;
    this.#schedule(() => {
      this.#isScheduled = false;
      if (this.flush()) this.onRoom?.();
    });
  }

  #seal(): void {
    if (this.#slab === undefined || this.#used === 0) return;
    this.#pieces.push(this.#slab.subarray(0, this.#used));
    this.#piecesBytes += this.#used;
    // What is left of the slab serves the next turn: a client with little to send allocates seldom.
    const rest = this.#slab.subarray(this.#used);
    this.#slab = rest.length >= SLAB_REST_BYTES_MIN ? rest : undefined;
    this.#used = 0;
  }

  #makeRoom(): Uint8Array {
    this.#seal();
    this.#slab = new Uint8Array(SLAB_BYTES);
    return this.#slab;
  }
}

/** A larger packet is a piece of its own. */
const PACKET_BYTES_COPIED_MAX = 4096;
const SLAB_BYTES = 65_536;
const SLAB_REST_BYTES_MIN = 4096;
/** Bytes from which messages wait in the queue, where they can still be withdrawn or expire. */
const WAITING_BYTES_MAX = 1_048_576;
