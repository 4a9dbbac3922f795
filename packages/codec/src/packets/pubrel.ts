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

/** The answer to PUBREC, the third packet of a QoS 2 exchange (section 3.6). */
export interface PubrelPacket {
  readonly type: 'pubrel';
  /** 1 to 65,535. */
  readonly packetIdentifier: number;
  /** Success in 3.1.1 and 3.1, which carry none. */
  readonly reasonCode: ReasonCode;
  readonly properties: AcknowledgementProperties;
}

/** Reads what follows the fixed header of a PUBREL. */
export function decodePubrel(reader: ByteReader): PubrelPacket {
  const use = ReasonCodeUse.pubrel;
  return {
    type: 'pubrel',
    packetIdentifier: decodeAcknowledgedIdentifier(reader),
    reasonCode: decodeOptionalReasonCode(reader, use, 'MQTT-3.6.2-1'),
    properties: decodeAcknowledgementProperties(reader, 'pubrel'),
  };
}

/** The Remaining Length of a PUBREL; checks it. */
export function measurePubrel(packet: PubrelPacket, writer: ByteWriter): number {
  return measureAcknowledgement(packet, writer, 'pubrel', ReasonCodeUse.pubrel, 'MQTT-3.6.2-1');
}

/** Checks and writes a PUBREL. */
export function encodePubrel(packet: PubrelPacket, writer: ByteWriter): void {
  encodeAcknowledgement(packet, writer, 0x62, measurePubrel(packet, writer));
}
