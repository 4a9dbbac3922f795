import type { MessageProperties } from './outgoing-message.ts';

/** A message as a store keeps it. */
export interface StoredMessage {
  readonly topicName: string;
  readonly payload: Uint8Array;
  readonly qos: 1 | 2;
  readonly retain: boolean;
  readonly properties: MessageProperties;
  /** Milliseconds of the wall clock; undefined: never. */
  readonly expiresAt: number | undefined;
}

/**
 * One change of the Session State of a client (section 4.1). `number` names a message: numbers rise in the order of
 * publishing. An entry about a number or Packet Identifier that is not known changes nothing.
 */
export type SessionEntry =
  /** The server has a new session: messages stay, Packet Identifiers and what was received mean nothing any more. */
  | { readonly kind: 'session'; readonly clientIdentifier: string }
  /** A QoS 1 or 2 message was admitted. */
  | { readonly kind: 'queued'; readonly number: number; readonly message: StoredMessage }
  /** It is about to be sent with this Packet Identifier; 0: it waits again. */
  | { readonly kind: 'sent'; readonly number: number; readonly packetIdentifier: number }
  /** PUBREC came: the message is the server's, PUBREL is due. */
  | { readonly kind: 'released'; readonly number: number }
  /** It is acknowledged, or was given up. */
  | { readonly kind: 'done'; readonly number: number }
  /** A QoS 2 message was taken by the application: PUBREC is due. */
  | { readonly kind: 'received'; readonly packetIdentifier: number }
  /** Its PUBREL came: PUBCOMP is due. */
  | { readonly kind: 'completed'; readonly packetIdentifier: number };

/** A message of a stored session and where it stands. */
export interface StoredDelivery {
  readonly number: number;
  readonly message: StoredMessage;
  /** 0: it was not sent. */
  readonly packetIdentifier: number;
  readonly isReleased: boolean;
}

/** A stored session: what all entries together say. */
export interface StoredSession {
  /** Empty if the server has not assigned one yet. */
  readonly clientIdentifier: string;
  /** In the order of their numbers. */
  readonly deliveries: readonly StoredDelivery[];
  /** Packet Identifiers of received QoS 2 messages that wait for PUBREL. */
  readonly received: readonly number[];
}
