import type { Stamp } from './message-stamp.ts';

/** Finds out from stamps which messages are missing and which came twice, for each sender. */
export class SequenceCheck {
  readonly #senders = new Map<string, { next: number; missing: number }>();
  /** Messages that came again or after a later one. */
  repeated = 0;

  /** Takes a stamp in. */
  add({ run, client, number }: Stamp): void {
    const key = `${run}/${client}`;
    const sender = this.#senders.get(key);
    if (sender === undefined) {
      // Who subscribes later has missed nothing.
      this.#senders.set(key, { next: number + 1, missing: 0 });
    } else if (number >= sender.next) {
      sender.missing += number - sender.next;
      sender.next = number + 1;
    } else if (sender.missing > 0) {
      // A late one that was counted as missing, most likely.
      sender.missing -= 1;
    } else {
      this.repeated += 1;
    }
  }

  /** Messages that never came although later ones of the same sender did. */
  get missing(): number {
    let sum = 0;
    for (const { missing } of this.#senders.values()) sum += missing;
    return sum;
  }
}
