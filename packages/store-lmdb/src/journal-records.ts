import type { JournalEntry } from '@skua/broker';
import { StoreError } from '@skua/store';
import { readBatch, type RecordWriter } from '@skua/store/format';
import { endOfTable, firstNumber, numberKey, pairKey, secondNumber, Table } from './keys.ts';
import type { Medium, MediumTransaction } from './medium.ts';
import { seal, unseal } from './sealed-record.ts';

/** A part of the journal that became durable together. */
export interface JournalRecord {
  readonly sequence: number;
  readonly batches: readonly (readonly JournalEntry[])[];
  /** The keys it takes. */
  readonly parts: number;
}

/**
 * Writes what was put into `writer` since `start` as the journal record of this sequence number.
 *
 * In parts that fit into a page: longer values take pages in a row, and a file full of gaps of all lengths never has enough.
 *
 * @returns the number of parts.
 */
export function putJournalRecord(
  transaction: MediumTransaction,
  writer: RecordWriter,
  start: number,
  sequence: number,
): number {
  const sealed = seal(writer, start, numberKey(Table.journal, sequence));
  let part = 0;
  for (let position = 0; position < sealed.length; position += PART_BYTES) {
    transaction.put(pairKey(Table.journal, sequence, part), sealed.subarray(position, position + PART_BYTES));
    part += 1;
  }
  return part;
}

/** Removes a journal record. */
export function removeJournalRecord(transaction: MediumTransaction, sequence: number, parts: number): void {
  for (let part = 0; part < parts; part += 1) transaction.remove(pairKey(Table.journal, sequence, part));
}

/**
 * Reads the journal from behind `after` to its end.
 *
 * @throws {StoreError} (`damaged`) when a record is missing or is not what was written.
 */
export function* readJournal(medium: Medium, after: number): Generator<JournalRecord> {
  const end = endOfTable(Table.journal);
  for (let expected = after + 1; ; expected += 1) {
    // Everything from here on, to see whether there is more when there is none.
    const parts: Uint8Array[] = [];
    for (const { key, value } of medium.scan(numberKey(Table.journal, expected).slice(), end, Infinity)) {
      const sequence = firstNumber(key);
      if (sequence !== expected && parts.length > 0) break;
      if (sequence !== expected || secondNumber(key) !== parts.length) throw missing(expected, parts.length);
      parts.push(value);
    }
    if (parts.length === 0) return;
    yield { sequence: expected, parts: parts.length, batches: parse(expected, Buffer.concat(parts)) };
  }
}

/** The highest sequence number of the journal; 0: it is empty. */
export function lastJournalSequence(medium: Medium, from: number): number {
  let last = 0;
  const range = [numberKey(Table.journal, from).slice(), endOfTable(Table.journal)] as const;
  for (const { key } of medium.scan(...range, Infinity)) last = firstNumber(key);
  return last;
}

function parse(sequence: number, value: Uint8Array): JournalEntry[][] {
  const reader = unseal(numberKey(Table.journal, sequence), value, `the journal record ${sequence}`);
  const batches: JournalEntry[][] = [];
  while (reader.left > 0) batches.push(readBatch(reader));
  return batches;
}

function missing(sequence: number, part: number): StoreError {
  const message = `Damaged: part ${part} of the journal record ${sequence} is missing.`;
  return new StoreError(message, { code: 'damaged' });
}

/** With its key less than half of a page of 4,096 bytes, which is what LMDB keeps within the page. */
const PART_BYTES = 2000;
