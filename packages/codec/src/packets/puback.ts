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

/** The answer to a PUBLISH with QoS 1 (section 3.4). */
export interface PubackPacket {
  readonly type: 'puback';
  /** 1 to 65,535. */
  readonly packetIdentifier: number;
  /** Success in 3.1.1 and 3.1, which carry none. */
  readonly reasonCode: ReasonCode;
  readonly properties: AcknowledgementProperties;
}

/** Reads what follows the fixed header of a PUBACK. */
export function decodePuback(reader: ByteReader): PubackPacket {
  const use = reader.role === 'server' ? ReasonCodeUse.pubackClient : ReasonCodeUse.pubackServer;
  return {
    type: 'puback',
    packetIdentifier: decodeAcknowledgedIdentifier(reader),
    reasonCode: decodeOptionalReasonCode(reader, use, 'MQTT-3.4.2-1'),
    properties: decodeAcknowledgementProperties(reader, 'puback'),
  };
}

/** The Remaining Length of a PUBACK; checks it. */
export function measurePuback(packet: PubackPacket, writer: ByteWriter): number {
  return measureAcknowledgement(packet, writer, 'puback', ReasonCodeUse.puback, 'MQTT-3.4.2-1');
}

/** Checks and writes a PUBACK. */
export function encodePuback(packet: PubackPacket, writer: ByteWriter): void {
  encodeAcknowledgement(packet, writer, 0x40, measurePuback(packet, writer));
}
