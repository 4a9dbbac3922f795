/**
 * The server's watch over a client's Keep Alive (section 3.1.2.10): the connection ends when nothing is received for one
 * and a half times the Keep Alive [MQTT-3.1.2-22] [v3 MQTT-3.1.2-24]. A Keep Alive of 0 turns it off.
 */
export class KeepAliveWatch {
  readonly #timeoutMs: number;
  #lastReceivedAt: number;

  /** `keepAlive`: seconds, 0 to 65,535, the Server Keep Alive if there is one [MQTT-3.1.2-21]. `now`: milliseconds. */
  constructor(keepAlive: number, now: number) {
    this.#timeoutMs = keepAliveTimeoutMs(keepAlive);
    this.#lastReceivedAt = now;
  }

  /** When the connection is to be closed if nothing is received before, in milliseconds; Infinity: never. */
  get deadline(): number {
    return this.#lastReceivedAt + this.#timeoutMs;
  }

  /** A packet arrived. */
  handleReceived(now: number): void {
    this.#lastReceivedAt = now;
  }

  /** Whether the connection is to be closed now, as if the network had failed. */
  isExpired(now: number): boolean {
    return now >= this.deadline;
  }
}

/** Milliseconds of silence after which a server closes: one and a half times `keepAlive` (seconds); Infinity for 0. */
export function keepAliveTimeoutMs(keepAlive: number): number {
  return keepAlive === 0 ? Infinity : keepAlive * 1500;
}
