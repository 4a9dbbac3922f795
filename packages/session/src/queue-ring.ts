/**
 * A first-in first-out ring whose values have ascending positions, and from whose middle values can be taken out. Empty
 * it holds no memory; otherwise one reference a value, holes counted. `undefined` cannot be a value.
 *
 * Every step is O(1), spread over the steps before it. Holes stay until {@link compact}.
 */
export class QueueRing<T extends object> {
  /** The length is a power of two; the value at position `p` is in slot `p` modulo the length. */
  #slots: (T | undefined)[] | undefined;
  #length = 0;
  #head = 0;
  #tail = 0;

  /** How many values there are. */
  get length(): number {
    return this.#length;
  }

  /** How many slots lie between the oldest and the newest value, both and the holes among them counted. */
  get span(): number {
    return this.#tail - this.#head;
  }

  /** The position of the oldest value; that of the next value if there is none. */
  get head(): number {
    return this.#head;
  }

  /** The position that the next value gets. */
  get tail(): number {
    return this.#tail;
  }

  /** The value at a position; undefined if it was taken out or never there. */
  at(position: number): T | undefined {
    if (this.#slots === undefined || position < this.#head || position >= this.#tail) {
      return undefined;
    }
    return this.#slots[position & (this.#slots.length - 1)];
  }

  /** Adds a value at the end. */
  push(value: T): void {
    if (this.#slots === undefined || this.span === this.#slots.length) {
      this.#resize(Math.max(SLOTS_MIN, this.span * 2));
    }
    const slots = this.#slots ?? [];
    slots[this.#tail & (slots.length - 1)] = value;
    this.#tail += 1;
    this.#length += 1;
  }

  /** Takes out the value at a position and returns it; undefined if there is none. */
  remove(position: number): T | undefined {
    const value = this.at(position);
    const slots = this.#slots;
    if (value === undefined || slots === undefined) {
      return undefined;
    }
    slots[position & (slots.length - 1)] = undefined;
    this.#length -= 1;
    if (this.#length === 0) {
      this.#slots = undefined;
      this.#head = this.#tail;
      return value;
    }
    while (slots[this.#head & (slots.length - 1)] === undefined) {
      this.#head += 1;
    }
    // A quarter, not a half, so that a ring at the border is not resized again and again.
    if (slots.length > SLOTS_MIN && this.span <= slots.length / 4) {
      this.#resize(slots.length / 2);
    }
    return value;
  }

  /** Closes the holes. The order stays, positions do not. */
  compact(): void {
    const values = [...this.values()];
    this.#slots = undefined;
    this.#head = 0;
    this.#tail = 0;
    this.#length = 0;
    for (const value of values) {
      this.push(value);
    }
  }

  /** The values, oldest first. */
  *values(): Generator<T, undefined> {
    for (let position = this.#head; position < this.#tail; position += 1) {
      const value = this.at(position);
      if (value !== undefined) {
        yield value;
      }
    }
    return undefined;
  }

  #resize(capacity: number): void {
    const slots: (T | undefined)[] = Array.from({ length: capacity });
    for (let position = this.#head; position < this.#tail; position += 1) {
      slots[position & (capacity - 1)] = this.at(position);
    }
    this.#slots = slots;
  }
}

/** Slots of the smallest ring, a power of two. */
const SLOTS_MIN = 8;
