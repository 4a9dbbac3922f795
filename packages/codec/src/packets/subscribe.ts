import type { QoS } from '../quality-of-service.ts';
import type { SubscriptionFilter } from '../subscription-filter.ts';
import type { UserProperty } from '../user-property.ts';

/** A request to create or replace one or more subscriptions (section 3.8). */
export interface SubscribePacket {
  readonly type: 'subscribe';
  /** 1 to 65,535. */
  readonly packetIdentifier: number;
  /** At least one. */
  readonly subscriptions: readonly Subscription[];
  /** Empty for 3.1.1 and 3.1. */
  readonly properties: SubscribeProperties;
}

/** One Topic Filter with its Subscription Options (section 3.8.3.1). */
export interface Subscription {
  readonly topicFilter: SubscriptionFilter;
  /** The maximum QoS that the subscriber asks for. */
  readonly qos: QoS;
  /** False in 3.1.1 and 3.1. */
  readonly noLocal: boolean;
  /** False in 3.1.1 and 3.1. */
  readonly retainAsPublished: boolean;
  /** 0: retained messages are sent, 1: only if the subscription is new, 2: never. 0 in 3.1.1 and 3.1. */
  readonly retainHandling: 0 | 1 | 2;
}

/** The properties of SUBSCRIBE (section 3.8.2.1). */
export interface SubscribeProperties {
  /** 1 to 268,435,455. */
  readonly subscriptionIdentifier?: number | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
}
