import { checkTopicName } from '@skua/topics';
import type { ByteWriter } from './byte-writer.ts';
import { EncodeError } from './errors.ts';
import { cite, type WireFormat } from './packets/wire-format.ts';

/** The bytes of a UTF-8 Encoded String with its length. `prefix` and `field` name it in the {@link EncodeError}. */
export function measureString(text: unknown, prefix: string, field: string, writer: ByteWriter): number {
  if (!writer.exact && typeof text === 'string' && text.length <= LENGTH_BYTES_MAX) return 2 + text.length;
  const length = utf8Length(text);
  if (length < 0) throw stringError(text, prefix + field, writer.format);
  return 2 + length;
}

/** The bytes of a Topic Name with its length; the statements are those that forbid wildcards here. */
export function measureTopicName(
  text: unknown,
  prefix: string,
  field: string,
  writer: ByteWriter,
  v5: string,
  v3: string,
): number {
  if (!writer.exact && typeof text === 'string' && text.length <= LENGTH_BYTES_MAX && text.length > 0) {
    return 2 + text.length;
  }
  const { format } = writer;
  const length = utf8Length(text);
  if (length < 0 || typeof text !== 'string') throw stringError(text, prefix + field, format);
  const error = checkTopicName(text);
  if (error !== undefined) {
    const statement = error.rule === 'wildcardInTopicName' ? cite(format, v5, v3) : topicStatement(error, format);
    throw new EncodeError({ field: prefix + field, found: text, allowed: 'a Topic Name', statement });
  }
  return 2 + length;
}

/** The statement of a fault that `@skua/topics` found. */
export function topicStatement(
  error: { readonly statement: string | undefined; readonly statementV3: string | undefined },
  format: WireFormat,
): string | undefined {
  return format.hasProperties ? error.statement : error.statementV3;
}

/** The bytes of Binary Data with its length. */
export function measureBinary(value: unknown, prefix: string, field: string): number {
  if (!(value instanceof Uint8Array) || value.length > LENGTH_BYTES_MAX) {
    throw new EncodeError({ field: prefix + field, found: value, allowed: 'a Uint8Array of at most 65,535 bytes' });
  }
  return 2 + value.length;
}

/** Refuses everything but the whole numbers of a range. */
export function checkInteger(value: number, minimum: number, maximum: number, field: string, statement?: string): void {
  if (!(value >= minimum && value <= maximum) || !Number.isInteger(value)) {
    throw new EncodeError({ field, found: value, allowed: `a whole number, ${minimum} to ${maximum}`, statement });
  }
}

/** Refuses a Packet Identifier that is not 1 to 65,535. */
export function checkPacketIdentifier(value: number, format: WireFormat): void {
  if (!(value >= 1 && value <= 0xffff) || !Number.isInteger(value)) {
    const statement = cite(format, 'MQTT-2.2.1-3', 'v3 MQTT-2.3.1-1');
    throw new EncodeError({
      field: 'packetIdentifier',
      found: value,
      allowed: 'a whole number, 1 to 65535',
      statement,
    });
  }
}

/** The bytes of a text in UTF-8, or -1 when it cannot be a UTF-8 Encoded String. */
export function utf8Length(text: unknown): number {
  if (typeof text !== 'string' || text.length > LENGTH_BYTES_MAX) return -1;
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code - 1) >>> 0 < 0x7f) continue;
    if (code === 0) return -1; // [MQTT-1.5.4-2]
    if (code < 0x800) length += 1;
    else if (code < 0xd800 || code > 0xdfff) length += 2;
    else {
      const low = text.charCodeAt(i + 1); // NaN behind the end
      if (code > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return -1; // [MQTT-1.5.4-1]
      length += 2;
      i++;
    }
  }
  return length > LENGTH_BYTES_MAX ? -1 : length;
}

/** What is wrong with what `utf8Length` has refused. */
export function stringError(text: unknown, field: string, format: WireFormat): EncodeError {
  const { nullCharacter, illFormedUtf8 } = format.statements;
  let statement: string | undefined;
  let allowed = 'a string of at most 65,535 bytes in UTF-8';
  if (typeof text === 'string' && text.length <= LENGTH_BYTES_MAX) {
    if (text.includes('\0')) {
      statement = nullCharacter;
      allowed = 'a string without U+0000';
    } else if (/\p{Surrogate}/u.test(text)) {
      statement = illFormedUtf8;
      allowed = 'a string without half surrogate pairs';
    }
  }
  return new EncodeError({ field, found: text, allowed, statement });
}

const LENGTH_BYTES_MAX = 0xffff;
