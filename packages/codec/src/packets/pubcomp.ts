import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { PUBCOMP, type PropertyPlace } from '../property-place.ts';
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
  const use = PUBREL;
  return {
    type: 'pubcomp',
    packetIdentifier: decodeAcknowledgedIdentifier(reader),
    reasonCode: decodeReasonCode(reader, use, 'MQTT-3.7.2-1', true),
    properties: decodeOptionalProperties(reader, PROPERTIES),
  };
}

/** The bytes of a PUBCOMP. */
export function encodePubcomp(packet: PubcompPacket, writer: ByteWriter): Uint8Array {
  return encodeAcknowledgement(packet, writer, 0x70, PROPERTIES, PUBREL, 'MQTT-3.7.2-1');
}

const PROPERTIES: PropertyPlace<AcknowledgementProperties> = acknowledgementPlace(PUBCOMP);
