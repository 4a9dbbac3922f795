import { Client, type ClientOptions } from './client.ts';

/** Takes each of `messages` retained messages once, in any order. */
export class RetainedSubscriber extends Client {
  readonly #seen: Uint8Array;
  #received = 0;
  #duplicates = 0;

  constructor(options: ClientOptions, messages: number) {
    super(options);
    this.#seen = new Uint8Array(messages);
  }

  /** How many different ones have come. */
  get received(): number {
    return this.#received;
  }

  /** How many came that had come before, or that nobody stored. */
  get duplicates(): number {
    return this.#duplicates;
  }

  override handlePublish(_sender: number, sequence: number): void {
    if (this.#seen[sequence] === 0) {
      this.#seen[sequence] = 1;
      this.#received += 1;
    } else {
      this.#duplicates += 1;
    }
  }
}
