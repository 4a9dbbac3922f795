import { isTopicName, TopicTree, type TopicFilter, type TopicName } from '@skua/topics';

/**
 * Remembers who receives a Topic Name, so that the subscription tree is walked once for many messages.
 *
 * Bounded: when it is full only every eighth new Topic Name is let in, for the oldest one that is there. So a broker
 * with more Topic Names than room keeps a stable part of them instead of turning the whole cache over. And a Topic Name is
 * let in only when it comes again soon: many are used once, and to remember one costs more than to match it. A
 * subscription that comes or goes takes out only the Topic Names that its filter matches.
 */
export class MatchCache<V extends object> {
  readonly #entriesMax: number;
  readonly #values = new Map<TopicName, V>();
  // The same names once more, to find those that a filter with wildcards matches.
  readonly #names = new TopicTree<TopicName>();
  #refused = 0;
  // Names that have come once lately, each in one place.
  readonly #cameOnce: (TopicName | undefined)[] = Array.from({ length: CAME_ONCE_PLACES }, () => undefined);

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
    const place = placeOf(name);
    if (this.#cameOnce[place] !== name) {
      this.#cameOnce[place] = name;
      return;
    }
    this.#cameOnce[place] = undefined;
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

// By a few characters: those of a name that differ from its neighbours' are mostly its last ones.
function placeOf(name: TopicName): number {
  const { length } = name;
  let hash = length;
  for (let i = Math.max(0, length - HASHED_CHARACTERS); i < length; i++) {
    hash = Math.imul(hash, 31) + name.charCodeAt(i);
  }
  return (hash ^ (hash >>> 12)) & (CAME_ONCE_PLACES - 1);
}

const ADMIT_EVERY = 8;
const CAME_ONCE_PLACES = 4096;
const HASHED_CHARACTERS = 16;
