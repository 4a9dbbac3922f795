/**
 * A lenient encoder: puts together any bytes, right or wrong. Nothing is checked.
 *
 * @param firstByte - packet type and flags, 0 to 255.
 * @param parts - what follows the Remaining Length, which is computed.
 */
export function frame(firstByte: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concatenate(parts);
  return concatenate([Uint8Array.of(firstByte), variableByteInteger(body.length), body]);
}

/** The arrays one after the other in a new one. */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Single bytes, each 0 to 255. */
export function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

/** Bytes written in hex; white space is ignored. */
export function hex(text: string): Uint8Array {
  const digits = text.replaceAll(/\s/g, '');
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) throw new RangeError(`Not whole bytes in hex: ${text}`);
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** A Two Byte Integer. */
export function twoByteInteger(value: number): Uint8Array {
  return bytes((value >>> 8) & 0xff, value & 0xff);
}

/** A Four Byte Integer. */
export function fourByteInteger(value: number): Uint8Array {
  return bytes((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** A Variable Byte Integer in its shortest form, or padded to `length` bytes to break [MQTT-1.5.5-1]. */
export function variableByteInteger(value: number, length = 1): Uint8Array {
  const out: number[] = [];
  let rest = value;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    out.push(rest > 0 || out.length + 1 < length ? digit | 0x80 : digit);
  } while (rest > 0 || out.length < length);
  return Uint8Array.from(out);
}

/** Binary Data: a Two Byte Integer length and the bytes. */
export function binary(data: Uint8Array): Uint8Array {
  return concatenate([twoByteInteger(data.length), data]);
}

/** A UTF-8 Encoded String. Use {@link binary} for bytes that are not UTF-8. */
export function string(text: string): Uint8Array {
  return binary(new TextEncoder().encode(text));
}

/** A property section: its length and the properties given. */
export function properties(...parts: readonly Uint8Array[]): Uint8Array {
  const body = concatenate(parts);
  return concatenate([variableByteInteger(body.length), body]);
}

/** A property: identifier and value, the value already encoded. */
export function property(identifier: number, value: Uint8Array): Uint8Array {
  return concatenate([bytes(identifier), value]);
}
