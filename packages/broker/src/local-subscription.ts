import type { QoS } from '@skua/codec';

import type { Message } from './message.ts';

/**
 * Gets the messages of a {@link LocalSubscription}. The payload may be a view of a read chunk: copy it to keep it.
 * It must not call back into the broker; when it throws, a `hookFailed` event is raised and nobody else notices.
 */
export type LocalListener = (message: Message, delivery: LocalDelivery) => void;

/** How a message reached a local subscription. */
export interface LocalDelivery {
  /** The lower of the message's QoS and the subscription's. */
  readonly qos: QoS;
  /** As the subscription options say (section 3.3.1.3). */
  readonly retain: boolean;
}

/** Options of {@link Broker.subscribe} (section 3.8.3.1). */
export interface LocalSubscribeOptions {
  /** Default 2. */
  readonly qos?: QoS | undefined;
  /** Do not get the embedder's own messages; default false. */
  readonly noLocal?: boolean | undefined;
  /** Default false. */
  readonly retainAsPublished?: boolean | undefined;
  /** Default 0: retained messages are delivered from inside `subscribe`. */
  readonly retainHandling?: 0 | 1 | 2 | undefined;
}

/** A subscription in process. */
export interface LocalSubscription {
  readonly subscriptionFilter: string;
  /** Ends it; a second call does nothing. */
  unsubscribe(): void;
}
