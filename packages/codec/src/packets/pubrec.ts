import type { ReasonCode } from '../reason-code.ts';
import type { AcknowledgementProperties } from './acknowledgement-properties.ts';

/** The answer to a PUBLISH with QoS 2, the second packet of that exchange (section 3.5). */
export interface PubrecPacket {
  readonly type: 'pubrec';
  /** 1 to 65,535. */
  readonly packetIdentifier: number;
  /** Success in 3.1.1 and 3.1, which carry none. */
  readonly reasonCode: ReasonCode;
  readonly properties: AcknowledgementProperties;
}
