import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties } from '../encode-properties.ts';
import { refusal } from '../encode-refusal.ts';
import { SUBACK as SUBACK_PLACE, type PropertyPlace } from '../property-place.ts';
import { checkReasonCode, decodeReasonCode } from '../reason-code-field.ts';
import { SUBACK, UNSPECIFIED_ERROR } from '../reason-code-table.ts';
import { acknowledgementPlace, type AcknowledgementProperties } from './acknowledgement.ts';
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
  const properties = decodeProperties(reader, PROPERTIES);
  if (reader.position === reader.end) {
    const statement = cite(format, 'MQTT-3.8.4-6', 'v3 MQTT-3.8.4-5');
    throw reader.forbidden('Reason Codes', 'empty', ONE_OR_MORE, reader.position, statement);
  }
  const reasonCodes: number[] = [];
  while (reader.position < reader.end) {
    reasonCodes.push(
      format.hasProperties ? decodeReasonCode(reader, SUBACK, 'MQTT-3.9.3-2') : decodeReturnCode(reader),
    );
  }
  return { type: 'suback', packetIdentifier, reasonCodes, properties };
}

/** The bytes of a SUBACK. In 3.1.1 every failure is 0x80 [v3 MQTT-3.9.3-2]. */
export function encodeSuback(packet: SubackPacket, writer: ByteWriter): Uint8Array {
  const { reasonCodes, properties } = packet;
  const { format } = writer;
  if (reasonCodes.length === 0) {
    throw refusal('reasonCodes', 'empty', ONE_OR_MORE, cite(format, 'MQTT-3.8.4-6', 'v3 MQTT-3.8.4-5'));
  }
  writer.begin(0x90);
  writer.packetIdentifier(packet.packetIdentifier);
  encodeProperties(properties, PROPERTIES, writer);
  for (let i = 0; i < reasonCodes.length; i++) {
    const reasonCode = reasonCodes[i]!;
    checkReasonCode(reasonCode, SUBACK, 'MQTT-3.9.3-2', `reasonCodes[${i}]`);
    writer.byte(format.hasProperties ? reasonCode : Math.min(reasonCode, UNSPECIFIED_ERROR));
  }
  return writer.finish();
}

// [v3 MQTT-3.9.3-2]
function decodeReturnCode(reader: ByteReader): number {
  const offset = reader.position;
  const code = reader.byte('Return Code');
  if (code > 2 && code !== 0x80) {
    throw reader.forbidden('Return Code', code, '0, 1, 2 or 128', offset, 'v3 MQTT-3.9.3-2');
  }
  return code;
}

const ONE_OR_MORE = 'one or more';
const PROPERTIES: PropertyPlace<AcknowledgementProperties> = acknowledgementPlace(SUBACK_PLACE);
