// How bytes stand in a line: as text if they are well-formed UTF-8, so that a person can read them, otherwise in base64.
// TextDecoder and TextEncoder exist in every runtime; they are declared here, because this package is compiled without the
// types of any.

declare class TextDecoder {
  constructor(label: string, options: { fatal: boolean; ignoreBOM: boolean });
  decode(bytes: Uint8Array): string;
}
declare class TextEncoder {
  encode(text: string): Uint8Array;
}

/** Bytes in a line. */
export type ByteText = string | { readonly base64: string };

/** Bytes as text that {@link parseByteText} turns into the same bytes. */
export function formatByteText(bytes: Uint8Array): ByteText {
  return readUtf8(bytes) ?? { base64: toBase64(bytes) };
}

/** The bytes; undefined: it is none of the two forms. */
export function parseByteText(value: unknown): Uint8Array | undefined {
  if (typeof value === 'string') return isWellFormed(value) ? textEncoder.encode(value) : undefined;
  if (typeof value !== 'object' || value === null || !('base64' in value)) return undefined;
  return typeof value.base64 === 'string' ? fromBase64(value.base64) : undefined;
}

/** The text of UTF-8 bytes; undefined: they are not well-formed. */
export function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return textDecoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Whether a text has no lone surrogates. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const left = bytes.length - index;
    const bits = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text += DIGITS.charAt(bits >> 18) + DIGITS.charAt((bits >> 12) & 63);
    text += left > 1 ? DIGITS.charAt((bits >> 6) & 63) : '=';
    text += left > 2 ? DIGITS.charAt(bits & 63) : '=';
  }
  return text;
}

function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let place = 0, index = 0; place < text.length; place += 4, index += 3) {
    let bits = 0;
    for (let digit = 0; digit < 4; digit += 1) {
      bits = (bits << 6) | Math.max(0, DIGITS.indexOf(text.charAt(place + digit)));
    }
    bytes[index] = bits >> 16;
    if (index + 1 < bytes.length) bytes[index + 1] = (bits >> 8) & 0xff;
    if (index + 2 < bytes.length) bytes[index + 2] = bits & 0xff;
  }
  return bytes;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const textDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const textEncoder = new TextEncoder();
