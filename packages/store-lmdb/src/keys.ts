import { createHash } from 'node:crypto';

/**
 * The tables, one byte at the beginning of each key. All are in one tree, and a number is never given to another table.
 *
 * The journal comes last, so that its records are appended at the end of the tree.
 */
export const Table = {
  /** What this file is: one record. */
  header: 0x01,
  /** What the tables add up to, and up to which journal record: one record. */
  totals: 0x02,
  /** Session number: the session. */
  session: 0x10,
  /** Session number: its queue's number, and what the queue holds. */
  queue: 0x11,
  /** Session number, filter: a Subscription. */
  subscription: 0x12,
  /** Session number, Packet Identifier: a QoS 2 message that waits for PUBREL. */
  packet: 0x13,
  /** Queue number, delivery: a message on its way to a client. */
  delivery: 0x20,
  /** Queue number, delivery: it is in flight. */
  inFlight: 0x21,
  /** Message: the message. */
  message: 0x30,
  /** Message: how many deliveries name it, unless it is one. */
  references: 0x31,
  /** Topic Name: a retained message. */
  retained: 0x40,
  /** Queue number: a queue that nobody has any more. */
  abandoned: 0x50,
  /** Sequence number, part: what was appended and is not in the tables yet. */
  journal: 0xf0,
} as const;

/** The first byte of a key. */
export type TableCode = (typeof Table)[keyof typeof Table];

/** A key of a table with one record. */
export function singleKey(table: TableCode): Uint8Array {
  return Uint8Array.of(table);
}

/** A key of one number. The same bytes are given with every call: use them before the next one. */
export function numberKey(table: TableCode, number: number): Uint8Array {
  NUMBER_KEY[0] = table;
  writeNumber(NUMBER_KEY, 1, number);
  return NUMBER_KEY;
}

/** A key of two numbers. The same bytes are given with every call: use them before the next one. */
export function pairKey(table: TableCode, first: number, second: number): Uint8Array {
  PAIR_KEY[0] = table;
  writeNumber(PAIR_KEY, 1, first);
  writeNumber(PAIR_KEY, 1 + NUMBER_BYTES, second);
  return PAIR_KEY;
}

/** A key of a number and a text. */
export function numberTextKey(table: TableCode, number: number, text: string): Uint8Array {
  const name = nameBytes(text);
  const key = new Uint8Array(1 + NUMBER_BYTES + name.length);
  key[0] = table;
  writeNumber(key, 1, number);
  key.set(name, 1 + NUMBER_BYTES);
  return key;
}

/** A key of a text. */
export function textKey(table: TableCode, text: string): Uint8Array {
  const name = nameBytes(text);
  const key = new Uint8Array(1 + name.length);
  key[0] = table;
  key.set(name, 1);
  return key;
}

/** All keys of a table that begin with this number: the first, and the first behind them. */
export function numberRange(table: TableCode, number: number): [from: Uint8Array, to: Uint8Array] {
  return [numberKey(table, number).slice(), numberKey(table, number + 1).slice()];
}

/** The lowest key that is above all keys of the table. */
export function endOfTable(table: TableCode): Uint8Array {
  return Uint8Array.of(table + 1);
}

/** The first number of a key. */
export function firstNumber(key: Uint8Array): number {
  return readNumber(key, 1);
}

/** The second number of a key. */
export function secondNumber(key: Uint8Array): number {
  return readNumber(key, 1 + NUMBER_BYTES);
}

function nameBytes(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= NAME_BYTES_MAX) return bytes;
  // Longer than a key may be: its beginning, for the order, and a digest. Together longer than any name that is whole.
  const digest = createHash('sha256').update(bytes).digest();
  return Buffer.concat([bytes.subarray(0, NAME_BYTES_MAX), digest]);
}

// Big-endian, so that the order of the keys is that of the numbers.
function writeNumber(bytes: Uint8Array, position: number, value: number): void {
  const high = Math.floor(value / 0x1_0000_0000);
  bytes[position] = high >>> 16;
  bytes[position + 1] = high >>> 8;
  bytes[position + 2] = high;
  bytes[position + 3] = value >>> 24;
  bytes[position + 4] = value >>> 16;
  bytes[position + 5] = value >>> 8;
  bytes[position + 6] = value;
}

function readNumber(bytes: Uint8Array, position: number): number {
  let value = 0;
  for (let index = position; index < position + NUMBER_BYTES; index++) value = value * 256 + (bytes[index] ?? 0);
  return value;
}

/** 53 bits. */
const NUMBER_BYTES = 7;
const NAME_BYTES_MAX = 480;
const NUMBER_KEY = new Uint8Array(1 + NUMBER_BYTES);
const PAIR_KEY = new Uint8Array(1 + 2 * NUMBER_BYTES);
