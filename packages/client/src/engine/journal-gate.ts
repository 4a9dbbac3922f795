import type { SessionEntry } from './session-entry.ts';

/**
 * Holds back what promises ownership until the store has it. Entries get rising sequence numbers; a step that waits runs
 * when its number is durable, in the order in which the steps came. Without a store everything runs at once.
 */
export class JournalGate {
  readonly #append: ((entry: SessionEntry) => void) | undefined;
  #waiting: { readonly sequence: number; readonly step: (now: number) => void }[] = [];
  #sequence = 0;
  #durable = 0;

  /** `append` gives an entry to the store; undefined: there is none. */
  constructor(append: ((entry: SessionEntry) => void) | undefined) {
    this.#append = append;
  }

  /** Whether there is a store. */
  get isStoring(): boolean {
    return this.#append !== undefined;
  }

  /** Appends an entry. */
  append(entry: SessionEntry): void {
    if (this.#append === undefined) return;
    this.#sequence += 1;
    this.#append(entry);
  }

  /** Runs a step when everything that was appended so far is durable. */
  whenStored(step: (now: number) => void, now: number): void {
    if (this.#durable === this.#sequence && this.#waiting.length === 0) step(now);
    else this.#waiting.push({ sequence: this.#sequence, step });
  }

  /** So many more entries are durable. */
  handleStored(count: number, now: number): void {
    this.#durable += count;
    let ready = 0;
    while ((this.#waiting[ready]?.sequence ?? Infinity) <= this.#durable) ready += 1;
    for (const { step } of this.#waiting.splice(0, ready)) step(now);
  }
}
