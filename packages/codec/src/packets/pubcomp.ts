import type { ReasonCode } from '../reason-code.ts';
import type { AcknowledgementProperties } from './acknowledgement-properties.ts';

/** The answer to PUBREL, the fourth and last packet of a QoS 2 exchange (section 3.7). */
export interface PubcompPacket {
  readonly type: 'pubcomp';
  /** 1 to 65,535. */
  readonly packetIdentifier: number;
  /** Success in 3.1.1 and 3.1, which carry none. */
  readonly reasonCode: ReasonCode;
  readonly properties: AcknowledgementProperties;
}
