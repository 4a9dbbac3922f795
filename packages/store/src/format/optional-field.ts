import type { RecordReader } from './record-reader.ts';
import type { RecordWriter } from './record-writer.ts';

/** Writes a text or that there is none. */
export function writeOptionalText(writer: RecordWriter, text: string | undefined): void {
  writer.byte(text === undefined ? 0 : 1);
  if (text !== undefined) writer.text(text);
}

/** Reads a text; undefined: there is none. @throws {StoreError} */
export function readOptionalText(reader: RecordReader, field: string): string | undefined {
  return reader.byte(field, 1) === 0 ? undefined : reader.text(field);
}

/** Writes a number or that there is none. */
export function writeOptionalNumber(writer: RecordWriter, value: number | undefined): void {
  writer.byte(value === undefined ? 0 : 1);
  if (value !== undefined) writer.number(value);
}

/** Reads a number; undefined: there is none. @throws {StoreError} */
export function readOptionalNumber(reader: RecordReader, field: string): number | undefined {
  return reader.byte(field, 1) === 0 ? undefined : reader.number(field);
}

/** Writes a whole number or that there is none. */
export function writeOptionalWhole(writer: RecordWriter, value: number | undefined): void {
  writer.byte(value === undefined ? 0 : 1);
  if (value !== undefined) writer.whole(value);
}

/** Reads a whole number up to `max`; undefined: there is none. @throws {StoreError} */
export function readOptionalWhole(reader: RecordReader, field: string, max: number): number | undefined {
  return reader.byte(field, 1) === 0 ? undefined : reader.whole(field, max);
}
