import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties } from '../encode-properties.ts';
import { refusal } from '../encode-refusal.ts';
import { UNSUBACK as UNSUBACK_PLACE, type PropertyPlace } from '../property-place.ts';
import { checkReasonCode, decodeReasonCode } from '../reason-code-field.ts';
import { UNSUBACK } from '../reason-code-table.ts';
import { acknowledgementPlace, type AcknowledgementProperties } from './acknowledgement.ts';

/** The answer to UNSUBSCRIBE (section 3.11). */
export interface UnsubackPacket {
  readonly type: 'unsuback';
  /** 1 to 65,535. */
  readonly packetIdentifier: number;
  /** One per Topic Filter, in the same order. Empty in 3.1.1 and 3.1, which carry none. */
  readonly reasonCodes: readonly number[];
  readonly properties: AcknowledgementProperties;
}

/** Reads what follows the fixed header of an UNSUBACK. */
export function decodeUnsuback(reader: ByteReader): UnsubackPacket {
  const packetIdentifier = reader.packetIdentifier('MQTT-2.2.1-6', 'v3 MQTT-2.3.1-7');
  const properties = decodeProperties(reader, PROPERTIES);
  const reasonCodes: number[] = [];
  if (reader.format.hasProperties) {
    if (reader.position === reader.end) {
      throw reader.forbidden('Reason Codes', 'empty', ONE_OR_MORE, reader.position, 'MQTT-3.11.3-2');
    }
    while (reader.position < reader.end) {
      reasonCodes.push(decodeReasonCode(reader, UNSUBACK, 'MQTT-3.11.3-2'));
    }
  }
  return { type: 'unsuback', packetIdentifier, reasonCodes, properties };
}

/** The bytes of an UNSUBACK; 3.1.1 has no Reason Codes in it. */
export function encodeUnsuback(packet: UnsubackPacket, writer: ByteWriter): Uint8Array {
  const { properties } = packet;
  const { hasProperties } = writer.format;
  const reasonCodes = hasProperties ? packet.reasonCodes : [];
  writer.begin(0xb0);
  writer.packetIdentifier(packet.packetIdentifier);
  encodeProperties(properties, PROPERTIES, writer);
  if (hasProperties && reasonCodes.length === 0) throw refusal('reasonCodes', 'empty', ONE_OR_MORE, 'MQTT-3.11.3-2');
  for (let i = 0; i < reasonCodes.length; i++) {
    const reasonCode = reasonCodes[i]!;
    checkReasonCode(reasonCode, UNSUBACK, 'MQTT-3.11.3-2', `reasonCodes[${i}]`);
    writer.byte(reasonCode);
  }
  return writer.finish();
}

const ONE_OR_MORE = 'one or more';
const PROPERTIES: PropertyPlace<AcknowledgementProperties> = acknowledgementPlace(UNSUBACK_PLACE);
