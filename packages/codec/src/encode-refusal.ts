import { EncodeError } from './errors.ts';
import { LENGTH_BYTES_MAX } from './limits.ts';
import type { WireFormat } from './packets/wire-format.ts';

/** The {@link EncodeError} of a field. */
export function refusal(field: string, found: unknown, allowed: string, statement?: string): EncodeError {
  return new EncodeError({ field, found, allowed, statement });
}

/** Refuses everything but the whole numbers of a range, and gives them back. */
export function checkWhole(
  value: unknown,
  minimum: number,
  maximum: number,
  field: string,
  statement?: string,
): number {
  if (typeof value === 'number' && value >= minimum && value <= maximum && Number.isInteger(value)) return value;
  throw refusal(field, value, `a whole number, ${minimum} to ${maximum}`, statement);
}

/** The {@link EncodeError} of what cannot be a UTF-8 Encoded String. */
export function stringRefusal(field: string, found: unknown, format: WireFormat): EncodeError {
  const text = String(found);
  const { nullCharacter, illFormedUtf8 } = format.statements;
  const statement = text.includes('\0') ? nullCharacter : /\p{Surrogate}/u.test(text) ? illFormedUtf8 : undefined;
  return refusal(field, found, 'Unicode without U+0000, at most 65535 bytes', statement);
}

/** The bytes of a text in UTF-8, or -1 when it cannot be a UTF-8 Encoded String. */
export function utf8Length(text: string): number {
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
