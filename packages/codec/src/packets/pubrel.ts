import type { ReasonCode } from '../reason-code.ts';
import type { AcknowledgementProperties } from './acknowledgement-properties.ts';

/** The answer to PUBREC, the third packet of a QoS 2 exchange (section 3.6). */
export interface PubrelPacket {
  readonly type: 'pubrel';
  /** 1 to 65,535. */
  readonly packetIdentifier: number;
  /** Success in 3.1.1 and 3.1, which carry none. */
  readonly reasonCode: ReasonCode;
  readonly properties: AcknowledgementProperties;
}
