import type { Clock } from './clock.ts';

/** The one timer of a client. */
export class DeadlineTimer {
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #callback: () => void;
  #timer: unknown;
  #dueAt = Infinity;

  constructor(clock: Clock, now: () => number, callback: () => void) {
    this.#clock = clock;
    this.#now = now;
    this.#callback = callback;
  }

  /**
   * Calls back at `dueAt` or before. One that comes too early only looks and is armed again: cheaper than a new timer for
   * every packet that moves a deadline.
   */
  arm(dueAt: number): void {
    if (dueAt >= this.#dueAt) return;
    this.stop();
    this.#dueAt = dueAt;
    this.#timer = this.#clock.setTimeout(
      () => {
        this.#timer = undefined;
        this.#dueAt = Infinity;
        this.#callback();
      },
      Math.min(Math.max(dueAt - this.#now(), 0), TIMER_MS_MAX),
    );
  }

  /** Does not call back. */
  stop(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dueAt = Infinity;
  }
}

/** What every platform's timer can count. */
const TIMER_MS_MAX = 2 ** 30;
