import type { TopicFilter } from './topic-filter.ts';

/** The entries of one filter by their keys. The first one is held without a Map, since most filters have no second. */
export class Subscribers<S> {
  readonly #filter: TopicFilter;
  #key: string | undefined;
  #value: S | undefined;
  #others: Map<string, S> | undefined;

  constructor(filter: TopicFilter) {
    this.#filter = filter;
  }

  get isEmpty(): boolean {
    return this.#key === undefined && this.#others === undefined;
  }

  /** The value of an entry. */
  get(key: string): S | undefined {
    return this.#key === key ? this.#value : this.#others?.get(key);
  }

  /** Adds or replaces an entry; returns the value that was replaced. */
  insert(key: string, value: S): S | undefined {
    const others = this.#others;
    if (others !== undefined) {
      const previous = others.get(key);
      if (previous !== undefined) {
        others.set(key, value);
        return previous;
      }
    }
    if (this.#key === undefined || this.#key === key) {
      const previous = this.#value;
      this.#key = key;
      this.#value = value;
      return previous;
    }
    if (others === undefined) this.#others = new Map([[key, value]]);
    else others.set(key, value);
    return undefined;
  }

  /** Removes an entry; returns its value. */
  remove(key: string): S | undefined {
    if (this.#key === key) {
      const previous = this.#value;
      this.#key = undefined;
      this.#value = undefined;
      return previous;
    }
    const others = this.#others;
    const previous = others?.get(key);
    if (others === undefined || previous === undefined) return undefined;
    others.delete(key);
    if (others.size === 0) this.#others = undefined;
    return previous;
  }

  /**
   * Visits every entry. The visitor may insert and remove: what is removed before its turn is not visited, what is inserted
   * may or may not be, and the visit ends in any case, since no more entries are visited than there were at its beginning.
   */
  visit(visit: (value: S, key: string, filter: TopicFilter) => void): void {
    const others = this.#others;
    let left = others === undefined ? 0 : others.size;
    if (this.#key !== undefined && this.#value !== undefined) visit(this.#value, this.#key, this.#filter);
    if (others === undefined || left === 0) return;
    for (const [key, value] of others) {
      visit(value, key, this.#filter);
      if (--left === 0) return;
    }
  }
}
