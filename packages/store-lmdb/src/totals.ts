import type { RecordWriter } from '@skua/store/format';
import { singleKey, Table } from './keys.ts';
import type { Medium, MediumTransaction } from './medium.ts';
import { seal, unseal } from './sealed-record.ts';

/** What the tables add up to. Changed in memory as entries are applied, and written with the tables. */
export interface Totals {
  /** The last journal record that is in the tables, or was applied in memory. */
  sequence: number;
  sessions: number;
  subscriptions: number;
  messages: number;
  deliveries: number;
  retained: number;
  /** Above every identifier of a message or delivery ever seen. */
  nextIdentifier: number;
  /** The next number for a session or a queue. */
  nextNumber: number;
  /** The next place in the order of QoS 2 packets. */
  nextOrder: number;
}

/** The totals of an empty store. */
const NO_TOTALS: Totals = {
  sequence: 0,
  sessions: 0,
  subscriptions: 0,
  messages: 0,
  deliveries: 0,
  retained: 0,
  nextIdentifier: 1,
  nextNumber: 1,
  nextOrder: 1,
};

/** Reads the totals. @throws {StoreError} */
export function readTotals(medium: Medium): Totals {
  const key = singleKey(Table.totals);
  const value = medium.read(key);
  if (value === undefined) return { ...NO_TOTALS };
  const reader = unseal(key, value, 'the totals');
  const totals = { ...NO_TOTALS };
  for (const name of NAMES) totals[name] = reader.whole(name);
  reader.end();
  return totals;
}

/** Writes the totals. */
export function putTotals(transaction: MediumTransaction, writer: RecordWriter, totals: Totals): void {
  const key = singleKey(Table.totals);
  const start = writer.position;
  for (const name of NAMES) writer.whole(totals[name]);
  transaction.put(key, seal(writer, start, key));
}

const NAMES: readonly (keyof Totals)[] = [
  'sequence',
  'sessions',
  'subscriptions',
  'messages',
  'deliveries',
  'retained',
  'nextIdentifier',
  'nextNumber',
  'nextOrder',
];
