/**
 * Counts values in buckets whose width grows with the value: exact below 128, within 1/64 above. Recording is two shifts
 * and an increment, so that it can be done for every message.
 */
export class Histogram {
  readonly #counts: Float64Array = new Float64Array(BUCKETS);
  #total = 0;
  #maximum = 0;

  /** How many values were recorded. */
  get total(): number {
    return this.#total;
  }

  /** The largest value recorded, exactly; 0 when there is none. */
  get maximum(): number {
    return this.#maximum;
  }

  /** Counts a value: an integer from 0 to 2^31 - 1; others are moved to the nearest of these. */
  record(value: number): void {
    const clamped = value < 0 ? 0 : value > VALUE_MAX ? VALUE_MAX : value | 0;
    const bucket = bucketOf(clamped);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
    if (clamped > this.#maximum) this.#maximum = clamped;
  }

  /**
   * The value that `share` (0 to 1) of those recorded do not exceed: the upper end of the bucket it falls into, never more
   * than the maximum; 0 when nothing was recorded.
   */
  percentile(share: number): number {
    const wanted = Math.max(1, Math.ceil(this.#total * share));
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= wanted) return Math.min(upperEndOf(bucket), this.#maximum);
    }
    return this.#maximum;
  }

  /** Forgets everything recorded. */
  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
    this.#maximum = 0;
  }
}

/** Values below 2^(SUB_BITS + 1) have a bucket each; every doubling above has 2^SUB_BITS buckets. */
function bucketOf(value: number): number {
  const shift = Math.max(0, 31 - Math.clz32(value) - SUB_BITS);
  return (shift << SUB_BITS) + (value >>> shift);
}

function upperEndOf(bucket: number): number {
  const shift = Math.max(0, (bucket >>> SUB_BITS) - 1);
  const first = bucket - (shift << SUB_BITS);
  return (first + 1) * 2 ** shift - 1;
}

const SUB_BITS = 6;
const VALUE_MAX = 0x7fffffff;
const BUCKETS = bucketOf(VALUE_MAX) + 1;
