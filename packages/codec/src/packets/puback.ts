import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { PUBACK as PUBACK_PLACE, type PropertyPlace } from '../property-place.ts';
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
  const use = reader.role === 'server' ? PUBACK_OF_CLIENT : PUBACK_OF_SERVER;
  return {
    type: 'puback',
    packetIdentifier: decodeAcknowledgedIdentifier(reader),
    reasonCode: decodeReasonCode(reader, use, 'MQTT-3.4.2-1', true),
    properties: decodeOptionalProperties(reader, PROPERTIES),
  };
}

/** The bytes of a PUBACK. */
export function encodePuback(packet: PubackPacket, writer: ByteWriter): Uint8Array {
  return encodeAcknowledgement(packet, writer, 0x40, PROPERTIES, PUBACK, 'MQTT-3.4.2-1');
}

const PROPERTIES: PropertyPlace<AcknowledgementProperties> = acknowledgementPlace(PUBACK_PLACE);
