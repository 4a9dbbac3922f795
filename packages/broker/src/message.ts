import type { PublishPacket, PublishProperties, QoS } from '@skua/codec';
import type { TopicName } from '@skua/topics';

/**
 * An Application Message inside the broker: what a PUBLISH carries without what belongs to one connection only
 * (Packet Identifier, DUP, Topic Alias, Subscription Identifiers). Never changed after it was made.
 */
export interface Message {
  /** The Topic Name, aliases resolved. */
  readonly topicName: TopicName;
  /** The Application Message's bytes. Possibly a view of the chunk that it came in, and then only valid during the call: see {@link ownMessage}. */
  readonly payload: Uint8Array;
  /** The QoS it was published with. */
  readonly qos: QoS;
  /** The RETAIN flag it was published with. */
  readonly retain: boolean;
  /** The properties that travel with the message. */
  readonly properties: MessageProperties;
  /** The publisher's Client Identifier, '' for the embedder: No Local compares it. */
  readonly publisher: string;
  /** When the broker received it, in milliseconds of the embedder's clock. */
  readonly receivedAt: number;
  /** When the Message Expiry Interval ends, in milliseconds of the embedder's clock; undefined: never. */
  readonly expiresAt: number | undefined;
}

/** The properties of a PUBLISH that belong to the message itself (section 3.3.2.3). */
export interface MessageProperties {
  readonly payloadFormatIndicator?: 0 | 1 | undefined;
  readonly contentType?: string | undefined;
  readonly responseTopic?: string | undefined;
  readonly correlationData?: Uint8Array | undefined;
  readonly userProperties?: readonly (readonly [name: string, value: string])[] | undefined;
}

/** What the embedder gives to {@link Broker.publish}. */
export interface PublishRequest extends MessageProperties {
  /** A Topic Name; anything else is refused with a TopicError. */
  readonly topicName: string;
  /** Default: empty. The bytes must not be changed afterwards. */
  readonly payload?: Uint8Array | undefined;
  /** Default 0. */
  readonly qos?: QoS | undefined;
  /** Default false. */
  readonly retain?: boolean | undefined;
  /** Seconds, 0 to 4,294,967,295; absent: the message does not expire. */
  readonly messageExpiryInterval?: number | undefined;
}

/**
 * What a hook changes in a message: each field that is given, nothing else. A property that is given as undefined is
 * removed. The publisher and the time of receipt stay, and a Message Expiry Interval counts from then.
 */
export type MessageChange = Partial<PublishRequest>;

/** Makes the message that a received PUBLISH carries; `topicName` is the resolved one. */
export function messageFromPublish(
  packet: PublishPacket,
  topicName: TopicName,
  publisher: string,
  now: number,
): Message {
  const { messageExpiryInterval: expiry } = packet.properties;
  return {
    topicName,
    payload: packet.payload,
    qos: packet.qos,
    retain: packet.retain,
    properties: travelling(packet.properties),
    publisher,
    receivedAt: now,
    expiresAt: expiry === undefined ? undefined : now + expiry * 1000,
  };
}

// What is to be left out is rare, so the packet's own object mostly does.
function travelling(properties: PublishProperties): MessageProperties {
  if (properties.topicAlias === undefined && properties.messageExpiryInterval === undefined) return properties;
  const { payloadFormatIndicator, contentType, responseTopic, correlationData, userProperties } = properties;
  return { payloadFormatIndicator, contentType, responseTopic, correlationData, userProperties };
}

/**
 * The message in bytes of its own: to be kept beyond the turn (retained, queued, in flight).
 *
 * What a client has sent is a view of the chunk that it came in, and the chunk is only lent: it is always copied. Bytes that
 * fill their buffer belong to nobody else, and stay.
 */
export function ownMessage(message: Message): Message {
  const payload = ownBytes(message.payload);
  const properties = ownProperties(message.properties);
  if (payload === message.payload && properties === message.properties) return message;
  return withBytes(message, payload, properties);
}

/** The message in the bytes of a frame that is kept: the payload is its end. */
export function messageInFrame(message: Message, frame: Uint8Array): Message {
  const { length } = message.payload;
  const payload = new Uint8Array(frame.buffer, frame.byteOffset + frame.length - length, length);
  return withBytes(message, payload, ownProperties(message.properties));
}

// Field by field: spreading an object of this size takes several times as long.
function withBytes(message: Message, payload: Uint8Array, properties: MessageProperties): Message {
  const { topicName, qos, retain, publisher, receivedAt, expiresAt } = message;
  return { topicName, payload, qos, retain, properties, publisher, receivedAt, expiresAt };
}

function ownProperties(properties: MessageProperties): MessageProperties {
  const { correlationData } = properties;
  if (correlationData === undefined) return properties;
  const own = ownBytes(correlationData);
  return own === correlationData ? properties : { ...properties, correlationData: own };
}

/** Seconds that are left of the Message Expiry Interval, at least 0, rounded up; undefined: it does not expire. */
export function remainingExpiryInterval(message: Message, now: number): number | undefined {
  if (message.expiresAt === undefined) return undefined;
  return Math.max(0, Math.ceil((message.expiresAt - now) / 1000));
}

/** Whether the Message Expiry Interval has passed [MQTT-3.3.2-5]. */
export function isExpired(message: Message, now: number): boolean {
  return message.expiresAt !== undefined && message.expiresAt <= now;
}

// Not `slice`: of a Buffer that would give another view.
function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}
