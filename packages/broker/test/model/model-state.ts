import type { Packet, QoS } from '@skua/codec';
import type { TopicFilter, TopicName } from '@skua/topics';

/** A message as the model knows it. Payloads are texts that no other message of the run has, unless they are empty. */
export interface ModelMessage {
  readonly topicName: TopicName;
  readonly payload: string;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly publisher: string;
  /** Milliseconds. */
  readonly expiresAt: number | undefined;
}

export interface ModelSubscription {
  /** With `$share/…` if it has that. */
  readonly subscriptionFilter: string;
  readonly filter: TopicFilter;
  readonly isShared: boolean;
  readonly qos: QoS;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly retainHandling: 0 | 1 | 2;
  readonly identifier: number | undefined;
}

/** A copy of a message as one session is to get it. */
export interface Copy {
  readonly message: ModelMessage;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly identifiers: readonly number[];
  /** Why the session gets it: order is promised for `live` copies only [MQTT-4.6.0-6]. */
  readonly source: 'live' | 'retained' | 'shared';
  /** The subscription that a `retained` or `shared` copy comes through. */
  readonly subscriptionFilter: string;
  /** Whether it may be gone: it looked like another that was sent, and one of the two subscriptions has ended. */
  readonly isOptional: boolean;
}

/** A QoS 1 or 2 copy that was sent. */
export interface Flight {
  readonly copy: Copy;
  readonly packetIdentifier: number;
  state: 'awaitingPuback' | 'awaitingPubrec' | 'awaitingPubcomp';
  /** The connection that its PUBLISH, or PUBREL, was last sent on. */
  connection: ModelConnection;
}

/** A message that is somewhere among the members of a shared subscription, not sent to any of them yet. */
export interface SharedCopy {
  readonly message: ModelMessage;
  readonly subscriptionFilter: string;
  candidates: readonly Candidate[];
  /** Whether it may also be gone, since a session that may have had it has ended. */
  isUncertain: boolean;
}

export interface Candidate {
  readonly session: ModelSession;
  readonly copy: Copy;
}

export interface ModelWill {
  readonly topicName: TopicName;
  readonly payload: string;
  readonly qos: QoS;
  readonly retain: boolean;
  /** Seconds. */
  readonly delay: number;
  /** Seconds. */
  readonly messageExpiryInterval: number | undefined;
}

export interface ModelSession {
  readonly clientIdentifier: string;
  /** Seconds; Infinity: for ever. */
  expiryInterval: number;
  connection: ModelConnection | undefined;
  subscriptions: readonly ModelSubscription[];
  /** To be sent, in the order of routing. */
  queue: Copy[];
  /** PUBLISH packets without PUBACK or PUBREC, in the order first sent. */
  unacknowledged: Flight[];
  /** Waiting for PUBCOMP, in the order of their PUBREC. */
  released: Flight[];
  /** QoS 2 messages taken from the client and not released by it, with the connection of their last PUBLISH. */
  taken: { readonly packetIdentifier: number; connection: ModelConnection }[];
  will: ModelWill | undefined;
  /** Milliseconds; undefined unless the connection is gone. */
  willDueAt: number | undefined;
  expiresAt: number | undefined;
}

export interface ModelConnection {
  readonly clientIdentifier: string;
  readonly version: 4 | 5;
  readonly session: ModelSession;
  /** How many QoS 1 and 2 PUBLISH packets may be under way to the client. */
  readonly sendMaximum: number;
  /** How many may be under way from it. */
  readonly receiveMaximum: number;
  readonly keepAliveMs: number;
  lastPacketAt: number;
  isOpen: boolean;
  /** What it is to be sent in this step: CONNACK, acknowledgements, DISCONNECT. */
  answers: Answer[];
  /** QoS 0 copies, to be sent in this step. */
  atOnce: Copy[];
  /** Retained messages for its new subscriptions, in any order. */
  backlog: Copy[];
  /** What was sent of it, once or several times. */
  readonly replayed: Set<ModelMessage>;
  /** PUBREL packets to be sent again, in the order of their PUBREC. */
  pubrelsDue: Flight[];
}

/** A packet that is not a PUBLISH. */
export interface Answer {
  readonly type: Packet['type'];
  readonly packetIdentifier?: number;
  readonly sessionPresent?: boolean;
  /** The Reason Codes that are allowed, one set for each in the packet. */
  readonly reasonCodes?: readonly (readonly number[])[];
}

/** How the broker under test is configured, as far as the model must know. */
export interface ModelOptions {
  readonly inflightMessagesMax: number;
  readonly receiveMaximum: number;
}

/** Whether the Message Expiry Interval has passed [MQTT-3.3.2-5]. */
export function hasExpired({ expiresAt }: ModelMessage, now: number): boolean {
  return expiresAt !== undefined && now >= expiresAt;
}

/** Whether a QoS 1 or 2 PUBLISH could be sent at once (section 4.9). A PUBREL that is sent again counts as well. */
export function hasRoom(connection: ModelConnection): boolean {
  const { unacknowledged, released } = connection.session;
  const sent = unacknowledged.filter((flight) => flight.connection === connection);
  return sent.length + released.length < connection.sendMaximum;
}
