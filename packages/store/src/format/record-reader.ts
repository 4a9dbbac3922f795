import { StoreError } from '../store.ts';
import { readText } from './text-bytes.ts';

/**
 * Reads the fields of a record and trusts none of them: every length is compared with what is there, every number with
 * what it may be. What is wrong is a {@link StoreError} that names the record, the field and the offset.
 */
export class RecordReader {
  /** What is read next. */
  position = 0;
  readonly #bytes: Uint8Array;
  readonly #what: string;

  /** @param what names the record in errors: 'the batch 7'. */
  constructor(bytes: Uint8Array, what: string) {
    // Node's Buffer has a `slice` that does not copy.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#what = what;
  }

  /** Bytes that were not read yet. */
  get left(): number {
    return this.#bytes.length - this.position;
  }

  /** A byte. @param max the highest that is allowed. */
  byte(field: string, max: number = 0xff): number {
    if (this.left < 1) throw this.#endsEarly(field);
    const value = this.#bytes[this.position]!;
    if (value > max) throw this.wrong(field, value, `0 to ${max}`);
    this.position += 1;
    return value;
  }

  /** A whole number. @param max the highest that is allowed. */
  whole(field: string, max: number = Number.MAX_SAFE_INTEGER): number {
    const start = this.position;
    let value = 0;
    let scale = 1;
    for (;;) {
      if (this.left < 1) throw this.#endsEarly(field, start);
      const byte = this.#bytes[this.position++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 128;
      if (scale > Number.MAX_SAFE_INTEGER) throw this.wrong(field, 'more than eight bytes', 'a whole number', start);
    }
    if (value > max || !Number.isSafeInteger(value)) throw this.wrong(field, value, `0 to ${max}`, start);
    return value;
  }

  /** Any finite number. */
  number(field: string): number {
    if (this.left < 8) throw this.#endsEarly(field);
    const value = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.position).getFloat64(0);
    if (!Number.isFinite(value)) throw this.wrong(field, value, 'a number');
    this.position += 8;
    return value;
  }

  /** Bytes, copied. */
  blob(field: string): Uint8Array<ArrayBuffer> {
    const end = this.#endOfBlob(field);
    const blob = this.#bytes.slice(this.position, end);
    this.position = end;
    return blob;
  }

  /** A text. */
  text(field: string): string {
    const start = this.position;
    const end = this.#endOfBlob(field);
    const text = readText(this.#bytes, this.position, end);
    if (text === undefined) throw this.wrong(field, 'ill-formed bytes', 'UTF-8', start);
    this.position = end;
    return text;
  }

  /** @throws {StoreError} unless all was read. */
  end(): void {
    if (this.left > 0) throw this.wrong('end', `${this.left} bytes more`, 'none');
  }

  /** An error about what was found at an offset. */
  wrong(field: string, found: string | number, allowed: string, offset: number = this.position): StoreError {
    return new StoreError(`Damaged: ${field} of ${this.#what} at byte ${offset} is ${found}; allowed: ${allowed}.`, {
      code: 'damaged',
    });
  }

  #endOfBlob(field: string): number {
    const start = this.position;
    const length = this.whole(field);
    if (length > this.left) throw this.#endsEarly(field, start);
    return this.position + length;
  }

  #endsEarly(field: string, offset: number = this.position): StoreError {
    return this.wrong(field, `cut off by the end of the record at ${this.#bytes.length}`, 'all of it', offset);
  }
}
