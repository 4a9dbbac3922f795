import type { ByteReader } from '../byte-reader.ts';
import { variableByteIntegerLength, type ByteWriter } from '../byte-writer.ts';
import { encodeProperties, measureProperties } from '../encode-properties.ts';
import { EncodeError } from '../errors.ts';
import { checkPacketIdentifier } from '../measure-fields.ts';
import { checkReasonCode, decodeReasonCode } from '../reason-code-field.ts';
import { ReasonCodeUse } from '../reason-code-table.ts';
import { decodeRequiredProperties, type AcknowledgementProperties } from './acknowledgement.ts';

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
  const properties = decodeRequiredProperties(reader, 'unsuback');
  const reasonCodes: number[] = [];
  if (reader.format.hasProperties) {
    if (reader.position === reader.end) {
      throw reader.forbidden('UNSUBACK has no Reason Code; allowed: one or more', reader.position, 'MQTT-3.11.3-2');
    }
    while (reader.position < reader.end) {
      reasonCodes.push(decodeReasonCode(reader, ReasonCodeUse.unsuback, 'MQTT-3.11.3-2'));
    }
  }
  return { type: 'unsuback', packetIdentifier, reasonCodes, properties };
}

/** The Remaining Length of an UNSUBACK; checks it. */
export function measureUnsuback(packet: UnsubackPacket, writer: ByteWriter): number {
  const { format } = writer;
  const { reasonCodes } = packet;
  checkPacketIdentifier(packet.packetIdentifier, format);
  if (!format.hasProperties) return 2;
  if (reasonCodes.length === 0) {
    const statement = 'MQTT-3.11.3-2';
    throw new EncodeError({ field: 'reasonCodes', found: 'an empty list', allowed: 'one or more', statement });
  }
  for (let i = 0; i < reasonCodes.length; i++) {
    checkReasonCode(reasonCodes[i]!, ReasonCodeUse.unsuback, 'MQTT-3.11.3-2', `reasonCodes[${i}]`);
  }
  writer.propertyLength = measureProperties(packet.properties, 'unsuback', writer);
  return 2 + variableByteIntegerLength(writer.propertyLength) + writer.propertyLength + reasonCodes.length;
}

/** Checks and writes an UNSUBACK; 3.1.1 has no Reason Codes in it. */
export function encodeUnsuback(packet: UnsubackPacket, writer: ByteWriter): void {
  writer.begin(0xb0, measureUnsuback(packet, writer));
  writer.twoByteInteger(packet.packetIdentifier);
  if (!writer.format.hasProperties) return;
  encodeProperties(packet.properties, writer.propertyLength, writer);
  for (const reasonCode of packet.reasonCodes) writer.byte(reasonCode);
}
