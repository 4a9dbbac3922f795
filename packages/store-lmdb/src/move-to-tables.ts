import { writeMessage, writeSession, writeSubscription, type RecordWriter } from '@skua/store/format';
import { putDelivery } from './delivery-table.ts';
import { numberKey, numberRange, numberTextKey, pairKey, Table, textKey, type TableCode } from './keys.ts';
import type { Medium, MediumTransaction } from './medium.ts';
import type { MessageChange } from './pending-messages.ts';
import type { PendingState } from './pending-state.ts';
import { putQueue } from './queue-record.ts';
import { seal } from './sealed-record.ts';
import type { DeliveryChange, StoredSession } from './stored-session.ts';
import { putTotals } from './totals.ts';

/**
 * Writes the difference between the tables and what was appended into the tables. In the same transaction go the journal
 * records of it. When it is committed, {@link PendingState.moved} is called.
 *
 * @param writer holds the values until the transaction has ended.
 */
export function moveToTables(state: PendingState, transaction: MediumTransaction, writer: RecordWriter): void {
  const { abandoned } = state;
  // In the order of the keys as far as that is cheap: neighbours share pages.
  for (const number of state.ended) removeSession(state.medium, transaction, number);
  for (const session of state.changed) putSession(session, transaction, writer);
  for (const session of state.changed) putDeliveries(session, transaction, writer);
  for (const { queue, deliveryId, stored } of abandoned.cleared) removeDelivery(transaction, queue, deliveryId, stored);
  for (const [messageId, change] of state.messages.changes) putMessage(messageId, change, transaction, writer);
  for (const [topicName, message] of state.retained) {
    const key = textKey(Table.retained, topicName);
    if (message === undefined) transaction.remove(key);
    else putRecord(transaction, writer, key, () => writeMessage(writer, message));
  }
  for (const number of abandoned.emptied) transaction.remove(numberKey(Table.abandoned, number));
  for (const { number, stored } of abandoned.queues) {
    if (!stored) putNumber(transaction, writer, Table.abandoned, number, 0);
  }
  putTotals(transaction, writer, state.totals);
}

function removeSession(medium: Medium, transaction: MediumTransaction, number: number): void {
  transaction.remove(numberKey(Table.session, number));
  transaction.remove(numberKey(Table.queue, number));
  for (const table of [Table.subscription, Table.packet]) {
    for (const { key } of medium.scan(...numberRange(table, number), Infinity)) transaction.remove(key);
  }
}

function putSession(session: StoredSession, transaction: MediumTransaction, writer: RecordWriter): void {
  const { number, changes } = session;
  putQueue(transaction, writer, session);
  if (changes === undefined) return;
  const { record, subscriptions, packets } = changes;
  if (record !== undefined) {
    putRecord(transaction, writer, numberKey(Table.session, number), () => writeSession(writer, record));
  }
  for (const [filter, { value }] of subscriptions) {
    const key = numberTextKey(Table.subscription, number, filter);
    if (value === undefined) transaction.remove(key);
    else putRecord(transaction, writer, key, () => writeSubscription(writer, value));
  }
  for (const [packetIdentifier, { value }] of packets) {
    const key = pairKey(Table.packet, number, packetIdentifier);
    if (value === undefined) transaction.remove(key);
    else putRecord(transaction, writer, key, () => writer.whole(value));
  }
}

function putDeliveries(session: StoredSession, transaction: MediumTransaction, writer: RecordWriter): void {
  const { queue } = session;
  for (const [deliveryId, { delivery, bytes, stored }] of session.changes?.deliveries ?? []) {
    if (delivery === undefined) {
      removeDelivery(transaction, queue, deliveryId, stored);
      continue;
    }
    putDelivery(transaction, writer, queue, deliveryId, { delivery, bytes });
    if (delivery.step !== 'queued' && stored !== 'inFlight') {
      putRecord(transaction, writer, pairKey(Table.inFlight, queue, deliveryId), () => {});
    } else if (delivery.step === 'queued' && stored === 'inFlight') {
      transaction.remove(pairKey(Table.inFlight, queue, deliveryId));
    }
  }
}

function removeDelivery(
  transaction: MediumTransaction,
  queue: number,
  deliveryId: number,
  stored: DeliveryChange['stored'],
): void {
  transaction.remove(pairKey(Table.delivery, queue, deliveryId));
  if (stored === 'inFlight') transaction.remove(pairKey(Table.inFlight, queue, deliveryId));
}

function putMessage(
  messageId: number,
  { message, references, storedReferences, isFreed }: MessageChange,
  transaction: MediumTransaction,
  writer: RecordWriter,
): void {
  if (isFreed) {
    transaction.remove(numberKey(Table.message, messageId));
    if (storedReferences !== 1) transaction.remove(numberKey(Table.references, messageId));
    return;
  }
  if (storedReferences === undefined && message !== undefined) {
    putRecord(transaction, writer, numberKey(Table.message, messageId), () => writeMessage(writer, message));
  }
  if (references === (storedReferences ?? 1)) return;
  if (references === 1) transaction.remove(numberKey(Table.references, messageId));
  else putNumber(transaction, writer, Table.references, messageId, references);
}

function putNumber(
  transaction: MediumTransaction,
  writer: RecordWriter,
  table: TableCode,
  number: number,
  value: number,
): void {
  putRecord(transaction, writer, numberKey(table, number), () => writer.whole(value));
}

/** `write` must not make another key. */
function putRecord(transaction: MediumTransaction, writer: RecordWriter, key: Uint8Array, write: () => void): void {
  const start = writer.position;
  write();
  transaction.put(key, seal(writer, start, key));
}
