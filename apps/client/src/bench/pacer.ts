/** How many messages are due: a rate that is reached at once or along a ramp. */
export class Pacer {
  readonly #rate: number;
  readonly #rampSeconds: number;

  /**
   * @param rate - messages a second; infinite: as fast as they are taken.
   * @param rampSeconds - how long the rate rises from 0.
   */
  constructor(rate: number, rampSeconds: number) {
    this.#rate = rate;
    this.#rampSeconds = rampSeconds;
  }

  /** How many have been due after so many seconds from the start. */
  due(seconds: number): number {
    if (this.#rate === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    const ramp = Math.min(seconds, this.#rampSeconds);
    // The area under a straight line from 0 to the rate, and of the rectangle behind it.
    const risen = this.#rampSeconds === 0 ? 0 : (this.#rate * ramp * ramp) / (2 * this.#rampSeconds);
    return Math.floor(risen + this.#rate * (seconds - ramp));
  }
}
