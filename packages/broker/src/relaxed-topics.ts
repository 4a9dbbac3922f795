import { parseTopicFilter, topicMatchesFilter, type TopicFilter, type TopicName } from '@skua/topics';

/** Which messages are acknowledged before the store has them, by Topic Name. */
export class RelaxedTopics {
  readonly #filters: readonly TopicFilter[];
  /** Topic Names come again and again. */
  readonly #known: Map<TopicName, boolean> = new Map();

  /** Throws TopicError on an invalid Topic Filter. */
  constructor(filters: readonly string[]) {
    this.#filters = filters.map((filter) => parseTopicFilter(filter));
  }

  has(topicName: TopicName): boolean {
    const known = this.#known.get(topicName);
    if (known !== undefined) return known;
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    const isRelaxed = this.#filters.some((filter) => topicMatchesFilter(topicName, filter));
    this.#known.set(topicName, isRelaxed);
    return isRelaxed;
  }
}

const KNOWN_MAX = 4096;
