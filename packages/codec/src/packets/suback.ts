import type { AcknowledgementProperties } from './acknowledgement-properties.ts';

/** The answer to SUBSCRIBE (section 3.9). */
export interface SubackPacket {
  readonly type: 'suback';
  /** 1 to 65,535. */
  readonly packetIdentifier: number;
  /** One per subscription asked for, in the same order: the granted QoS or a failure of 0x80 or more. */
  readonly reasonCodes: readonly number[];
  readonly properties: AcknowledgementProperties;
}
