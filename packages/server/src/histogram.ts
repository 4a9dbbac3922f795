/** How often which values were seen, for metrics. */
export interface HistogramSnapshot {
  /** Ascending; values up to and including each, and above the one before, are in the count with the same index. */
  readonly bounds: readonly number[];
  /** One more than bounds: the last is of the values above all of them. */
  readonly counts: readonly number[];
  readonly count: number;
  readonly sum: number;
  readonly max: number;
}

/** Counts values in buckets. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #count = 0;
  #sum = 0;
  #max = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    let index = 0;
    while (index < this.#bounds.length && value > this.#bounds[index]!) index++;
    this.#counts[index]!++;
    this.#count++;
    this.#sum += value;
    this.#max = Math.max(this.#max, value);
  }

  snapshot(): HistogramSnapshot {
    return { bounds: this.#bounds, counts: [...this.#counts], count: this.#count, sum: this.#sum, max: this.#max };
  }
}

/** Milliseconds of a commit: from a disk with a battery to one that hangs. */
export const COMMIT_MS_BOUNDS: readonly number[] = Object.freeze([
  0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000,
]);

/** Entries of a batch. */
export const BATCH_ENTRIES_BOUNDS: readonly number[] = Object.freeze([
  1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000,
]);
