/**
 * The memory that output is gathered in. A slab belongs to a connection from its first packet of a turn until its bytes
 * have left; an idle connection has none. Sizes are powers of two, so that ten thousand connections that get a hundred
 * bytes each do not need ten thousand large buffers.
 */
export class SlabPool {
  /** One stack for each size from `SLAB_BYTES_MIN` on. */
  readonly #free: Uint8Array[][] = [];
  readonly #pooledBytesMax: number;
  /** Bytes that wait to be used again. */
  pooledBytes = 0;
  /** Bytes that are with connections. */
  usedBytes = 0;

  constructor(pooledBytesMax: number) {
    this.#pooledBytesMax = pooledBytesMax;
    for (let bytes = SLAB_BYTES_MIN; bytes <= SLAB_BYTES_MAX; bytes *= 2) this.#free.push([]);
  }

  /** A slab of at least so many bytes, `SLAB_BYTES_MAX` at most unless more are asked for. Its content is arbitrary. */
  take(bytes: number): Uint8Array {
    const size = sizeClass(bytes);
    const slab = this.#free[size]?.pop();
    if (slab !== undefined) {
      this.pooledBytes -= slab.length;
      this.usedBytes += slab.length;
      return slab;
    }
    const made = new Uint8Array(size < this.#free.length ? SLAB_BYTES_MIN << size : bytes);
    this.usedBytes += made.length;
    return made;
  }

  /** The bytes have left: the slab may be used again. */
  give(slab: Uint8Array): void {
    this.forget(slab);
    const stack = this.#free[sizeClass(slab.length)];
    if (stack === undefined || this.pooledBytes + slab.length > this.#pooledBytesMax) return;
    this.pooledBytes += slab.length;
    stack.push(slab);
  }

  /** The transport still needs the bytes: it keeps the slab, and the collector takes it afterwards. */
  forget(slab: Uint8Array): void {
    this.usedBytes -= slab.length;
  }
}

function sizeClass(bytes: number): number {
  return bytes <= SLAB_BYTES_MIN ? 0 : 32 - Math.clz32((bytes - 1) >>> SLAB_BYTES_MIN_LOG2);
}

/** A few acknowledgements or one small message. */
const SLAB_BYTES_MIN = 1024;
const SLAB_BYTES_MIN_LOG2 = 10;
/** As much as is read from a socket at a time. */
export const SLAB_BYTES_MAX = 262_144;
