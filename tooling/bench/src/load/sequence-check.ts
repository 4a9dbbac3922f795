/**
 * Checks what one receiver gets: from each sender the numbers 0, 1, 2, … once each and in this order. Looking at a
 * message that comes as it should is one comparison; gaps are remembered, so that a message that comes late is told from
 * one that comes twice.
 */
export class SequenceCheck {
  readonly #next: Float64Array;
  /** Where the numbers of a sender need not follow each other, as for a member of a shared subscription. */
  readonly #gapsAllowed: boolean;
  #missing: Map<number, Set<number>> | undefined;
  #duplicates = 0;
  #outOfOrder = 0;
  #skipped = 0;

  constructor(senders: number, options: { readonly gapsAllowed: boolean }) {
    this.#next = new Float64Array(senders);
    this.#gapsAllowed = options.gapsAllowed;
  }

  /** Messages that came more than once. Where gaps are allowed this is 0: only all members together can tell. */
  get duplicates(): number {
    return this.#duplicates;
  }

  /** Messages that came after one with a higher number. */
  get outOfOrder(): number {
    return this.#outOfOrder;
  }

  /** Numbers that have not come although a higher one has; 0 where gaps are allowed. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Notes that a message has come; false when it had come before. */
  accept(sender: number, sequence: number): boolean {
    const expected = this.#next[sender] ?? 0;
    if (sequence === expected) {
      this.#next[sender] = expected + 1;
      return true;
    }
    return sequence > expected ? this.#acceptAhead(sender, sequence, expected) : this.#acceptBehind(sender, sequence);
  }

  #acceptAhead(sender: number, sequence: number, expected: number): boolean {
    this.#next[sender] = sequence + 1;
    if (this.#gapsAllowed) return true;
    this.#missing ??= new Map();
    const missing = this.#missing.get(sender) ?? new Set();
    this.#missing.set(sender, missing);
    for (let number = expected; number < sequence; number++) missing.add(number);
    this.#skipped += sequence - expected;
    return true;
  }

  #acceptBehind(sender: number, sequence: number): boolean {
    if (this.#gapsAllowed) {
      this.#outOfOrder += 1;
      return true;
    }
    if (this.#missing?.get(sender)?.delete(sequence) === true) {
      this.#skipped -= 1;
      this.#outOfOrder += 1;
      return true;
    }
    this.#duplicates += 1;
    return false;
  }
}
