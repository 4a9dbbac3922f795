// What the codec takes from its surroundings: TextDecoder and TextEncoder, which every runtime has, and Node's Buffer,
// which is only a fast path and is looked for once. The declarations are local to this file, because the package is
// compiled without the types of any runtime.

/** What V8 keeps inside the object of a typed array. */
const IN_OBJECT_BYTES_MAX = 64;
/** Up to here a loop is faster than a call into the runtime. */
const LOOP_CHARACTERS_MAX = 16;

declare class TextDecoder {
  constructor(label: string, options: { fatal: boolean; ignoreBOM: boolean });
  decode(bytes: Uint8Array): string;
}
declare class TextEncoder {
  encodeInto(text: string, bytes: Uint8Array): { written: number };
}
interface BufferLike {
  allocUnsafe(length: number): Uint8Array;
  readonly prototype: {
    readonly latin1Slice?: (this: Uint8Array, start: number, end: number) => string;
    readonly utf8Write?: (this: Uint8Array, text: string, start: number, length: number) => number;
  };
}

/**
 * Fresh bytes, not always zeroed: the caller writes each of them.
 *
 * V8 keeps up to 64 bytes inside the object; beyond that `new Uint8Array` allocates outside the heap, which costs about
 * ten times as much as a slice of Buffer's pool. The result is a plain Uint8Array either way, maybe with other bytes
 * around it in its ArrayBuffer.
 */
export function allocateBytes(length: number): Uint8Array {
  if (length <= IN_OBJECT_BYTES_MAX || nodeBuffer === undefined) return new Uint8Array(length);
  const pooled = nodeBuffer.allocUnsafe(length);
  return new Uint8Array(pooled.buffer, pooled.byteOffset, length);
}

/** The text of bytes that are known to be ASCII. */
export function readAscii(bytes: Uint8Array, start: number, end: number): string {
  // Works on any Uint8Array and needs no view of the part, which is why it is faster than TextDecoder.
  return latin1Slice === undefined
    ? textDecoder.decode(bytes.subarray(start, end))
    : latin1Slice.call(bytes, start, end);
}

/** The text of UTF-8 bytes, byte order marks kept [MQTT-1.5.4-3], or undefined when they are ill-formed [MQTT-1.5.4-1]. */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return textDecoder.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

/** Writes a text as UTF-8 and gives the position behind it. The text is well-formed and fits. */
export function writeUtf8(text: string, bytes: Uint8Array, position: number): number {
  return position + textEncoder.encodeInto(text, bytes.subarray(position)).written;
}

/**
 * Writes a text of ASCII characters other than U+0000. False when it is not one; something may be written then, here and
 * behind it.
 */
export function writePlain(text: string, bytes: Uint8Array, position: number): boolean {
  const { length } = text;
  const room = bytes.length - position;
  // A character takes three bytes at most. If there is room for that, the text is ASCII when it took one byte for each.
  if (utf8Write !== undefined && length > LOOP_CHARACTERS_MAX && room >= length * 3) {
    return utf8Write.call(bytes, text, position, room) === length && !text.includes('\0');
  }
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if ((code - 1) >>> 0 >= 0x7f) return false;
    bytes[position + i] = code;
  }
  return true;
}

/** No bytes, where there are none yet or no more. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

const textDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const textEncoder = new TextEncoder();
// Not by its name: that would make bundlers for the browser add a polyfill.
const nodeBuffer: BufferLike | undefined = Reflect.get(globalThis, 'Buffer');
// Polyfills of Buffer do not have these on their prototype. They take any Uint8Array.
const latin1Slice = nodeBuffer?.prototype.latin1Slice;
const utf8Write = nodeBuffer?.prototype.utf8Write;
