import type { SubscriptionFilter } from '../subscription-filter.ts';
import type { UserProperty } from '../user-property.ts';

/** A request to delete one or more subscriptions (section 3.10). */
export interface UnsubscribePacket {
  readonly type: 'unsubscribe';
  /** 1 to 65,535. */
  readonly packetIdentifier: number;
  /** At least one. */
  readonly topicFilters: readonly SubscriptionFilter[];
  /** Empty for 3.1.1 and 3.1. */
  readonly properties: UnsubscribeProperties;
}

/** The properties of UNSUBSCRIBE (section 3.10.2.1). */
export interface UnsubscribeProperties {
  readonly userProperties?: readonly UserProperty[] | undefined;
}
