import type { TopicFilter } from './topic-filter.ts';
import { topicMatchesFilter } from './topic-matches-filter.ts';
import type { TopicName } from './topic-name.ts';

/** Values by Topic Name, matched by Topic Filter: what retained messages are kept in. */
export class TopicTree<V extends object | string | number | bigint | boolean | symbol> {
  readonly #values = new Map<TopicName, V>();

  /** How many Topic Names have a value. */
  get size(): number {
    return this.#values.size;
  }

  /** Sets the value of a Topic Name. Returns the value that was replaced; undefined means that there was none. */
  set(name: TopicName, value: V): V | undefined {
    const previous = this.#values.get(name);
    this.#values.set(name, value);
    return previous;
  }

  /** The value of a Topic Name. */
  get(name: TopicName): V | undefined {
    return this.#values.get(name);
  }

  /** Deletes the value of a Topic Name. Returns it; undefined means that there was none and nothing changed. */
  delete(name: TopicName): V | undefined {
    const previous = this.#values.get(name);
    this.#values.delete(name);
    return previous;
  }

  /** Visits each value whose Topic Name a filter matches, in no particular order. */
  match(filter: TopicFilter, visit: (value: V, name: TopicName) => void): void {
    for (const [name, value] of this.#values) if (topicMatchesFilter(name, filter)) visit(value, name);
  }

  /** Visits all values, in no particular order. */
  forEach(visit: (value: V, name: TopicName) => void): void {
    this.#values.forEach(visit);
  }
}
