/**
 * Memory for received packets that are kept for a while: each is copied behind the one before it.
 *
 * A buffer of its own for each would be allocated outside V8's heap from 65 bytes on, which costs more than all the rest of
 * a delivery. The price is that a copy which stays keeps its chunk of {@link CHUNK_BYTES}; what is kept for long (queued,
 * retained) is therefore copied out again by whoever keeps it.
 */
export class FrameArena {
  #chunk: Uint8Array = new Uint8Array(0);
  #used = 0;

  /** A copy of these bytes. */
  copy(bytes: Uint8Array): Uint8Array {
    const { length } = bytes;
    if (length > FRAME_BYTES_MAX) return new Uint8Array(bytes);
    if (this.#chunk.length - this.#used < length) {
      this.#chunk = new Uint8Array(CHUNK_BYTES);
      this.#used = 0;
    }
    const copy = new Uint8Array(this.#chunk.buffer, this.#used, length);
    copy.set(bytes);
    this.#used += length;
    return copy;
  }
}

const CHUNK_BYTES = 16_384;
/** Larger ones are worth an allocation of their own. */
const FRAME_BYTES_MAX = 2048;
