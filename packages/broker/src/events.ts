import type { ProtocolVersion, QoS } from '@skua/codec';

/**
 * What happened, for logs and metrics. Events are made only when the embedder passed a handler; the handler is called
 * from inside the broker and must not call back into it. One that throws is ignored.
 */
export type BrokerEvent =
  | ConnectedEvent
  | ConnectRefusedEvent
  | DisconnectedEvent
  | SessionEndedEvent
  | SubscribedEvent
  | UnsubscribedEvent
  | MessageDroppedEvent
  | ProtocolErrorEvent
  | HookFailedEvent
  | InternalErrorEvent;

/** A CONNECT was accepted. */
export interface ConnectedEvent {
  readonly type: 'connected';
  readonly clientIdentifier: string;
  readonly userName: string | undefined;
  readonly protocolVersion: ProtocolVersion;
  readonly cleanStart: boolean;
  readonly sessionPresent: boolean;
  /** Seconds; 0: off. The value in force, so Server Keep Alive if the broker set one. */
  readonly keepAlive: number;
  readonly remoteAddress: string;
  readonly listener: string;
}

/** A CONNECT was refused, or never came in time. */
export interface ConnectRefusedEvent {
  readonly type: 'connectRefused';
  readonly clientIdentifier: string | undefined;
  readonly userName: string | undefined;
  readonly reasonCode: number;
  /** For people: what was wrong. */
  readonly explanation: string;
  readonly remoteAddress: string;
  readonly listener: string;
}

/** A connection that had been accepted is gone. */
export interface DisconnectedEvent {
  readonly type: 'disconnected';
  readonly clientIdentifier: string;
  readonly remoteAddress: string;
  readonly listener: string;
  /** Who ended it: the client by DISCONNECT, the broker, or the network. */
  readonly by: 'client' | 'broker' | 'network';
  /** The reason code of the DISCONNECT that was sent or received; 0x80 when the network ended it. */
  readonly reasonCode: number;
  /** For people. */
  readonly explanation: string;
}

/** A session and its subscriptions are gone. */
export interface SessionEndedEvent {
  readonly type: 'sessionEnded';
  readonly clientIdentifier: string;
  readonly cause: 'disconnected' | 'expired' | 'cleanStart' | 'administrative';
}

/** One Topic Filter of a SUBSCRIBE was answered. */
export interface SubscribedEvent {
  readonly type: 'subscribed';
  readonly clientIdentifier: string;
  readonly subscriptionFilter: string;
  /** The granted QoS, or 0x80 and more: refused. */
  readonly reasonCode: number;
}

/** One Topic Filter of an UNSUBSCRIBE was answered. */
export interface UnsubscribedEvent {
  readonly type: 'unsubscribed';
  readonly clientIdentifier: string;
  readonly subscriptionFilter: string;
  readonly reasonCode: number;
}

/**
 * A message did not reach this client, or was not accepted from it. Retained messages that a subscription was not sent
 * yet when its connection ended are none of them: they are still there for the next one.
 */
export interface MessageDroppedEvent {
  readonly type: 'messageDropped';
  readonly reason: DropReason;
  /** The receiver; for `publishDenied`, `storeUnwell` and `retainedFull` the publisher, '' for the embedder. */
  readonly clientIdentifier: string;
  readonly topicName: string;
  readonly qos: QoS;
}

/** Why a message was dropped; each reason has its counter in {@link BrokerCounters.dropped}. */
export type DropReason =
  /** QoS 0 to a link that is congested. */
  | 'congested'
  /** QoS 0 to a session without connection. */
  | 'offline'
  /** The session's queue is full by count or bytes. */
  | 'queueFull'
  /** It was the oldest in a full queue, and a newer one took its place. */
  | 'displaced'
  /** It was not the last of its topic any more, and the queue was full. */
  | 'superseded'
  /** The Message Expiry Interval passed before it was sent. */
  | 'expired'
  /** Larger than the receiver's Maximum Packet Size. */
  | 'packetTooLarge'
  /** The authorizer said no at delivery, or threw. */
  | 'deliveryDenied'
  /** The authorizer said no at publish, or the broker itself: a protected topic, too many levels, wrong UTF-8. */
  | 'publishDenied'
  /** The store takes nothing at the moment, and the publisher was told so. */
  | 'storeUnwell'
  /** The receiver answered PUBACK or PUBREC with 0x80 or more. */
  | 'rejected'
  /** A session ended with messages that nobody else can get. */
  | 'sessionEnded'
  /** The retained store is full: the message was delivered but not retained. */
  | 'retainedFull';

/** A peer broke the protocol; its connection is closed. */
export interface ProtocolErrorEvent {
  readonly type: 'protocolError';
  readonly clientIdentifier: string | undefined;
  readonly remoteAddress: string;
  readonly listener: string;
  readonly reasonCode: number;
  /** The violated statement, if one is known. */
  readonly statement: string | undefined;
  readonly explanation: string;
}

/** A hook of the embedder threw. The connection concerned was answered with 0x80 or 0x83. */
export interface HookFailedEvent {
  readonly type: 'hookFailed';
  readonly hook:
    | 'authenticate'
    | 'continueAuthentication'
    | 'authorizePublish'
    | 'authorizeSubscribe'
    | 'authorizeDelivery'
    | 'listener'
    | 'journal';
  readonly clientIdentifier: string | undefined;
  readonly error: unknown;
}

/** The broker itself failed while it handled this connection, which was closed with 0x83. Please report it. */
export interface InternalErrorEvent {
  readonly type: 'internalError';
  readonly clientIdentifier: string | undefined;
  readonly error: unknown;
}
