import type { QoS } from '@skua/codec';
import type { TopicFilter } from '@skua/topics';

import type { LocalListener } from './local-subscription.ts';
import type { Session } from './session.ts';
import type { SharedSubscription } from './shared-subscription.ts';
import type { SubscriptionRecord } from './snapshot.ts';

/** What the subscription tree holds: a client's own subscription, a shared one, or the embedder's. */
export type TreeEntry = ClientSubscription | SharedSubscription | LocalEntry;

/** One subscription of one session. A replaced subscription is a new object. */
export interface ClientSubscription {
  readonly kind: 'client';
  readonly session: Session;
  readonly record: SubscriptionRecord;
  /** The filter without `$share/{ShareName}/`. */
  readonly filter: TopicFilter;
  /** Set when it is a membership of a shared subscription. */
  readonly shared: SharedSubscription | undefined;
  readonly terms: DeliveryTerms;
}

/** On which terms a session gets a message: those of one subscription, or what several that match add up to. */
export interface DeliveryTerms {
  /** The highest granted QoS. */
  readonly qos: QoS;
  readonly retainAsPublished: boolean;
  /** The Subscription Identifiers, as PUBLISH carries them. */
  readonly identifiers: readonly number[] | undefined;
}

/** A subscription of the embedder. */
export interface LocalEntry {
  readonly kind: 'local';
  /** Its key in the tree. */
  readonly key: string;
  readonly filter: TopicFilter;
  readonly record: SubscriptionRecord;
  readonly listener: LocalListener;
}
