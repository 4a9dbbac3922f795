import type { AcknowledgementProperties } from './acknowledgement-properties.ts';

/** The answer to UNSUBSCRIBE (section 3.11). */
export interface UnsubackPacket {
  readonly type: 'unsuback';
  /** 1 to 65,535. */
  readonly packetIdentifier: number;
  /** One per Topic Filter, in the same order. Empty in 3.1.1 and 3.1, which carry none. */
  readonly reasonCodes: readonly number[];
  readonly properties: AcknowledgementProperties;
}
