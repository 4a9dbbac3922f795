import type { QoS } from '@skua/codec';

/** Who would receive a message: the answer of {@link Broker.match}. */
export interface MatchReport {
  readonly receivers: readonly MatchedReceiver[];
  /** Shared subscriptions: one member of each would receive it. */
  readonly sharedSubscriptions: readonly MatchedSharedSubscription[];
  /** How many local subscriptions would receive it. */
  readonly localSubscriptions: number;
}

/** A session with at least one matching subscription. */
export interface MatchedReceiver {
  readonly clientIdentifier: string;
  readonly connected: boolean;
  /** With which it would be delivered. */
  readonly qos: QoS;
  readonly subscriptionFilters: readonly string[];
}

/** A shared subscription that matches. */
export interface MatchedSharedSubscription {
  readonly shareName: string;
  readonly topicFilter: string;
  /** Client Identifiers. */
  readonly members: readonly string[];
}
