/**
 * The client's side of Keep Alive: PINGREQ when nothing else was sent [MQTT-3.1.2-20] [v3 MQTT-3.1.2-23], and when to
 * give up on a server that is silent after a PINGREQ. A Keep Alive of 0 turns it off.
 */
export class PingSchedule {
  readonly #intervalMs: number;
  readonly #responseTimeoutMs: number;
  #lastSentAt: number;
  /** When the wait for PINGRESP ends; undefined: no PINGREQ is unanswered. */
  #responseDeadline: number | undefined;

  /**
   * `keepAlive`: seconds, 0 to 65,535, the Server Keep Alive if there is one [MQTT-3.2.2-21]. `responseTimeoutMs`: how
   * long the server may be silent after PINGREQ; by default half the Keep Alive, as long as the server gives us.
   */
  constructor(keepAlive: number, now: number, responseTimeoutMs: number = keepAlive * 500) {
    // A little before the Keep Alive is over, since the interval must not exceed it and timers and networks are late.
    this.#intervalMs = keepAlive === 0 ? Infinity : keepAlive * 1000 - Math.min(1000, keepAlive * 250);
    this.#responseTimeoutMs = responseTimeoutMs;
    this.#lastSentAt = now;
  }

  /** When {@link check} is to be called next, in milliseconds; Infinity: never. */
  get deadline(): number {
    return this.#responseDeadline ?? this.#lastSentAt + this.#intervalMs;
  }

  /** A packet other than PINGREQ was sent. */
  handleSent(now: number): void {
    this.#lastSentAt = now;
  }

  /** Bytes arrived: a PINGRESP may be behind a large packet, so the wait for it starts again. */
  handleReceived(now: number): void {
    if (this.#responseDeadline !== undefined) {
      this.#responseDeadline = now + this.#responseTimeoutMs;
    }
  }

  /** PINGRESP arrived. */
  handlePingresp(): void {
    this.#responseDeadline = undefined;
  }

  /** What is due at `now`. After `sendPingreq` the caller sends PINGREQ; after `close` it closes the connection. */
  check(now: number): PingAction {
    if (this.#responseDeadline !== undefined) {
      return now >= this.#responseDeadline ? 'close' : 'none';
    }
    if (now < this.#lastSentAt + this.#intervalMs) {
      return 'none';
    }
    this.#lastSentAt = now;
    this.#responseDeadline = now + this.#responseTimeoutMs;
    return 'sendPingreq';
  }
}

/** What {@link PingSchedule.check} asks for. */
export type PingAction = 'none' | 'sendPingreq' | 'close';
