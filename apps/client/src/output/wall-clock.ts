import type { Instant } from './printed-message.ts';

/** The clock of the system, finer than a millisecond: it runs on steadily and follows when the system's is set. */
export class WallClock {
  #anchor: number = performance.timeOrigin;

  /** Now. */
  now(): Instant {
    const elapsed = performance.now();
    const system = Date.now();
    if (Math.abs(this.#anchor + elapsed - system) > DRIFT_MS) this.#anchor = system - elapsed;
    const milliseconds = this.#anchor + elapsed;
    const date = new Date(Math.floor(milliseconds));
    const nanoseconds = Math.floor((milliseconds - Math.floor(milliseconds / 1000) * 1000) * 1000) * 1000;
    return { date, nanoseconds };
  }
}

/** Larger than the grain of the system's clock, smaller than anybody notices. */
const DRIFT_MS = 3;
