import type { TargetClock } from './target.ts';

/** Real time, for brokers behind a socket. */
export class WallClock implements TargetClock {
  readonly answerTimeoutMs: number;
  readonly #waiting = new Set<() => void>();

  /**
   * @param roundTripMs - a measured round trip; answers get a generous multiple of it.
   * @param answerTimeoutMinMs - but at least this; 1,500 unless given.
   */
  constructor(roundTripMs: number, answerTimeoutMinMs: number = ANSWER_TIMEOUT_MIN_MS) {
    this.answerTimeoutMs = Math.max(answerTimeoutMinMs, roundTripMs * ROUND_TRIPS_FOR_AN_ANSWER);
  }

  now(): number {
    return performance.now();
  }

  notify(): void {
    for (const look of this.#waiting) look();
  }

  async until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    if (condition()) return true;
    return await new Promise((resolve) => {
      const finish = (holds: boolean): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(holds);
      };
      const look = (): void => {
        if (condition()) finish(true);
      };
      const timer = setTimeout(() => finish(condition()), timeoutMs);
      this.#waiting.add(look);
    });
  }

  async pass(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, ms);
    });
  }
}

/** A program that is busy with something else still answers within this. */
const ANSWER_TIMEOUT_MIN_MS = 1500;
const ROUND_TRIPS_FOR_AN_ANSWER = 50;
