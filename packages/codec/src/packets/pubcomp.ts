import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { ReasonCodeUse } from '../reason-code-table.ts';
import type { ReasonCode } from '../reason-code.ts';
import {
  decodeAcknowledgedIdentifier,
  decodeAcknowledgementProperties,
  decodeOptionalReasonCode,
  encodeAcknowledgement,
  measureAcknowledgement,
  type AcknowledgementProperties,
} from './acknowledgement.ts';

/** The answer to PUBREL, the fourth and last packet of a QoS 2 exchange (section 3.7). */
export interface PubcompPacket {
  readonly type: 'pubcomp';
  /** 1 to 65,535. */
  readonly packetIdentifier: number;
  /** Success in 3.1.1 and 3.1, which carry none. */
  readonly reasonCode: ReasonCode;
  readonly properties: AcknowledgementProperties;
}

/** Reads what follows the fixed header of a PUBCOMP. */
export function decodePubcomp(reader: ByteReader): PubcompPacket {
  const use = ReasonCodeUse.pubrel;
  return {
    type: 'pubcomp',
    packetIdentifier: decodeAcknowledgedIdentifier(reader),
    reasonCode: decodeOptionalReasonCode(reader, use, 'MQTT-3.7.2-1'),
    properties: decodeAcknowledgementProperties(reader, 'pubcomp'),
  };
}

/** The Remaining Length of a PUBCOMP; checks it. */
export function measurePubcomp(packet: PubcompPacket, writer: ByteWriter): number {
  return measureAcknowledgement(packet, writer, 'pubcomp', ReasonCodeUse.pubrel, 'MQTT-3.7.2-1');
}

/** Checks and writes a PUBCOMP. */
export function encodePubcomp(packet: PubcompPacket, writer: ByteWriter): void {
  encodeAcknowledgement(packet, writer, 0x70, measurePubcomp(packet, writer));
}
