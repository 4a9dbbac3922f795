import { ByteWriter, checkPacketIdentifier } from './byte-writer.ts';
import { DUP, QOS_SHIFT, RETAIN } from './packets/packet-flags.ts';
import type { Encodable } from './packets/packet.ts';
import { encodePublish, type PublishPacket, type PublishProperties } from './packets/publish.ts';
import { wireFormat, type WireFormat } from './packets/wire-format.ts';
import type { ProtocolVersion } from './protocol-version.ts';
import type { QoS } from './quality-of-service.ts';

/** What a {@link PublishTemplate} needs of a message; a PublishPacket is one. */
export interface PublishMessageLike {
  readonly topicName: string;
  readonly payload: Uint8Array;
  /** Topic Alias and Subscription Identifiers in here belong to another connection and are not used. */
  readonly properties: Encodable<PublishProperties>;
}

/** What differs between groups of receivers of one message: there is one template for each layout. */
export interface PublishLayout {
  /** The Topic Alias to send, 1 to 65,535; 5.0 only. */
  readonly topicAlias?: number | undefined;
  /** Send an empty Topic Name: only with `topicAlias`, which the receiver must already know. */
  readonly omitTopicName?: boolean | undefined;
  /** The Subscription Identifiers of the receiver's matching subscriptions; 5.0 only. */
  readonly subscriptionIdentifiers?: readonly number[] | undefined;
  /** Seconds that are left, in place of the message's own Message Expiry Interval [MQTT-3.3.2-6]. */
  readonly messageExpiryInterval?: number | undefined;
  /**
   * The message as it was received, by this version and without Topic Alias: nothing is encoded then, if QoS and RETAIN are
   * the same. With QoS 1 and 2 these bytes are stamped, so they must be the template's own.
   */
  readonly frame?: Uint8Array | undefined;
  /** Copy the payload into the head whatever its size: for one receiver, and when the payload may change. */
  readonly inOnePiece?: boolean | undefined;
}

/**
 * A PUBLISH that is encoded once and sent to every receiver with the same layout: for each of them Packet Identifier and
 * DUP are stamped into `head`, which is then written at once, because the next stamp overwrites it.
 *
 * A payload of {@link SHARED_PAYLOAD_BYTES_MIN} bytes or more is not copied unless the layout says so: `payload` is the
 * message's own.
 */
export class PublishTemplate {
  /** The whole frame, or all of it up to the payload when `payload` is present. Stamped in place: copy it to keep it. */
  readonly head: Uint8Array;
  /** The message's own payload when it is large, shared and not copied. */
  readonly payload: Uint8Array | undefined;
  readonly #format: WireFormat;
  /** Where in `head` the Packet Identifier is; 0 when QoS is 0. */
  readonly #identifierOffset: number;

  /** @throws EncodeError when the message must not be sent in this way */
  constructor(
    message: PublishMessageLike,
    version: ProtocolVersion,
    qos: QoS,
    retain: boolean,
    layout: PublishLayout = NO_LAYOUT,
  ) {
    const { payload } = message;
    const { frame, inOnePiece } = layout;
    const payloadApart = payload.length >= SHARED_PAYLOAD_BYTES_MIN && inOnePiece !== true;
    this.payload = payloadApart ? payload : undefined;
    this.#format = wireFormat(version);
    if (frame !== undefined && canBeSentAgain(frame, qos, retain)) {
      this.head = payloadApart ? frame.subarray(0, frame.length - payload.length) : frame;
      this.#identifierOffset = qos === 0 ? 0 : topicNameEnd(frame);
      return;
    }
    const writer = new ByteWriter(this.#format);
    const packet: Encodable<PublishPacket> = {
      type: 'publish',
      dup: false,
      qos,
      retain,
      topicName: layout.omitTopicName === true ? '' : message.topicName,
      packetIdentifier: qos === 0 ? 0 : 1,
      payload,
      properties: layoutProperties(message.properties, layout),
    };
    this.head = encodePublish(packet, writer, payloadApart);
    this.#identifierOffset = qos === 0 ? 0 : topicNameEnd(this.head);
  }

  /** Bytes of the whole frame, payload included: what is compared with the receiver's Maximum Packet Size. */
  get length(): number {
    return this.head.length + (this.payload === undefined ? 0 : this.payload.length);
  }

  /**
   * Writes Packet Identifier and DUP into `head`; does nothing when QoS is 0, which has neither.
   *
   * @throws EncodeError when the identifier is not 1 to 65,535
   */
  stamp(packetIdentifier: number, dup: boolean): void {
    const { head } = this;
    const offset = this.#identifierOffset;
    if (offset === 0) return;
    checkPacketIdentifier(packetIdentifier, this.#format);
    const first = head[0]!;
    head[0] = dup ? first | DUP : first & ~DUP;
    head[offset] = packetIdentifier >>> 8;
    head[offset + 1] = packetIdentifier;
  }
}

/** Whether a received PUBLISH has the flags that are to be sent, DUP apart, and a Remaining Length of the shortest form. */
function canBeSentAgain(frame: Uint8Array, qos: QoS, retain: boolean): boolean {
  const flags = (qos << QOS_SHIFT) | (retain ? RETAIN : 0);
  if ((frame[0]! & ~DUP) !== (0x30 | flags)) return false;
  let position = 1;
  while (frame[position]! >= 0x80) position++;
  // Only 3.1.1 lets a client write it longer than it need be.
  return position === 1 || frame[position] !== 0;
}

/** The properties for one layout. What belongs to the connection that the message came from is left out. */
function layoutProperties(
  properties: Encodable<PublishProperties>,
  layout: PublishLayout,
): Encodable<PublishProperties> {
  const { topicAlias, subscriptionIdentifiers, messageExpiryInterval } = layout;
  if (
    properties.topicAlias === topicAlias &&
    properties.subscriptionIdentifiers === subscriptionIdentifiers &&
    messageExpiryInterval === undefined
  ) {
    return properties;
  }
  return {
    ...properties,
    topicAlias,
    subscriptionIdentifiers,
    messageExpiryInterval: messageExpiryInterval ?? properties.messageExpiryInterval,
  };
}

/** Where the Topic Name of a PUBLISH ends and the Packet Identifier begins. */
function topicNameEnd(head: Uint8Array): number {
  let position = 1;
  while (head[position]! >= 0x80) position++;
  const length = (head[position + 1]! << 8) | head[position + 2]!;
  return position + 3 + length;
}

/**
 * From this size on a {@link PublishTemplate} shares the payload, 1,024 bytes: copying less than that once for a layout
 * costs less than a second write for each receiver.
 */
export const SHARED_PAYLOAD_BYTES_MIN = 1024;

const NO_LAYOUT: PublishLayout = {};
