import type { Encodable, PublishProperties, QoS, UserProperty } from '@skua/codec';

/** The properties of a PUBLISH that an application sets. Topic Aliases are the connection's, Subscription Identifiers the server's. */
export type MessageProperties = Omit<Encodable<PublishProperties>, 'topicAlias' | 'subscriptionIdentifiers'>;

/** What the server says of a message. At QoS 0 it says nothing, and this is Success. */
export interface Acknowledgement {
  /** Below 0x80; 0x10 if nobody has subscribed, where the server tells. */
  readonly reasonCode: number;
  readonly reasonString: string | undefined;
  readonly userProperties: readonly UserProperty[];
}

/**
 * `queued`: it waits here. `sent`: at QoS 1 and 2 it is on its way and not acknowledged. `acknowledged` and `failed` are
 * final.
 */
export type OutgoingState = 'queued' | 'sent' | 'acknowledged' | 'failed';

/** One message from the call of `publish` to its end. The same object is the receipt that the caller holds. */
export class OutgoingMessage {
  readonly topicName: string;
  readonly payload: Uint8Array;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly properties: MessageProperties;
  /** When its Message Expiry Interval ends, in milliseconds; undefined: never. */
  readonly expiresAt: number | undefined;
  /** A Topic Alias that the caller chose; 0: none. */
  readonly topicAlias: number;
  /** Where it stands. */
  state: OutgoingState = 'queued';
  /** The Packet Identifier that it was last sent with; undefined at QoS 0 and before. */
  packetIdentifier: number | undefined = undefined;
  /** Its place in the stored session; 0: it is not stored. */
  number = 0;
  /** Whether it waits for the store. */
  isHeld = false;
  /** Whether the store was told that it is done with. */
  isForgotten = false;
  /** What became of it: set once. */
  outcome: Acknowledgement | Error | undefined = undefined;

  constructor(
    topicName: string,
    payload: Uint8Array,
    qos: QoS,
    retain: boolean,
    properties: MessageProperties,
    now: number,
    topicAlias: number = 0,
    expiresAt?: number,
  ) {
    this.topicName = topicName;
    this.payload = payload;
    this.qos = qos;
    this.retain = retain;
    this.properties = properties;
    const interval = properties.messageExpiryInterval;
    this.expiresAt = expiresAt ?? (interval === undefined ? undefined : now + interval * 1000);
    this.topicAlias = topicAlias;
  }

  /** What it counts for in the queue: bytes of Topic Name, payload and the larger properties. */
  get bytes(): number {
    const { correlationData, userProperties } = this.properties;
    let bytes = this.topicName.length + this.payload.length + MESSAGE_OVERHEAD_BYTES;
    if (correlationData !== undefined) bytes += correlationData.length;
    if (userProperties !== undefined) for (const [name, value] of userProperties) bytes += name.length + value.length;
    return bytes;
  }
}

/** What every message costs beside its own bytes. */
const MESSAGE_OVERHEAD_BYTES = 64;
/** For a message without properties: one object for all of them. */
export const NO_PROPERTIES: MessageProperties = Object.freeze({});
/** The acknowledgement that says nothing more than Success. */
export const SUCCESS: Acknowledgement = Object.freeze({ reasonCode: 0, reasonString: undefined, userProperties: [] });
