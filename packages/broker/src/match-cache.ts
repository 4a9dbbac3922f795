import { isTopicName, TopicTree, type TopicFilter, type TopicName } from '@skua/topics';

/**
 * Remembers who receives a Topic Name, so that the subscription tree is walked once for many messages.
 *
 * Bounded: when it is full only every eighth new Topic Name is let in, for the oldest one that is there. So a broker
 * with more Topic Names than room keeps a stable part of them instead of turning the whole cache over. A subscription
 * that comes or goes takes out only the Topic Names that its filter matches.
 */
export class MatchCache<V extends object> {
  readonly #entriesMax: number;
  readonly #values = new Map<TopicName, V>();
  // The same names once more, to find those that a filter with wildcards matches.
  readonly #names = new TopicTree<TopicName>();
  #refused = 0;

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax;
  }

  get size(): number {
    return this.#values.size;
  }

  get(name: TopicName): V | undefined {
    return this.#values.get(name);
  }

  /** Offers a value; it may be refused. */
  offer(name: TopicName, value: V): void {
    if (this.#values.size >= this.#entriesMax) {
      this.#refused = (this.#refused + 1) % ADMIT_EVERY;
      if (this.#refused !== 0 || this.#entriesMax === 0) return;
      const oldest = this.#values.keys().next();
      if (!oldest.done) this.#delete(oldest.value);
    }
    this.#values.set(name, value);
    this.#names.set(name, name);
  }

  /** Forgets every Topic Name that a filter matches. */
  invalidate(filter: TopicFilter): void {
    if (this.#values.size === 0) return;
    if (isTopicName(filter)) {
      // Without wildcards it matches the one Topic Name that it spells.
      this.#delete(filter);
      return;
    }
    const touched: TopicName[] = [];
    this.#names.match(filter, (name) => touched.push(name));
    for (const name of touched) this.#delete(name);
  }

  #delete(name: TopicName): void {
    if (this.#values.delete(name)) this.#names.delete(name);
  }
}

const ADMIT_EVERY = 8;
