import { parseTopicName, topicMatchesFilter, type TopicFilter } from '@skua/topics';
import type { ReceivedMessage } from './engine/received-message.ts';
import type { Channel } from './subscription-channel.ts';

/** A subscription as messages are given to it. */
export interface RegisteredSubscription {
  readonly channel: Channel;
  /** As they were sent. */
  readonly topicFilters: readonly string[];
  /** Without the ShareName: what Topic Names are matched with. */
  readonly matchedFilters: readonly TopicFilter[];
  readonly subscriptionIdentifier: number | undefined;
}

/**
 * Which subscriptions get a message: those whose Subscription Identifier it carries, and of those without one the ones
 * with a filter that matches.
 */
export class SubscriptionRegistry {
  readonly #subscriptions = new Set<RegisteredSubscription>();
  /** How many subscriptions have a filter. */
  readonly #counts = new Map<string, number>();
  /** What was found for a Topic Name of a message without identifiers. Bounded, and emptied with every change. */
  readonly #found = new Map<string, readonly RegisteredSubscription[]>();

  /** Adds a subscription. */
  add(subscription: RegisteredSubscription): void {
    this.#subscriptions.add(subscription);
    this.#found.clear();
    for (const filter of subscription.topicFilters) this.#counts.set(filter, (this.#counts.get(filter) ?? 0) + 1);
  }

  /** Takes a subscription away. @returns those of its filters that no other has */
  remove(subscription: RegisteredSubscription): string[] {
    if (!this.#subscriptions.delete(subscription)) return [];
    this.#found.clear();
    return subscription.topicFilters.filter((filter) => {
      const left = (this.#counts.get(filter) ?? 1) - 1;
      if (left > 0) this.#counts.set(filter, left);
      else this.#counts.delete(filter);
      return left === 0;
    });
  }

  /** All subscriptions. */
  all(): readonly RegisteredSubscription[] {
    return [...this.#subscriptions];
  }

  /** The subscriptions that get this message. */
  find({ topicName, properties }: ReceivedMessage): readonly RegisteredSubscription[] {
    const { subscriptionIdentifiers } = properties;
    if (subscriptionIdentifiers !== undefined) return this.#search(topicName, subscriptionIdentifiers);
    const known = this.#found.get(topicName);
    if (known !== undefined) return known;
    const found = this.#search(topicName, undefined);
    if (this.#found.size >= FOUND_MAX) this.#found.clear();
    this.#found.set(topicName, found);
    return found;
  }

  #search(topicName: string, identifiers: readonly number[] | undefined): RegisteredSubscription[] {
    const name = parseTopicName(topicName);
    return [...this.#subscriptions].filter(({ subscriptionIdentifier, matchedFilters }) =>
      subscriptionIdentifier !== undefined && identifiers !== undefined
        ? identifiers.includes(subscriptionIdentifier)
        : matchedFilters.some((filter) => topicMatchesFilter(name, filter)),
    );
  }
}

/** Topic Names whose subscriptions are remembered. */
const FOUND_MAX = 4096;
