// What the format takes from its surroundings: TextDecoder and TextEncoder, which every runtime has, and two methods of
// Node's Buffer, which are only a fast path. Declared here, because the package is compiled without types of a runtime.

declare class TextDecoder {
  constructor(label: string, options: { fatal: boolean; ignoreBOM: boolean });
  decode(bytes: Uint8Array): string;
}
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
interface BufferLike {
  readonly prototype: {
    readonly latin1Slice?: (this: Uint8Array, start: number, end: number) => string;
    readonly utf8Write?: (this: Uint8Array, text: string, start: number, length: number) => number;
  };
}

/** Up to here a loop is faster than a call into the runtime. */
const LOOP_CHARACTERS_MAX = 32;

/** The text of UTF-8 bytes, byte order marks kept, or undefined when they are ill-formed. */
export function readText(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (latin1Slice !== undefined && isAscii(bytes, start, end)) return latin1Slice.call(bytes, start, end);
  try {
    return textDecoder.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

/**
 * Writes an ASCII text into bytes that have room for three times its characters. False when it is not ASCII; something may
 * be written then, here and behind it.
 */
export function writeAscii(text: string, bytes: Uint8Array, position: number): boolean {
  const { length } = text;
  // If there is room for three bytes a character, the text is ASCII when it took one for each.
  if (utf8Write !== undefined && length > LOOP_CHARACTERS_MAX) {
    return utf8Write.call(bytes, text, position, length * 3) === length;
  }
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return false;
    bytes[position + index] = code;
  }
  return true;
}

/** The UTF-8 bytes of any text. */
export function textBytes(text: string): Uint8Array {
  return textEncoder.encode(text);
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if ((bytes[index] ?? 0) > 0x7f) return false;
  return true;
}

const textDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const textEncoder = new TextEncoder();
const nodeBuffer: BufferLike | undefined = Reflect.get(globalThis, 'Buffer');
// Polyfills of Buffer do not have these on their prototype. They take any Uint8Array.
const latin1Slice = nodeBuffer?.prototype.latin1Slice;
const utf8Write = nodeBuffer?.prototype.utf8Write;
