import type { Clock } from '../src/clock.ts';

/** Time that moves when a test says so. */
export class VirtualClock implements Clock {
  #now: number;
  #timers: { readonly dueAt: number; readonly callback: () => void }[] = [];

  constructor(now: number = 1_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, delayMs: number): unknown {
    const timer = { dueAt: this.#now + delayMs, callback };
    this.#timers.push(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.#timers = this.#timers.filter((other) => other !== timer);
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Lets time pass, calling what becomes due at its own moment. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = this.#timers.toSorted((left, right) => left.dueAt - right.dueAt)[0];
      if (next === undefined || next.dueAt > end) break;
      this.clearTimeout(next);
      this.#now = Math.max(this.#now, next.dueAt);
      next.callback();
    }
    this.#now = end;
  }
}
