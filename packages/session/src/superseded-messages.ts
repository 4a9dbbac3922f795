/**
 * Which positions of a queue hold a message that is not the last of its topic any more, in the order in which they came
 * to be so. The queue adds every position in order, from the oldest. It does not say when a message leaves: a position
 * that is given may be empty by then.
 */
export class SupersededMessages {
  readonly #lastByTopicName = new Map<string, number>();
  readonly #superseded: number[] = [];
  #next = 0;

  /** How many entries it holds. At first one for each message; those of messages that left the queue since stay. */
  get size(): number {
    return this.#lastByTopicName.size + this.#superseded.length - this.#next;
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
