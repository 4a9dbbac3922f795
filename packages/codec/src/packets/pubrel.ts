import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { PUBREL as PUBREL_PLACE, type PropertyPlace } from '../property-place.ts';
import { PUBREL } from '../reason-code-table.ts';
import { decodeReasonCode } from '../reason-code-field.ts';
import type { ReasonCode } from '../reason-code.ts';
import {
  acknowledgementPlace,
  decodeAcknowledgedIdentifier,
  decodeOptionalProperties,
  encodeAcknowledgement,
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
  const use = PUBREL;
  return {
    type: 'pubrel',
    packetIdentifier: decodeAcknowledgedIdentifier(reader),
    reasonCode: decodeReasonCode(reader, use, 'MQTT-3.6.2-1', true),
    properties: decodeOptionalProperties(reader, PROPERTIES),
  };
}

/** The bytes of a PUBREL. */
export function encodePubrel(packet: PubrelPacket, writer: ByteWriter): Uint8Array {
  return encodeAcknowledgement(packet, writer, 0x62, PROPERTIES, PUBREL, 'MQTT-3.6.2-1');
}

const PROPERTIES: PropertyPlace<AcknowledgementProperties> = acknowledgementPlace(PUBREL_PLACE);
