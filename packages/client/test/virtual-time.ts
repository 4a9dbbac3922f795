import type { Clock } from '../src/clock.ts';

/** Time that moves when a test says so, and turns that end when a test says so. */
export class VirtualTime implements Clock {
  #now = 1_000_000;
  #timers: { dueAt: number; readonly callback: () => void }[] = [];
  #turns: (() => void)[] = [];

  /** To be given to clients and servers. */
  readonly schedule = (callback: () => void): void => void this.#turns.push(callback);

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

  /** When the next timer is due; Infinity: there is none. */
  get nextTimer(): number {
    return Math.min(Infinity, ...this.#timers.map(({ dueAt }) => dueAt));
  }

  /** Whether a turn was begun. */
  get hasTurns(): boolean {
    return this.#turns.length > 0;
  }

  /** Ends every turn that was begun. @returns whether there was one */
  endTurns(): boolean {
    const turns = this.#turns;
    this.#turns = [];
    for (const end of turns) end();
    return turns.length > 0;
  }

  /** Sets the clock, without calling anything back: the machine slept, or somebody has set its clock. */
  jump(milliseconds: number): void {
    this.#now += milliseconds;
    // Timers count what has passed, not what the clock says: one that is set back does not hold them up.
    if (milliseconds < 0) {
      this.#timers = this.#timers.map((timer) => Object.assign(timer, { dueAt: timer.dueAt + milliseconds }));
    }
  }

  /** Lets time pass up to the next timer, but not beyond `end`, and calls back what is due. */
  advanceToTimer(end: number): void {
    this.#now = Math.max(this.#now, Math.min(end, this.nextTimer));
    for (const timer of this.#timers.filter(({ dueAt }) => dueAt <= this.#now)) {
      if (!this.#timers.includes(timer)) continue;
      this.clearTimeout(timer);
      timer.callback();
    }
  }
}

/** Numbers from 0 to below 1, always the same for a seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Lets promises that are settled be heard. */
export async function settlePromises(): Promise<void> {
  for (let round = 0; round < MICROTASK_ROUNDS; round += 1) await Promise.resolve();
}

/** More than any chain of awaits in the client is long. */
const MICROTASK_ROUNDS = 12;
