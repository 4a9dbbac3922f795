import type { TargetClock } from '../src/index.ts';

/** What stands still until it is told to go on: everything between clients and broker, and the broker's deadlines. */
export interface VirtualWorld {
  /** Moves bytes until nothing is left to move. */
  settle(): void;
  /** When the broker wants to be called next. */
  nextTimeout(): number | undefined;
  /** Does what is due. */
  handleTimeout(now: number): void;
}

/** Time that jumps from deadline to deadline, so that an hour costs nothing and no run differs from another. */
export class VirtualClock implements TargetClock {
  readonly answerTimeoutMs = 500;
  readonly #world: VirtualWorld;
  #now = 1_000_000;

  constructor(world: VirtualWorld) {
    this.#world = world;
  }

  now(): number {
    return this.#now;
  }

  notify(): void {
    // Conditions are looked at after every step anyway.
  }

  until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    return Promise.resolve(this.#advance(this.#now + timeoutMs, condition));
  }

  pass(ms: number): Promise<void> {
    this.#advance(this.#now + ms, () => false);
    return Promise.resolve();
  }

  #advance(deadline: number, condition: () => boolean): boolean {
    for (;;) {
      this.#world.settle();
      if (condition()) return true;
      const next = this.#world.nextTimeout();
      if (next === undefined || next > deadline) {
        this.#now = deadline;
        return false;
      }
      this.#now = Math.max(this.#now, next);
      this.#world.handleTimeout(this.#now);
    }
  }
}
