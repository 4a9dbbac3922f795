import type { JournalEntry } from '@skua/broker';
import { readEntry, writeEntry } from './entry-record.ts';
import { StoreError } from '../store.ts';
import type { RecordReader } from './record-reader.ts';
import type { RecordWriter } from './record-writer.ts';

/** The version that this code writes, and the highest that it reads. Older ones are read by the code that knows them. */
export const FORMAT_VERSION = 1;

/** Writes a batch of journal entries, with the version of the format before them. */
export function writeBatch(writer: RecordWriter, entries: readonly JournalEntry[]): void {
  writer.byte(FORMAT_VERSION);
  writer.whole(entries.length);
  for (const entry of entries) writeEntry(writer, entry);
}

/**
 * Reads what {@link writeBatch} wrote; something else may follow.
 *
 * @throws {StoreError} when the bytes are anything else (`damaged`), or of a version that is not known (`version`).
 */
export function readBatch(reader: RecordReader): JournalEntry[] {
  readFormatVersion(reader);
  // An entry takes two bytes at least: a number that claims more is not followed.
  const count = reader.whole('number of entries', reader.left >>> 1);
  const entries: JournalEntry[] = [];
  for (let index = 0; index < count; index++) entries.push(readEntry(reader));
  return entries;
}

/** Reads the version of the format. @throws {StoreError} (`version`) when this code does not know it. */
export function readFormatVersion(reader: RecordReader): number {
  const found = reader.byte('format version');
  if (found > 0 && found <= FORMAT_VERSION) return found;
  const known = `this one knows 1 to ${FORMAT_VERSION}`;
  throw new StoreError(`The store has records of format version ${found}; ${known}.`, { code: 'version' });
}
