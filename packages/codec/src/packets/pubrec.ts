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

/** The answer to a PUBLISH with QoS 2, the second packet of that exchange (section 3.5). */
export interface PubrecPacket {
  readonly type: 'pubrec';
  /** 1 to 65,535. */
  readonly packetIdentifier: number;
  /** Success in 3.1.1 and 3.1, which carry none. */
  readonly reasonCode: ReasonCode;
  readonly properties: AcknowledgementProperties;
}

/** Reads what follows the fixed header of a PUBREC. */
export function decodePubrec(reader: ByteReader): PubrecPacket {
  const use = reader.role === 'server' ? ReasonCodeUse.pubackClient : ReasonCodeUse.pubackServer;
  return {
    type: 'pubrec',
    packetIdentifier: decodeAcknowledgedIdentifier(reader),
    reasonCode: decodeOptionalReasonCode(reader, use, 'MQTT-3.5.2-1'),
    properties: decodeAcknowledgementProperties(reader, 'pubrec'),
  };
}

/** The Remaining Length of a PUBREC; checks it. */
export function measurePubrec(packet: PubrecPacket, writer: ByteWriter): number {
  return measureAcknowledgement(packet, writer, 'pubrec', ReasonCodeUse.puback, 'MQTT-3.5.2-1');
}

/** Checks and writes a PUBREC. */
export function encodePubrec(packet: PubrecPacket, writer: ByteWriter): void {
  encodeAcknowledgement(packet, writer, 0x50, measurePubrec(packet, writer));
}
