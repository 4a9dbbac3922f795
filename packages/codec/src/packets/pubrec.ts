import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { PUBREC, type PropertyPlace } from '../property-place.ts';
import { PUBACK, PUBACK_OF_CLIENT, PUBACK_OF_SERVER } from '../reason-code-table.ts';
import { decodeReasonCode } from '../reason-code-field.ts';
import type { ReasonCode } from '../reason-code.ts';
import {
  acknowledgementPlace,
  decodeAcknowledgedIdentifier,
  decodeOptionalProperties,
  encodeAcknowledgement,
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
  const use = reader.role === 'server' ? PUBACK_OF_CLIENT : PUBACK_OF_SERVER;
  return {
    type: 'pubrec',
    packetIdentifier: decodeAcknowledgedIdentifier(reader),
    reasonCode: decodeReasonCode(reader, use, 'MQTT-3.5.2-1', true),
    properties: decodeOptionalProperties(reader, PROPERTIES),
  };
}

/** The bytes of a PUBREC. */
export function encodePubrec(packet: PubrecPacket, writer: ByteWriter): Uint8Array {
  return encodeAcknowledgement(packet, writer, 0x50, PROPERTIES, PUBACK, 'MQTT-3.5.2-1');
}

const PROPERTIES: PropertyPlace<AcknowledgementProperties> = acknowledgementPlace(PUBREC);
