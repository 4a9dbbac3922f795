import type { ByteReader } from '../byte-reader.ts';
import { variableByteIntegerLength, type ByteWriter } from '../byte-writer.ts';
import { encodeProperties, measureProperties } from '../encode-properties.ts';
import { EncodeError } from '../errors.ts';
import { checkPacketIdentifier } from '../measure-fields.ts';
import { checkReasonCode, decodeReasonCode } from '../reason-code-field.ts';
import { ReasonCodeUse } from '../reason-code-table.ts';
import { ReasonCode } from '../reason-code.ts';
import { decodeRequiredProperties, type AcknowledgementProperties } from './acknowledgement.ts';
import { cite } from './wire-format.ts';

/** The answer to SUBSCRIBE (section 3.9). */
export interface SubackPacket {
  readonly type: 'suback';
  /** 1 to 65,535. */
  readonly packetIdentifier: number;
  /** One per subscription asked for, in the same order: the granted QoS or a failure of 0x80 or more. */
  readonly reasonCodes: readonly number[];
  readonly properties: AcknowledgementProperties;
}

/** Reads what follows the fixed header of a SUBACK. */
export function decodeSuback(reader: ByteReader): SubackPacket {
  const { format } = reader;
  const packetIdentifier = reader.packetIdentifier('MQTT-2.2.1-6', 'v3 MQTT-2.3.1-7');
  const properties = decodeRequiredProperties(reader, 'suback');
  if (reader.position === reader.end) {
    const statement = cite(format, 'MQTT-3.8.4-6', 'v3 MQTT-3.8.4-5');
    throw reader.forbidden('SUBACK has no Reason Code; allowed: one or more', reader.position, statement);
  }
  const reasonCodes: number[] = [];
  while (reader.position < reader.end) {
    reasonCodes.push(
      format.hasProperties ? decodeReasonCode(reader, ReasonCodeUse.suback, 'MQTT-3.9.3-2') : decodeReturnCode(reader),
    );
  }
  return { type: 'suback', packetIdentifier, reasonCodes, properties };
}

/** The Remaining Length of a SUBACK; checks it. */
export function measureSuback(packet: SubackPacket, writer: ByteWriter): number {
  const { format } = writer;
  const { reasonCodes } = packet;
  checkPacketIdentifier(packet.packetIdentifier, format);
  if (reasonCodes.length === 0) {
    const statement = cite(format, 'MQTT-3.8.4-6', 'v3 MQTT-3.8.4-5');
    throw new EncodeError({ field: 'reasonCodes', found: 'an empty list', allowed: 'one or more', statement });
  }
  for (let i = 0; i < reasonCodes.length; i++) {
    checkReasonCode(reasonCodes[i]!, ReasonCodeUse.suback, 'MQTT-3.9.3-2', `reasonCodes[${i}]`);
  }
  if (!format.hasProperties) return 2 + reasonCodes.length;
  writer.propertyLength = measureProperties(packet.properties, 'suback', writer);
  return 2 + variableByteIntegerLength(writer.propertyLength) + writer.propertyLength + reasonCodes.length;
}

/** Checks and writes a SUBACK. In 3.1.1 every failure is 0x80 [v3 MQTT-3.9.3-2]. */
export function encodeSuback(packet: SubackPacket, writer: ByteWriter): void {
  const { hasProperties } = writer.format;
  writer.begin(0x90, measureSuback(packet, writer));
  writer.twoByteInteger(packet.packetIdentifier);
  if (hasProperties) encodeProperties(packet.properties, writer.propertyLength, writer);
  for (const reasonCode of packet.reasonCodes) {
    writer.byte(hasProperties ? reasonCode : Math.min(reasonCode, ReasonCode.UnspecifiedError));
  }
}

// [v3 MQTT-3.9.3-2]
function decodeReturnCode(reader: ByteReader): number {
  const offset = reader.position;
  const code = reader.byte('Return Code');
  if (code > 2 && code !== 0x80) {
    throw reader.forbidden(`Return Code is ${code}; allowed: 0, 1, 2 and 128`, offset, 'v3 MQTT-3.9.3-2');
  }
  return code;
}
