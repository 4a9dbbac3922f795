// Deadlines in O(1): a hierarchical timing wheel.
//
// Level 0 has 64 slots of 1 ms, level 1 has 64 slots of 64 ms, and so on: seven levels span 139 years, more than the
// longest Session Expiry Interval. A deadline sits in the level that its distance from `#current` needs. When
// `#current` reaches the first millisecond of a slot of a higher level, that slot is spread over the levels below; a
// slot of level 0 fires. So each deadline moves at most six times, whatever the number of others.
//
// In a level k the deadlines are 1 to 64 slots ahead of the current one. `#current` never jumps over the start of a
// slot that is in use, which is what keeps that true.

/** One deadline. Make it once for its subject and schedule it as often as needed. */
export class Deadline<T> {
  readonly subject: T;
  /** When it is due, in whole milliseconds; meaningless while not scheduled. */
  at = 0;
  /** @internal The slot it is in, -1: not scheduled. */
  slot = -1;
  /** @internal */
  next: Deadline<T> | undefined = undefined;
  /** @internal The first of a slot has the last one here, so that slots are first in first out. */
  previous: Deadline<T> | undefined = undefined;

  constructor(subject: T) {
    this.subject = subject;
  }

  get isScheduled(): boolean {
    return this.slot !== -1;
  }
}

/** Deadlines of any number, each scheduled, moved, cancelled and fired in constant time. It never fires early. */
export class TimerWheel<T> {
  readonly #slots: (Deadline<T> | undefined)[] = Array.from({ length: LEVELS * SLOTS }, () => undefined);
  readonly #levelSizes: number[] = Array.from({ length: LEVELS }, () => 0);
  #size = 0;
  // Everything due at or before this millisecond has fired.
  #current = 0;
  // At or before the next event; Infinity when nothing is scheduled.
  #next = Infinity;

  /** How many deadlines are scheduled. */
  get size(): number {
    return this.#size;
  }

  /** Schedules a deadline, or moves it if it is scheduled already. What is due already fires at the next advance. */
  schedule(deadline: Deadline<T>, at: number, now: number): void {
    this.cancel(deadline);
    // An empty wheel may turn freely; this keeps the distances short.
    if (this.#size === 0) this.#current = Math.max(this.#current, Math.floor(now));
    deadline.at = Math.max(Math.ceil(at), this.#current + 1);
    this.#insert(deadline);
    this.#size++;
  }

  /** Takes a deadline off the wheel; no harm if it is not on it. */
  cancel(deadline: Deadline<T>): void {
    if (deadline.slot === -1) return;
    this.#unlink(deadline);
    this.#size--;
    if (this.#size === 0) this.#next = Infinity;
  }

  /** Fires everything that is due at `now`, in the order of time, then of scheduling. `fire` may schedule and cancel. */
  advance(now: number, fire: (deadline: Deadline<T>) => void): void {
    const target = Math.floor(now);
    while (this.#next <= target) {
      const next = this.#nextEvent();
      this.#next = next;
      if (next > target) break;
      this.#current = next;
      this.#spread();
      this.#fireCurrent(fire);
      this.#next = this.#nextEvent();
    }
    if (target > this.#current) this.#current = target;
  }

  /** When {@link advance} has something to do next, or a little earlier; undefined: nothing is scheduled. */
  next(): number | undefined {
    return this.#size === 0 ? undefined : this.#next;
  }

  #insert(deadline: Deadline<T>): void {
    // Beyond the span of the wheel: as far as it goes, and once more from there when that slot is spread.
    const distance = Math.min(deadline.at - this.#current, SPAN - 1);
    let level = 0;
    while (distance >= SLOT_MS[level + 1]!) level++;
    const unit = SLOT_MS[level]!;
    const position = Math.floor((this.#current + distance) / unit);
    const slot = level * SLOTS + (position % SLOTS);
    const first = this.#slots[slot];
    deadline.slot = slot;
    if (first === undefined) {
      this.#slots[slot] = deadline;
      deadline.previous = deadline;
    } else {
      const last = first.previous!;
      last.next = deadline;
      deadline.previous = last;
      first.previous = deadline;
    }
    this.#levelSizes[level]!++;
    this.#next = Math.min(this.#next, position * unit);
  }

  #unlink(deadline: Deadline<T>): void {
    const { next, previous, slot } = deadline;
    const first = this.#slots[slot]!;
    if (deadline === first) this.#slots[slot] = next;
    else previous!.next = next;
    if (next !== undefined) next.previous = previous;
    else if (deadline !== first) first.previous = previous;
    this.#levelSizes[Math.floor(slot / SLOTS)]!--;
    deadline.slot = -1;
    deadline.next = undefined;
    deadline.previous = undefined;
  }

  /** The start of the first slot in use. */
  #nextEvent(): number {
    let next = Infinity;
    for (let level = 0; level < LEVELS; level++) {
      if (this.#levelSizes[level] === 0) continue;
      const unit = SLOT_MS[level]!;
      const position = Math.floor(this.#current / unit);
      for (let ahead = 1; ahead <= SLOTS; ahead++) {
        if (this.#slots[level * SLOTS + ((position + ahead) % SLOTS)] === undefined) continue;
        next = Math.min(next, (position + ahead) * unit);
        break;
      }
    }
    return next;
  }

  /** Moves the deadlines of each higher slot that begins at this millisecond to the levels below. */
  #spread(): void {
    for (let level = LEVELS - 1; level > 0; level--) {
      const unit = SLOT_MS[level]!;
      if (this.#current % unit !== 0) continue;
      const slot = level * SLOTS + ((this.#current / unit) % SLOTS);
      let deadline = this.#slots[slot];
      while (deadline !== undefined) {
        const { next } = deadline;
        this.#unlink(deadline);
        this.#insert(deadline);
        deadline = next;
      }
    }
  }

  #fireCurrent(fire: (deadline: Deadline<T>) => void): void {
    const slot = this.#current % SLOTS;
    // One at a time from the front: `fire` may cancel any other. What it schedules is due later, so this ends; it may be
    // in this very slot, once round, if the wheel was empty and has turned on to the present.
    for (
      let deadline = this.#slots[slot];
      deadline !== undefined && deadline.at <= this.#current;
      deadline = this.#slots[slot]
    ) {
      this.#unlink(deadline);
      this.#size--;
      fire(deadline);
    }
    if (this.#size === 0) this.#next = Infinity;
  }
}

const LEVELS = 7;
const SLOTS = 64;
/** Milliseconds of a slot, by level; the last one is the span of the whole wheel. */
const SLOT_MS: readonly number[] = Array.from({ length: LEVELS + 1 }, (_, level) => SLOTS ** level);
const SPAN: number = SLOT_MS[LEVELS]!;
