/** What a table holds: an entry is in one table at a time, whose links it carries. */
export interface InflightEntry<E> {
  readonly packetIdentifier: number;
  /** The next entry that was added after this one. */
  next: E | undefined;
  previous: E | undefined;
  /** The next entry in the same slot. */
  chained: E | undefined;
}

/**
 * The exchanges under way by Packet Identifier, in the order in which they were added. Every step is O(1).
 *
 * A Map would do, but for V8's garbage collector: a Map that many entries pass through makes a new table every so often, and
 * the old one, once it is old enough, keeps the new one alive with everything in it until the next full collection. With
 * ten busy sessions each collection of young objects then copied 100 MB of dead ones instead of nothing. Packet
 * Identifiers in flight lie close together, so a slot by the low bits is nearly always free.
 */
export class InflightTable<E extends InflightEntry<E>> {
  /** The length is a power of two; undefined while there is nothing. */
  #slots: (E | undefined)[] | undefined;
  #size = 0;
  #first: E | undefined;
  #last: E | undefined;

  get size(): number {
    return this.#size;
  }

  /** The entry that was added first. */
  get first(): E | undefined {
    return this.#first;
  }

  get(packetIdentifier: number): E | undefined {
    const slots = this.#slots;
    if (slots === undefined) return undefined;
    let entry = slots[packetIdentifier & (slots.length - 1)];
    while (entry !== undefined && entry.packetIdentifier !== packetIdentifier) entry = entry.chained;
    return entry;
  }

  /** Adds an entry whose identifier is not there. */
  add(entry: E): void {
    this.#size += 1;
    if (this.#slots === undefined || this.#size > this.#slots.length) this.#grow();
    this.#chain(entry);
    entry.previous = this.#last;
    if (this.#last === undefined) this.#first = entry;
    else this.#last.next = entry;
    this.#last = entry;
  }

  /** Takes out an entry that is there. Its links are cleared, so that it keeps nothing else in memory. */
  remove(entry: E): void {
    const slots = this.#slots;
    if (slots === undefined) return;
    this.#size -= 1;
    const slot = entry.packetIdentifier & (slots.length - 1);
    let before = slots[slot];
    if (before === entry) slots[slot] = entry.chained;
    else {
      while (before !== undefined && before.chained !== entry) before = before.chained;
      if (before !== undefined) before.chained = entry.chained;
    }
    const { previous, next } = entry;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    entry.next = entry.previous = entry.chained = undefined;
    // What a burst has needed is given back; a few slots are kept for the next message.
    if (this.#size === 0 && slots.length > SLOTS_KEPT) this.#slots = undefined;
  }

  /** The entries in the order in which they were added. Meanwhile only the one that was given last may be taken out. */
  *values(): Generator<E, undefined> {
    let entry = this.#first;
    while (entry !== undefined) {
      const { next }: E = entry;
      yield entry;
      entry = next;
    }
    return undefined;
  }

  #chain(entry: E): void {
    const slots = this.#slots ?? [];
    const slot = entry.packetIdentifier & (slots.length - 1);
    entry.chained = slots[slot];
    slots[slot] = entry;
  }

  #grow(): void {
    const length = this.#slots === undefined ? SLOTS_MIN : this.#slots.length * 2;
    this.#slots = Array.from({ length }, () => undefined);
    for (let entry = this.#first; entry !== undefined; entry = entry.next) this.#chain(entry);
  }
}

/** A power of two. */
const SLOTS_MIN = 8;
const SLOTS_KEPT = 512;
