import { EncodeError } from './errors.ts';
import type { WireFormat } from './packets/wire-format.ts';
import { allocateBytes, writePlain, writeUtf8 } from './platform.ts';

/**
 * Writes one packet. It is measured first, which checks every field, and only then are the bytes allocated, in the exact
 * length.
 *
 * Measuring a text means to look at each character, and so does writing it. As nearly every text is plain ASCII, the
 * first attempt takes each for that: its length in bytes is then the number of its characters, and the loop that writes
 * it finds out whether that was right. If it was not, the attempt is thrown away and `exact` measuring, which judges
 * every text, comes before anything is written. Nobody sees bytes of a packet that must not be sent.
 */
export class ByteWriter {
  bytes: Uint8Array = NO_BYTES;
  position = 0;
  readonly format: WireFormat;
  /** What measuring found for the Property Length, kept for writing so that it is not measured twice. */
  propertyLength = 0;
  /** The same for the Will Properties. */
  willPropertyLength = 0;

  /** Texts are measured by their characters, not taken for ASCII. */
  exact: boolean;
  /** A text was met that is not plain ASCII, so that the attempt is void. */
  #unusual = false;

  constructor(format: WireFormat, exact: boolean = false) {
    this.format = format;
    this.exact = exact;
  }

  /** Allocates the packet, except the bytes at its end that are sent apart, and writes its fixed header. */
  begin(firstByte: number, remainingLength: number, bytesApart: number = 0): void {
    this.bytes = allocateBytes(packetLength(remainingLength) - bytesApart);
    this.bytes[0] = firstByte;
    this.position = 1;
    this.variableByteInteger(remainingLength);
  }

  /** Whether to write the packet once more, because it had a text that is not plain ASCII. */
  retry(): boolean {
    if (!this.#unusual) return false;
    this.#unusual = false;
    this.exact = true;
    return true;
  }

  /** The finished packet. That every byte was written is what makes memory that is not zeroed safe, so it is checked. */
  finish(): Uint8Array {
    const { bytes, position } = this;
    if (position !== bytes.length) throw new Error(`codec: measured ${bytes.length} bytes and wrote ${position}`);
    return bytes;
  }

  byte(value: number): void {
    this.bytes[this.position++] = value;
  }

  twoByteInteger(value: number): void {
    const { bytes, position } = this;
    bytes[position] = value >>> 8;
    bytes[position + 1] = value;
    this.position = position + 2;
  }

  fourByteInteger(value: number): void {
    this.twoByteInteger(value >>> 16);
    this.twoByteInteger(value & 0xffff);
  }

  variableByteInteger(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  string(text: string, isTopicName: boolean = false): void {
    const { bytes, position } = this;
    if (this.exact) {
      const end = writeUtf8(text, bytes, position + 2);
      this.twoByteInteger(end - position - 2);
      this.position = end;
      return;
    }
    this.twoByteInteger(text.length);
    if (!writePlain(text, bytes, position + 2, isTopicName)) this.#unusual = true;
    this.position = position + 2 + text.length;
  }

  binary(value: Uint8Array): void {
    this.twoByteInteger(value.length);
    this.raw(value);
  }

  raw(value: Uint8Array): void {
    this.bytes.set(value, this.position);
    this.position += value.length;
  }
}

/** The bytes of a whole packet. Throws {@link EncodeError} when the Remaining Length cannot be encoded (section 2.1.4). */
export function packetLength(remainingLength: number): number {
  if (remainingLength > VARIABLE_BYTE_INTEGER_MAX) {
    throw new EncodeError({
      field: 'Remaining Length',
      found: remainingLength,
      allowed: `at most ${VARIABLE_BYTE_INTEGER_MAX} bytes`,
    });
  }
  return 1 + variableByteIntegerLength(remainingLength) + remainingLength;
}

/** How many bytes a Variable Byte Integer takes (section 1.5.5). */
export function variableByteIntegerLength(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : 4;
}

/** The largest value of a Variable Byte Integer. */
export const VARIABLE_BYTE_INTEGER_MAX = 0xfffffff;

const NO_BYTES = new Uint8Array(0);
