import type { TopicFilter } from './topic-filter.ts';
import { topicMatchesFilter } from './topic-matches-filter.ts';
import type { TopicName } from './topic-name.ts';

/** Subscriptions by Topic Filter and subscriber, matched by Topic Name. */
export class SubscriptionTree<S extends object | string | number | bigint | boolean | symbol> {
  readonly #filters = new Map<TopicFilter, Map<string, S>>();
  #size = 0;

  /** How many entries there are: pairs of a filter and a key. */
  get size(): number {
    return this.#size;
  }

  /** How many different filters there are. */
  get filterCount(): number {
    return this.#filters.size;
  }

  /** Whether there is no entry. */
  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Adds or replaces the entry of a filter and a key. Returns the value that was replaced; undefined means that the entry is new. */
  insert(filter: TopicFilter, key: string, value: S): S | undefined {
    const entries = this.#filters.get(filter) ?? new Map<string, S>();
    const previous = entries.get(key);
    if (previous === undefined) this.#size++;
    this.#filters.set(filter, entries.set(key, value));
    return previous;
  }

  /** Removes the entry of a filter and a key. Returns its value; undefined means that there was none and nothing changed. */
  remove(filter: TopicFilter, key: string): S | undefined {
    const entries = this.#filters.get(filter);
    const previous = entries?.get(key);
    if (entries === undefined || previous === undefined) return undefined;
    this.#size--;
    entries.delete(key);
    if (entries.size === 0) this.#filters.delete(filter);
    return previous;
  }

  /** Visits each entry whose filter matches a Topic Name, in no particular order. */
  match(name: TopicName, visit: (value: S, key: string) => void): void {
    for (const [filter, entries] of this.#filters) {
      if (topicMatchesFilter(name, filter)) entries.forEach(visit);
    }
  }

  /** Visits all entries, in no particular order. */
  forEach(visit: (value: S, key: string, filter: TopicFilter) => void): void {
    for (const [filter, entries] of this.#filters) entries.forEach((value, key) => visit(value, key, filter));
  }
}
