/**
 * Which positions of a queue hold a message that is not the last of its topic any more, in the order in which they came
 * to be so. The queue adds every position in order, from the oldest.
 */
export class SupersededMessages {
  readonly #lastByTopicName = new Map<string, number>();
  readonly #superseded: number[] = [];
  #next = 0;

  /** How many positions {@link take} has not given yet. Some may not be in the queue any more. */
  get length(): number {
    return this.#superseded.length - this.#next;
  }

  /** A message of this topic is about to be added: the one before is superseded. */
  supersede(topicName: string): void {
    const last = this.#lastByTopicName.get(topicName);
    if (last !== undefined) {
      this.#superseded.push(last);
      this.#lastByTopicName.delete(topicName);
    }
  }

  /** A message was added. */
  add(topicName: string, position: number): void {
    this.supersede(topicName);
    this.#lastByTopicName.set(topicName, position);
  }

  /** A message left the queue. */
  remove(topicName: string, position: number): void {
    if (this.#lastByTopicName.get(topicName) === position) {
      this.#lastByTopicName.delete(topicName);
    }
  }

  /** The position that was superseded first; undefined when there is none left. */
  take(): number | undefined {
    const position = this.#superseded[this.#next];
    if (position === undefined) {
      return undefined;
    }
    this.#next += 1;
    if (this.#next >= TRIM_MIN && this.#next * 2 > this.#superseded.length) {
      this.#superseded.splice(0, this.#next);
      this.#next = 0;
    }
    return position;
  }
}

/** Positions that were taken are removed from the list once there are so many, and more of them than others. */
const TRIM_MIN = 32;
