import { readUtf8 } from '../byte-text.ts';
import { InterchangeError } from '../store-record.ts';

/** Reads a part of a file from its beginning to its end. What is wrong is said with its offset in the file. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** What is being read, for messages. */
  readonly #what: string;
  readonly #end: number;
  #position: number;

  constructor(bytes: Uint8Array, what: string, start = 0, end: number = bytes.length) {
    // A Buffer's slice is no copy.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
    this.#position = start;
    this.#end = end;
  }

  /** The offset in the file of what is read next. */
  get position(): number {
    return this.#position;
  }

  get bytesLeft(): number {
    return this.#end - this.#position;
  }

  /** The next bytes as a cursor of their own. */
  part(length: number, what: string): ByteCursor {
    const start = this.#take(length, what);
    return new ByteCursor(this.#bytes, what, start, start + length);
  }

  skip(length: number, field: string): void {
    this.#take(length, field);
  }

  uint8(field: string): number {
    return this.#view.getUint8(this.#take(1, field));
  }

  /** In network order, as almost everything in the file. */
  uint16(field: string): number {
    return this.#view.getUint16(this.#take(2, field));
  }

  uint32(field: string): number {
    return this.#view.getUint32(this.#take(4, field));
  }

  /** In the order of the machine that wrote it, which is read as little-endian. */
  int64(field: string): bigint {
    return this.#view.getBigInt64(this.#take(8, field), true);
  }

  bytes(length: number, field: string): Uint8Array {
    const start = this.#take(length, field);
    return this.#bytes.slice(start, start + length);
  }

  text(length: number, field: string): string {
    const start = this.#take(length, field);
    const text = readUtf8(this.#bytes.subarray(start, start + length));
    if (text === undefined) throw this.wrong(field, 'bytes that are not UTF-8', 'UTF-8 text', start);
    return text;
  }

  /** A text or bytes with their length in two bytes before them, as in MQTT. */
  prefixedText(field: string): string {
    return this.text(this.uint16(field), field);
  }

  prefixedBytes(field: string): Uint8Array {
    return this.bytes(this.uint16(field), field);
  }

  /** Variable Byte Integer of MQTT. */
  variableByteInteger(field: string): number {
    const start = this.#position;
    let value = 0;
    for (let shift = 0; shift <= 21; shift += 7) {
      const byte = this.uint8(field);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw this.wrong(field, 'more than four bytes', 'a Variable Byte Integer', start);
  }

  /** The error for a value that cannot be. */
  wrong(field: string, found: string | number, allowed: string, position: number): InterchangeError {
    return new InterchangeError(`byte ${position}: ${this.#what}: ${field}: found ${found}; allowed: ${allowed}`);
  }

  #take(length: number, field: string): number {
    const start = this.#position;
    if (length > this.bytesLeft) {
      throw new InterchangeError(
        `byte ${start}: ${this.#what}: ${field} needs ${length} bytes, and ${this.bytesLeft} are left: the file is cut off or damaged`,
      );
    }
    this.#position += length;
    return start;
  }
}
