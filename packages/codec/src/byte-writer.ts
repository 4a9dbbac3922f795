import { checkWhole, refusal, stringRefusal, utf8Length } from './encode-refusal.ts';
import { LENGTH_BYTES_MAX, VARIABLE_BYTE_INTEGER_MAX } from './limits.ts';
import { cite, type WireFormat } from './packets/wire-format.ts';
import { NO_BYTES, allocateBytes, writePlain, writeUtf8 } from './platform.ts';

/**
 * Writes one packet into bytes of its own and judges every field on the way; a packet that must not be sent ends in an
 * EncodeError, and nobody sees what was written of it.
 *
 * Measuring a packet first would mean to look at every character twice. Instead the encoder of the packet gives a guess,
 * which for PUBLISH and its answers is nearly always exact: texts are ASCII, so that their bytes are their characters.
 * When it was too low the bytes grow, when it was too high a view of them is given, and when the Remaining Length then
 * takes another number of bytes than was thought, the packet moves by as many.
 */
export class ByteWriter {
  bytes: Uint8Array = NO_BYTES;
  position = 0;
  readonly format: WireFormat;
  #headerLength = 0;

  constructor(format: WireFormat) {
    this.format = format;
  }

  /** Starts a packet of about `remainingLength` bytes behind its fixed header, of which some at the end are sent apart. */
  begin(firstByte: number, remainingLength: number = REMAINING_LENGTH_GUESS, bytesApart: number = 0): void {
    this.#headerLength = fixedHeaderLength(remainingLength);
    this.bytes = allocateBytes(this.#headerLength + remainingLength - bytesApart);
    this.bytes[0] = firstByte;
    this.position = this.#headerLength;
  }

  /** The finished packet, which has `bytesApart` more bytes than were written. */
  finish(bytesApart: number = 0): Uint8Array {
    const remainingLength = this.position - this.#headerLength + bytesApart;
    const headerLength = fixedHeaderLength(remainingLength);
    if (headerLength !== this.#headerLength) this.#move(this.#headerLength, headerLength);
    const end = this.position;
    this.position = 1;
    this.variableByteInteger(remainingLength);
    const { bytes } = this;
    return end === bytes.length ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, end);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.bytes[this.position++] = value;
  }

  twoByteInteger(value: number): void {
    this.#reserve(2);
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

  /** A Packet Identifier, never 0. */
  packetIdentifier(value: number): void {
    checkPacketIdentifier(value, this.format);
    this.twoByteInteger(value);
  }

  /** A UTF-8 Encoded String; `prefix` and `field` name it in the error. */
  string(text: unknown, prefix: string, field: string): void {
    if (!this.text(text)) throw stringRefusal(prefix + field, text, this.format);
  }

  /** A UTF-8 Encoded String, or false when it cannot be one. */
  text(text: unknown): boolean {
    if (typeof text !== 'string' || text.length > LENGTH_BYTES_MAX) return false;
    let { length } = text;
    this.#reserve(2 + length);
    if (writePlain(text, this.bytes, this.position + 2)) {
      this.twoByteInteger(length);
      this.position += length;
      return true;
    }
    length = utf8Length(text);
    if (length < 0) return false;
    this.twoByteInteger(length);
    this.#reserve(length);
    this.position = writeUtf8(text, this.bytes, this.position);
    return true;
  }

  /** A Topic Name; the statements are those of 5.0 and 3.1.1 that forbid wildcards here. */
  topicName(text: unknown, prefix: string, field: string, v5: string, v3: string): void {
    if (text === '') {
      throw refusal(prefix + field, text, 'a Topic Name', cite(this.format, 'MQTT-4.7.3-1', 'v3 MQTT-4.7.3-1'));
    }
    if (typeof text === 'string' && (text.includes('+') || text.includes('#'))) {
      throw refusal(prefix + field, text, 'a Topic Name', cite(this.format, v5, v3));
    }
    this.string(text, prefix, field);
  }

  /** Binary Data; `prefix` and `field` name it in the error. */
  binary(value: unknown, prefix: string, field: string): void {
    if (!(value instanceof Uint8Array) || value.length > LENGTH_BYTES_MAX) {
      throw refusal(prefix + field, value, 'a Uint8Array of at most 65535 bytes');
    }
    this.twoByteInteger(value.length);
    this.raw(value);
  }

  /** A UTF-8 String Pair (section 1.5.7). */
  stringPair(value: unknown, prefix: string, field: string): void {
    if (!Array.isArray(value) || value.length !== 2) {
      throw refusal(prefix + field, value, 'pairs of a name and a value', 'MQTT-1.5.7-1');
    }
    this.string(value[0], prefix, field);
    this.string(value[1], prefix, field);
  }

  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.bytes.set(value, this.position);
    this.position += value.length;
  }

  /** Puts the length of all that was written behind `offset`, where one byte is free, in there. */
  lengthAt(offset: number): void {
    const length = this.position - offset - 1;
    const end = this.position + variableByteIntegerLength(length) - 1;
    if (length > 0x7f) this.#move(offset + 1, offset + variableByteIntegerLength(length));
    this.position = offset;
    this.variableByteInteger(length);
    this.position = end;
  }

  #reserve(length: number): void {
    const needed = this.position + length;
    if (needed <= this.bytes.length) return;
    const grown = allocateBytes(needed * 2);
    grown.set(this.bytes.subarray(0, this.position));
    this.bytes = grown;
  }

  /** Moves what was written from `from` on. */
  #move(from: number, to: number): void {
    if (to > from) this.#reserve(to - from);
    this.bytes.copyWithin(to, from, this.position);
    this.position += to - from;
  }
}

/** Refuses a Packet Identifier that is not 1 to 65,535. */
export function checkPacketIdentifier(value: number, format: WireFormat): void {
  checkWhole(value, 1, 0xffff, 'packetIdentifier', cite(format, 'MQTT-2.2.1-3', 'v3 MQTT-2.3.1-1'));
}

/** How many bytes a Variable Byte Integer takes (section 1.5.5). */
function variableByteIntegerLength(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : 4;
}

function fixedHeaderLength(remainingLength: number): number {
  if (remainingLength > VARIABLE_BYTE_INTEGER_MAX) {
    throw refusal('Remaining Length', remainingLength, `at most ${VARIABLE_BYTE_INTEGER_MAX}`);
  }
  return 1 + variableByteIntegerLength(remainingLength);
}

// For packets that come once in a connection or a subscription: no more than one byte of Remaining Length.
const REMAINING_LENGTH_GUESS = 120;
