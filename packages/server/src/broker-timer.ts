import type { Clock } from './clock.ts';

/**
 * One timer for all deadlines of the broker. A deadline that moves away, as keep alive does with every packet, costs
 * nothing: the timer fires early, and is set again.
 */
export class BrokerTimer {
  readonly #clock: Clock;
  readonly #fire: () => void;
  #timer: unknown;
  #armedFor = Number.POSITIVE_INFINITY;

  /** @param fire - called when the time has come, or a little before; it leads to another `arm`. */
  constructor(clock: Clock, fire: () => void) {
    this.#clock = clock;
    this.#fire = fire;
  }

  /** @param dueAt - in milliseconds of the clock; undefined: nothing is due. */
  arm(dueAt: number | undefined): void {
    if (dueAt === undefined || dueAt >= this.#armedFor) return;
    this.#clock.clearTimeout(this.#timer);
    this.#armedFor = dueAt;
    // At least 1 ms: platforms fire a little early, and would otherwise be asked again without a pause.
    const delayMs = Math.min(Math.max(1, Math.ceil(dueAt - this.#clock.now())), DELAY_MS_MAX);
    this.#timer = this.#clock.setTimeout(() => {
      this.#armedFor = Number.POSITIVE_INFINITY;
      this.#fire();
    }, delayMs);
  }

  /** Fires no more until `arm`. */
  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#armedFor = Number.POSITIVE_INFINITY;
  }
}

/** Twelve days; platforms take a little more than twice as much. */
const DELAY_MS_MAX = 2 ** 30;
