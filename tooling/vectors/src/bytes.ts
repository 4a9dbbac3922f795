/**
 * A lenient byte builder: it writes whatever it is told, right or wrong. Nothing here is taken from the codec, so that
 * a mistake there cannot hide behind the same mistake here.
 */
export type Bytes = readonly number[];

/** Joins parts to one sequence of bytes. */
export function join(...parts: readonly Bytes[]): Bytes {
  return parts.flat();
}

/** Two Byte Integer (section 1.5.2). */
export function u16(value: number): Bytes {
  return [(value >>> 8) & 0xff, value & 0xff];
}

/** Four Byte Integer (section 1.5.3). */
export function u32(value: number): Bytes {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** Variable Byte Integer (section 1.5.5), padded with continuation bytes to `size` bytes when that is given. */
export function vbi(value: number, size = 0): Bytes {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 || bytes.length + 1 < size ? low + 128 : low);
  } while (rest > 0 || bytes.length < size);
  return bytes;
}

/** The UTF-8 bytes of a text, without a length. */
export function utf8(text: string): Bytes {
  return [...new TextEncoder().encode(text)];
}

/** UTF-8 Encoded String (section 1.5.4) from a text, or from bytes that need not be UTF-8 at all. */
export function str(content: string | Bytes): Bytes {
  const bytes = typeof content === 'string' ? utf8(content) : content;
  return join(u16(bytes.length), bytes);
}

/** Binary Data (section 1.5.6). */
export function bin(content: Bytes): Bytes {
  return join(u16(content.length), content);
}

/** A whole packet: the first byte, an honest Remaining Length, the body. */
export function frame(firstByte: number, ...body: readonly Bytes[]): Bytes {
  const bytes = join(...body);
  return join([firstByte], vbi(bytes.length), bytes);
}

/** A set of properties: an honest Property Length and the properties. */
export function properties(...parts: readonly Bytes[]): Bytes {
  const bytes = join(...parts);
  return join(vbi(bytes.length), bytes);
}

/** Lower-case hex without spaces. */
export function toHex(bytes: Iterable<number>): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** The bytes of a hex text. */
export function fromHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}

/** A text as a part of a name: its code points in hex. */
export function codePoints(text: string): string {
  return text === '' ? 'empty' : Array.from(text, (letter) => letter.codePointAt(0)?.toString(16)).join('-');
}
