import type { RecordWriter } from '@skua/store/format';
import { numberKey, Table } from './keys.ts';
import type { MediumTransaction } from './medium.ts';
import { seal, unseal } from './sealed-record.ts';
import { StoredSession } from './stored-session.ts';

/** Writes which queue a session has, and what it holds, so that nobody must visit the queue to know. */
export function putQueue(transaction: MediumTransaction, writer: RecordWriter, session: StoredSession): void {
  const { queue, messages, bytes, soonestExpiry, shared, inFlight } = session;
  const key = numberKey(Table.queue, session.number);
  const start = writer.position;
  for (const value of [queue, messages, bytes, shared, inFlight]) writer.whole(value);
  writer.byte(soonestExpiry === undefined ? 0 : 1);
  if (soonestExpiry !== undefined) writer.number(soonestExpiry);
  transaction.put(key, seal(writer, start, key));
}

/** Reads the value of a queue. @throws {StoreError} */
export function parseQueue(key: Uint8Array, value: Uint8Array, number: number): StoredSession {
  const reader = unseal(key, value, `the queue of the session ${number}`);
  const session = new StoredSession(number, reader.whole('queue'), true);
  session.messages = reader.whole('messages');
  session.bytes = reader.whole('bytes');
  session.shared = reader.whole('shared');
  session.inFlight = reader.whole('in flight');
  if (reader.byte('form', 1) === 1) session.soonestExpiry = reader.number('soonest expiry');
  reader.end();
  return session;
}
