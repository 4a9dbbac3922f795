import type { Encodable } from './packets/packet.ts';
import type { PublishProperties } from './packets/publish.ts';
import type { ProtocolVersion } from './protocol-version.ts';
import type { QoS } from './quality-of-service.ts';

/** What a {@link PublishTemplate} needs of a message; a PublishPacket is one. */
export interface PublishMessageLike {
  readonly topicName: string;
  readonly payload: Uint8Array;
  /** Topic Alias and Subscription Identifiers in here belong to another connection and are not used. */
  readonly properties: Encodable<PublishProperties>;
}

/** The part of a PUBLISH that differs between groups of subscribers: one template for each layout. */
export interface PublishLayout {
  /** The Topic Alias to send, 1 to 65,535. */
  readonly topicAlias?: number | undefined;
  /** Send an empty Topic Name; only with `topicAlias`, which the receiver must already know. */
  readonly omitTopicName?: boolean | undefined;
  /** The Subscription Identifiers of the receiver's matching subscriptions. */
  readonly subscriptionIdentifiers?: readonly number[] | undefined;
  /** Seconds left, in place of the message's own Message Expiry Interval [MQTT-3.3.2-6]. */
  readonly messageExpiryInterval?: number | undefined;
}

/** A PUBLISH that is encoded once and stamped for every receiver with the same layout. */
export class PublishTemplate {
  /** The whole frame, or all of it up to the payload when `payload` is present. Stamped in place. */
  readonly head: Uint8Array;
  /** The message's own payload when it is large, shared and not copied. */
  readonly payload: Uint8Array | undefined;

  constructor(
    message: PublishMessageLike,
    version: ProtocolVersion,
    qos: QoS,
    retain: boolean,
    layout: PublishLayout = {},
  ) {
    void [message, version, qos, retain, layout];
    this.head = new Uint8Array(0);
    this.payload = undefined;
  }

  /** Bytes of the whole frame, payload included: compare it with the receiver's Maximum Packet Size. */
  get length(): number {
    return this.head.length + (this.payload === undefined ? 0 : this.payload.length);
  }

  /** Writes Packet Identifier (not used when QoS is 0) and DUP into `head`. */
  stamp(packetIdentifier: number, dup: boolean): void {
    void [packetIdentifier, dup];
  }
}
