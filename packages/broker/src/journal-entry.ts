import type { ProtocolVersion, QoS } from '@skua/codec';

import type { Message } from './message.ts';
import type { SubscriptionRecord, WillRecord } from './snapshot.ts';

/**
 * One change of state that must survive the process. Entries add up to a {@link BrokerSnapshot}: applying the entries
 * of sequence numbers 1 to n in order gives the state that was promised by whatever waited for n.
 *
 * Messages in entries are in bytes of their own; an entry may be kept.
 */
export type JournalEntry =
  /** A connection was accepted. `clean`: whatever was stored for this client before is gone. */
  | {
      readonly type: 'sessionOpened';
      readonly clientIdentifier: string;
      readonly clean: boolean;
      readonly userName: string | undefined;
      readonly protocolVersion: ProtocolVersion;
      readonly sessionExpiryInterval: number;
      readonly will: WillRecord | undefined;
    }
  /** Its connection is gone; the session and perhaps its will live on. */
  | {
      readonly type: 'sessionDisconnected';
      readonly clientIdentifier: string;
      readonly disconnectedAt: number;
      readonly sessionExpiryInterval: number;
      /** When the will is due; undefined: there is none any more. */
      readonly willDueAt: number | undefined;
    }
  /** The session and all that belongs to it is gone. */
  | { readonly type: 'sessionEnded'; readonly clientIdentifier: string }
  /** The will was published or withdrawn. */
  | { readonly type: 'willRemoved'; readonly clientIdentifier: string }
  /** A Subscription was made or replaced. */
  | { readonly type: 'subscribed'; readonly clientIdentifier: string; readonly subscription: SubscriptionRecord }
  | { readonly type: 'unsubscribed'; readonly clientIdentifier: string; readonly subscriptionFilter: string }
  /** A message that deliveries will name; stored once however many sessions get it. Free it when none names it. */
  | { readonly type: 'messageStored'; readonly messageId: number; readonly message: Message }
  /** A message was added to a session (section 4.5). */
  | {
      readonly type: 'deliveryQueued';
      readonly clientIdentifier: string;
      readonly deliveryId: number;
      readonly messageId: number;
      readonly qos: Exclude<QoS, 0>;
      readonly retain: boolean;
      readonly subscriptionIdentifiers: readonly number[] | undefined;
      readonly sharedSubscription: string | undefined;
    }
  /** A QoS 2 PUBLISH is about to leave under this Packet Identifier. */
  | {
      readonly type: 'deliverySent';
      readonly clientIdentifier: string;
      readonly deliveryId: number;
      readonly packetIdentifier: number;
    }
  /** PUBREC arrived: from here on only PUBREL may be sent. */
  | { readonly type: 'deliveryReceived'; readonly clientIdentifier: string; readonly deliveryId: number }
  /** The delivery is complete, expired, dropped or rejected. */
  | { readonly type: 'deliveryFinished'; readonly clientIdentifier: string; readonly deliveryId: number }
  /**
   * A session is about to end that has messages of shared subscriptions in its queue: its deliveries whose step is `queued`
   * and whose identifier is greater than `after` now belong to the session `setAsideAs`, in the same order. That one is new
   * and has nothing else: its expiry interval is 0, its user undefined, its version 5, and it is disconnected since
   * `disconnectedAt`. Its identifier begins with U+0000, which no client's may contain. It is read, given to other members,
   * and ended by `sessionEnded`.
   */
  | {
      readonly type: 'queueSetAside';
      readonly clientIdentifier: string;
      readonly after: number;
      readonly setAsideAs: string;
      readonly disconnectedAt: number;
    }
  /** A QoS 2 PUBLISH of the client was accepted: its Packet Identifier is taken until PUBREL. */
  | { readonly type: 'packetReceived'; readonly clientIdentifier: string; readonly packetIdentifier: number }
  /** PUBREL arrived. */
  | { readonly type: 'packetReleased'; readonly clientIdentifier: string; readonly packetIdentifier: number }
  | { readonly type: 'retainedSet'; readonly message: Message }
  | { readonly type: 'retainedRemoved'; readonly topicName: string };

/**
 * Where the journal goes. `append` is called from inside a `handleX` call and never calls back into the broker; once
 * all entries up to a sequence number are durable the embedder calls {@link Broker.handleStored} with it.
 */
export interface JournalSink {
  append(entry: JournalEntry, sequence: number): void;
}
