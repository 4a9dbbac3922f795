/** How the next attempt to connect is timed. */
export interface ReconnectOptions {
  /** Milliseconds that the first delay may take, above 0. */
  readonly initialMs: number;
  /** Milliseconds that any delay may take. */
  readonly maximumMs: number;
  /** Milliseconds after which a connection counts as stable: the delays begin anew. */
  readonly stableMs: number;
}

/**
 * When to try again and where: every server in turn, then a pause. The pause is drawn evenly from 0 to a bound that
 * doubles with each round ("full jitter"), so that clients that lost the same server do not come back together.
 */
export class ReconnectSchedule {
  readonly #options: ReconnectOptions;
  readonly #serverCount: number;
  readonly #random: () => number;
  #server = 0;
  /** Servers that failed in this round. */
  #failed = 0;
  #rounds = 0;
  #attempts = 0;

  /** `random` gives numbers from 0 (included) to 1 (excluded). */
  constructor(options: ReconnectOptions, serverCount: number, random: () => number) {
    this.#options = options;
    this.#serverCount = serverCount;
    this.#random = random;
  }

  /** Which server is next, from 0. */
  get server(): number {
    return this.#server;
  }

  /** How many attempts failed since the last stable connection. */
  get attempts(): number {
    return this.#attempts;
  }

  /** How many times all servers have failed since. */
  get rounds(): number {
    return this.#rounds;
  }

  /** An attempt failed. Returns the milliseconds until the next. */
  handleFailure(): number {
    this.#attempts += 1;
    this.#failed += 1;
    this.#server = (this.#server + 1) % this.#serverCount;
    if (this.#failed < this.#serverCount) return 0;
    this.#failed = 0;
    return this.#pause();
  }

  /** A connection ended that lasted for `durationMs`. Returns the milliseconds until the next attempt, at the same server. */
  handleLoss(durationMs: number): number {
    if (durationMs >= this.#options.stableMs) {
      this.#attempts = 0;
      this.#rounds = 0;
    }
    this.#failed = 0;
    this.#attempts += 1;
    return this.#pause();
  }

  #pause(): number {
    const { initialMs, maximumMs } = this.#options;
    const bound = Math.min(maximumMs, initialMs * 2 ** Math.min(this.#rounds, EXPONENT_MAX));
    this.#rounds += 1;
    return Math.floor(this.#random() * bound);
  }
}

/** Beyond this the bound is larger than any maximum. */
const EXPONENT_MAX = 30;
