import type { ReasonCode } from '../reason-code.ts';
import type { AcknowledgementProperties } from './acknowledgement-properties.ts';

/** The answer to a PUBLISH with QoS 1 (section 3.4). */
export interface PubackPacket {
  readonly type: 'puback';
  /** 1 to 65,535. */
  readonly packetIdentifier: number;
  /** Success in 3.1.1 and 3.1, which carry none. */
  readonly reasonCode: ReasonCode;
  readonly properties: AcknowledgementProperties;
}
