import type { ProtocolVersion, QoS } from '@skua/codec';

import type { Message } from './message.ts';

/**
 * What {@link Broker.restore} takes: the state that outlives a process, as the journal's entries add up to, or a part of
 * it: each session and each retained message is in one part.
 *
 * All times are milliseconds of the same clock that `now` comes from, so with a durable store that clock must be the
 * wall clock.
 */
export interface BrokerSnapshot {
  /** Greater than every `messageId` and `deliveryId` ever journalled. */
  readonly nextIdentifier: number;
  readonly retained: Iterable<Message>;
  readonly sessions: Iterable<SessionSnapshot>;
}

/** One session (section 4.1). */
export interface SessionSnapshot {
  readonly clientIdentifier: string;
  readonly userName: string | undefined;
  /** Of the last connection. */
  readonly protocolVersion: ProtocolVersion;
  /** Seconds; 0xFFFFFFFF: never ends; 0: ends with its connection (kept only for the will's sake). */
  readonly sessionExpiryInterval: number;
  /** When its connection closed; undefined: it was connected when the process ended. */
  readonly disconnectedAt: number | undefined;
  readonly will: WillRecord | undefined;
  /** When the will is due; undefined: not before the connection is closed. */
  readonly willDueAt: number | undefined;
  readonly subscriptions: readonly SubscriptionRecord[];
  /** Messages to the client in the order they were queued: those in flight, and those of the queue that `queued` leaves out. */
  readonly deliveries: readonly DeliverySnapshot[];
  /** The part of the queue that is read in pages when the client is there to take it. */
  readonly queued: QueueSummary;
  /** Packet Identifiers of QoS 2 messages from the client that wait for PUBREL. */
  readonly awaitingPubrel: readonly number[];
}

/** What a queue holds that is not in memory. All numbers are of deliveries whose step is `queued`. */
export interface QueueSummary {
  readonly messages: number;
  /** For each the bytes of its payload and the UTF-16 code units of its Topic Name. */
  readonly bytes: number;
  /** None of them expires before; undefined: none expires. It may be earlier than any that is left. */
  readonly soonestExpiry: number | undefined;
  /** How many came through a shared subscription. */
  readonly shared: number;
}

/** A Subscription as it is kept (section 3.8.3.1). */
export interface SubscriptionRecord {
  /** As the client sent it, with `$share/{ShareName}/` if it is a Shared Subscription. */
  readonly subscriptionFilter: string;
  /** The granted Maximum QoS. */
  readonly qos: QoS;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly retainHandling: 0 | 1 | 2;
  readonly subscriptionIdentifier: number | undefined;
}

/** A Will Message with its delay. */
export interface WillRecord {
  readonly message: Message;
  /** Seconds. */
  readonly willDelayInterval: number;
  /** Seconds, counted from publication; undefined: does not expire. */
  readonly messageExpiryInterval: number | undefined;
}

/** A QoS 1 or 2 message on its way to one client. */
export interface DeliverySnapshot {
  readonly deliveryId: number;
  readonly messageId: number;
  readonly message: Message;
  /** The QoS of this delivery: 1 or 2. */
  readonly qos: 1 | 2;
  readonly retain: boolean;
  readonly subscriptionIdentifiers: readonly number[] | undefined;
  /** The `$share/…` filter that it came through: it goes to another member if this session ends first. */
  readonly sharedSubscription: string | undefined;
  /** The step of the QoS 2 exchange that was journalled; `queued` otherwise. */
  readonly step: 'queued' | 'awaitingPubrec' | 'awaitingPubcomp';
  /** Set unless `queued`. */
  readonly packetIdentifier: number | undefined;
}
