import type { QoS } from '@skua/codec';
import { parseSubscriptionFilter, SubscriptionTree, type TopicFilter, type TopicName } from '@skua/topics';

import type { BrokerCounters } from './counters.ts';
import { MatchCache } from './match-cache.ts';
import type { Session } from './session.ts';
import { SharedSubscription } from './shared-subscription.ts';
import type { SubscriptionRecord } from './snapshot.ts';
import type { ClientSubscription, DeliveryTerms, LocalEntry, TreeEntry } from './subscription.ts';

/** Everyone who receives a Topic Name. */
export interface Route {
  readonly targets: readonly RouteTarget[];
  readonly shared: readonly SharedSubscription[];
  readonly locals: readonly LocalEntry[];
}

/**
 * One session that receives a Topic Name.
 *
 * A session with several matching subscriptions gets one copy, with the highest granted QoS [MQTT-3.3.4-2], all
 * Subscription Identifiers [MQTT-3.3.4-4], and RETAIN kept if any of them has Retain As Published.
 */
export interface RouteTarget {
  readonly session: Session;
  readonly terms: DeliveryTerms;
  /** What remains for the session's own messages when subscriptions with No Local are left out [MQTT-3.8.3-3]. */
  readonly ownTerms: DeliveryTerms | undefined;
}

/** All subscriptions, by Topic Filter. */
export class Subscriptions {
  readonly #tree = new SubscriptionTree<TreeEntry>();
  readonly #shared = new Map<string, SharedSubscription>();
  readonly #routes: MatchCache<Route>;
  readonly #counters: BrokerCounters;
  #localKeys = 0;

  constructor(counters: BrokerCounters, cacheEntriesMax: number) {
    this.#counters = counters;
    this.#routes = new MatchCache(cacheEntriesMax);
  }

  /** Whether there is none at all, neither in the tree nor among the shared ones. */
  get isEmpty(): boolean {
    return this.#tree.isEmpty && this.#shared.size === 0;
  }

  /** Makes or replaces a session's subscription [MQTT-3.8.4-3]. */
  add(session: Session, record: SubscriptionRecord): ClientSubscription {
    const { shareName, filter } = parseSubscriptionFilter(record.subscriptionFilter);
    const shared = shareName === undefined ? undefined : this.#sharedSubscription(shareName, filter, record);
    const { qos, retainAsPublished, subscriptionIdentifier } = record;
    const identifiers = subscriptionIdentifier === undefined ? undefined : [subscriptionIdentifier];
    const terms: DeliveryTerms = { qos, retainAsPublished, identifiers };
    const subscription: ClientSubscription = { kind: 'client', session, record, filter, shared, terms };
    if (!session.subscriptions.has(record.subscriptionFilter)) {
      this.#counters.subscriptionsNow++;
      if (shared !== undefined) this.#counters.sharedSubscriptionsNow++;
    }
    session.subscriptions.set(record.subscriptionFilter, subscription);
    if (shared === undefined) {
      this.#tree.insert(filter, session.clientIdentifier, subscription);
      this.#routes.invalidate(filter);
    } else {
      shared.add(subscription);
    }
    return subscription;
  }

  /** Removes a session's subscription. @returns false when there was none. */
  remove(session: Session, subscriptionFilter: string): boolean {
    const subscription = session.subscriptions.get(subscriptionFilter);
    if (subscription === undefined) return false;
    session.subscriptions.delete(subscriptionFilter);
    this.#counters.subscriptionsNow--;
    const { filter, shared } = subscription;
    if (shared === undefined) {
      this.#tree.remove(filter, session.clientIdentifier);
      this.#routes.invalidate(filter);
      return true;
    }
    this.#counters.sharedSubscriptionsNow--;
    shared.remove(session);
    if (shared.members.length === 0) {
      this.#shared.delete(shared.subscriptionFilter);
      this.#tree.remove(filter, shared.key);
      this.#routes.invalidate(filter);
    }
    return true;
  }

  /** The shared subscription with this whole filter, while it has members. */
  shared(subscriptionFilter: string): SharedSubscription | undefined {
    return this.#shared.get(subscriptionFilter);
  }

  /** A key for {@link addLocal}. */
  nextLocalKey(): string {
    this.#localKeys++;
    return `local\0${this.#localKeys}`;
  }

  addLocal(entry: LocalEntry): void {
    this.#tree.insert(entry.filter, entry.key, entry);
    this.#routes.invalidate(entry.filter);
  }

  removeLocal(entry: LocalEntry): void {
    this.#tree.remove(entry.filter, entry.key);
    this.#routes.invalidate(entry.filter);
  }

  /** Visits every subscription that matches, one by one. */
  forEachMatch(topicName: TopicName, visit: (entry: TreeEntry) => void): void {
    this.#tree.match(topicName, visit);
  }

  /** Who receives a Topic Name. */
  route(topicName: TopicName): Route {
    const known = this.#routes.get(topicName);
    if (known !== undefined) return known;
    if (this.isEmpty) return NOBODY;
    const route = this.#buildRoute(topicName);
    this.#routes.offer(topicName, route);
    return route;
  }

  #sharedSubscription(shareName: string, filter: TopicFilter, record: SubscriptionRecord): SharedSubscription {
    const known = this.#shared.get(record.subscriptionFilter);
    if (known !== undefined) return known;
    const shared = new SharedSubscription(shareName, filter, record.subscriptionFilter);
    this.#shared.set(record.subscriptionFilter, shared);
    this.#tree.insert(filter, shared.key, shared);
    this.#routes.invalidate(filter);
    return shared;
  }

  #buildRoute(topicName: TopicName): Route {
    const bySession = new Map<Session, ClientSubscription[]>();
    const shared: SharedSubscription[] = [];
    const locals: LocalEntry[] = [];
    this.#tree.match(topicName, (entry) => {
      if (entry.kind === 'shared') shared.push(entry);
      else if (entry.kind === 'local') locals.push(entry);
      else {
        const others = bySession.get(entry.session);
        if (others === undefined) bySession.set(entry.session, [entry]);
        else others.push(entry);
      }
    });
    const targets = Array.from(bySession, ([session, matching]): RouteTarget => {
      const terms = merge(matching);
      const remaining = matching.filter((subscription) => !subscription.record.noLocal);
      if (remaining.length === matching.length) return { session, terms, ownTerms: terms };
      return { session, terms, ownTerms: remaining.length === 0 ? undefined : merge(remaining) };
    });
    return { targets, shared, locals };
  }
}

const NOBODY: Route = { targets: [], shared: [], locals: [] };

function merge(matching: readonly ClientSubscription[]): DeliveryTerms {
  if (matching.length === 1) return matching[0]!.terms;
  let qos: QoS = 0;
  let retainAsPublished = false;
  let identifiers: readonly number[] | undefined;
  for (const { terms } of matching) {
    const { identifiers: more } = terms;
    if (terms.qos > qos) qos = terms.qos;
    retainAsPublished ||= terms.retainAsPublished;
    if (more !== undefined) identifiers = identifiers === undefined ? more : [...identifiers, ...more];
  }
  return { qos, retainAsPublished, identifiers };
}
