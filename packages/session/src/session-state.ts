import type { QoS } from '@skua/codec';

import type { DeliveryRecord } from './delivery.ts';
import type { MessageQueue } from './message-queue.ts';
import type { Receiver } from './receiver.ts';
import type { Sender } from './sender.ts';
import { SESSION_NEVER_EXPIRES } from './version-rules.ts';

/**
 * The Session State of section 4.1 as plain data: what a server keeps of a client, or a client of itself, between two
 * connections. As serialisable as the messages in it. A client has no subscriptions and no will in it.
 */
export interface SessionState<M> {
  readonly clientIdentifier: string;
  /** Seconds; {@link SESSION_NEVER_EXPIRES}: the session does not end. */
  readonly sessionExpiryInterval: number;
  /** When the connection was lost, in milliseconds; undefined while there is one. */
  readonly disconnectedAt: number | undefined;
  readonly subscriptions: readonly SubscriptionState[];
  readonly will: WillState<M> | undefined;
  readonly delivery: DeliverySessionState<M>;
}

/** The part of the Session State that {@link Sender}, {@link MessageQueue} and {@link Receiver} hold. */
export interface DeliverySessionState<M> {
  /** QoS 1 and 2 messages that were sent and are not completely acknowledged, in the order to send them again. */
  readonly inflight: readonly DeliveryRecord<M>[];
  /** Messages that wait to be sent, oldest first. */
  readonly queue: readonly M[];
  /** Packet Identifiers of QoS 2 messages that were received and wait for PUBREL. */
  readonly awaitingPubrel: readonly number[];
}

/** A Subscription with what was granted (section 3.8.3.1). */
export interface SubscriptionState {
  /** As it was sent, with `$share/{ShareName}/` if it is a Shared Subscription. */
  readonly subscriptionFilter: string;
  /** The granted Maximum QoS. */
  readonly qos: QoS;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly retainHandling: 0 | 1 | 2;
  readonly subscriptionIdentifier: number | undefined;
}

/** The Will Message of a session whose connection is open or was lost (section 3.1.2.5). */
export interface WillState<M> {
  readonly message: M;
  /** Seconds. */
  readonly willDelayInterval: number;
}

/** What a live session holds. */
export interface DeliveryParts<M extends object> {
  readonly sender: Sender<M>;
  readonly queue: MessageQueue<M>;
  readonly receiver: Receiver;
}

/** The present state of the three as plain data. The messages themselves are shared, not copied. */
export function exportDeliveryState<M extends object>(parts: DeliveryParts<M>): DeliverySessionState<M> {
  return {
    inflight: parts.sender.exportState(),
    queue: parts.queue.exportState(),
    awaitingPubrel: parts.receiver.exportState(),
  };
}

/** Puts a stored state into the three, which must be unused; RangeError if a Packet Identifier is bad or given twice. */
export function restoreDeliveryState<M extends object>(parts: DeliveryParts<M>, state: DeliverySessionState<M>): void {
  parts.sender.restore(state.inflight);
  parts.queue.restore(state.queue);
  parts.receiver.restore(state.awaitingPubrel);
}

/**
 * When a session ends whose connection was lost at `disconnectedAt` (milliseconds), its Session Expiry Interval in
 * seconds [MQTT-4.1.0-2]; Infinity: never.
 */
export function sessionExpiresAt(sessionExpiryInterval: number, disconnectedAt: number): number {
  return sessionExpiryInterval === SESSION_NEVER_EXPIRES ? Infinity : disconnectedAt + sessionExpiryInterval * 1000;
}

/** When a will is to be published whose connection was lost at `disconnectedAt`: after its delay, or when the session ends before [MQTT-3.1.2-8]. */
export function willDueAt(willDelayInterval: number, sessionExpiryInterval: number, disconnectedAt: number): number {
  return Math.min(disconnectedAt + willDelayInterval * 1000, sessionExpiresAt(sessionExpiryInterval, disconnectedAt));
}
