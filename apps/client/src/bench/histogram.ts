/** Percentiles of a {@link Histogram}, in milliseconds. */
export interface Percentiles {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/**
 * Durations in buckets whose width grows with them: exact to 1.6 % from a microsecond to a day, in some kilobytes, whatever
 * their number.
 */
export class Histogram {
  readonly #counts: Float64Array = new Float64Array(OCTAVES * STEPS);
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  /** How many were recorded. */
  get count(): number {
    return this.#count;
  }

  /** Records a duration in milliseconds; a negative one, of clocks that disagree, counts as none. */
  record(milliseconds: number): void {
    const value = Math.max(0, milliseconds);
    const index = bucketOf(value);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#count += 1;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /** Takes over what another has recorded. */
  add(other: Histogram): void {
    other.#counts.forEach((count, index) => {
      this.#counts[index] = (this.#counts[index] ?? 0) + count;
    });
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /** Forgets everything. */
  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#sum = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = 0;
  }

  /** The duration in milliseconds that a share of all does not exceed; 0 when there are none. */
  percentile(share: number): number {
    const rank = Math.ceil(share * this.#count);
    let seen = 0;
    for (let index = 0; index < this.#counts.length; index++) {
      seen += this.#counts[index] ?? 0;
      if (seen >= rank && seen > 0) return Math.min(upperBound(index), this.#max);
    }
    return this.#max;
  }

  /** All of them at once; undefined when nothing was recorded. */
  percentiles(): Percentiles | undefined {
    if (this.#count === 0) return undefined;
    return {
      count: this.#count,
      min: this.#min,
      mean: this.#sum / this.#count,
      p50: this.percentile(0.5),
      p90: this.percentile(0.9),
      p99: this.percentile(0.99),
      p999: this.percentile(0.999),
      max: this.#max,
    };
  }

  /** How many fell into each of the given ranges, which end at these milliseconds; the last range has no end. */
  ranges(ends: readonly number[]): readonly number[] {
    const counts = Array.from({ length: ends.length + 1 }, () => 0);
    this.#counts.forEach((count, index) => {
      const place = ends.findIndex((end) => upperBound(index) <= end);
      const range = place === -1 ? ends.length : place;
      counts[range] = (counts[range] ?? 0) + count;
    });
    return counts;
  }
}

function bucketOf(milliseconds: number): number {
  const microseconds = Math.floor(milliseconds * 1000);
  if (microseconds < STEPS) return microseconds;
  const octave = Math.floor(Math.log2(microseconds)) - STEP_BITS + 1;
  const step = Math.floor(microseconds / 2 ** octave) - STEPS / 2;
  return Math.min(STEPS + (octave - 1) * (STEPS / 2) + step, OCTAVES * STEPS - 1);
}

function upperBound(index: number): number {
  if (index < STEPS) return (index + 1) / 1000;
  const octave = Math.floor((index - STEPS) / (STEPS / 2)) + 1;
  const step = ((index - STEPS) % (STEPS / 2)) + STEPS / 2;
  return ((step + 1) * 2 ** octave) / 1000;
}

const STEP_BITS = 7;
const STEPS: number = 2 ** STEP_BITS;
const OCTAVES = 20;
