import { StoreError } from '../store.ts';
import { textBytes, writeAscii } from './text-bytes.ts';

/**
 * Writes the fields of records one behind the other into bytes that grow. A writer is made once and used again for every
 * record or batch: see {@link RecordWriter.reset}.
 */
export class RecordWriter {
  /** What was written, up to `position`, and room behind it. Another array after it has grown. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Where the next field goes. */
  position = 0;
  #view: DataView<ArrayBuffer>;

  /** @param capacity bytes to begin with, 16 or more. */
  constructor(capacity: number = 256) {
    this.bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Starts again, in the same bytes. */
  reset(): void {
    this.position = 0;
  }

  /** A copy of what was written since `start`. */
  copy(start: number = 0): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(start, this.position);
  }

  /** Room for so many bytes at `position`. */
  reserve(length: number): void {
    const needed = this.position + length;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(needed * 2);
    grown.set(this.bytes.subarray(0, this.position));
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  /** A byte, 0 to 255. */
  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.position++] = value;
  }

  /** A whole number from 0 to 2^53 - 1, in as few bytes as it needs. @throws {StoreError} for any other. */
  whole(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new StoreError(`${value} cannot be stored: not a whole number.`);
    this.reserve(WHOLE_BYTES_MAX);
    let rest = value;
    // Shifts would cut at 32 bits.
    while (rest > 0x7f_ff_ff_ff) {
      this.bytes[this.position++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      this.bytes[this.position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.position++] = rest;
  }

  /** Any number, in eight bytes. */
  number(value: number): void {
    this.reserve(8);
    this.#view.setFloat64(this.position, value);
    this.position += 8;
  }

  /** Bytes, with their length before them. */
  blob(value: Uint8Array): void {
    this.whole(value.length);
    this.reserve(value.length);
    this.bytes.set(value, this.position);
    this.position += value.length;
  }

  /** A text as UTF-8, with its length in bytes before it. */
  text(value: string): void {
    const { length } = value;
    this.reserve(WHOLE_BYTES_MAX + length * 3);
    if (length <= 0x7f && writeAscii(value, this.bytes, this.position + 1)) {
      this.bytes[this.position] = length;
      this.position += 1 + length;
    } else this.blob(textBytes(value));
  }
}

const WHOLE_BYTES_MAX = 8;
