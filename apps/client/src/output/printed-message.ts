import type { PublishProperties } from '@skua/codec';

/** A message as the output is made from it. */
export interface PrintedMessage {
  readonly topicName: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** 0 at QoS 0. */
  readonly packetIdentifier: number;
  /** Empty before 5.0. */
  readonly properties: PublishProperties;
  readonly receivedAt: Instant;
}

/** A moment: milliseconds since 1970, and the nanoseconds within its second. */
export interface Instant {
  readonly date: Date;
  readonly nanoseconds: number;
}
