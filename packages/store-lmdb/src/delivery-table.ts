import { readDelivery, writeDelivery, type DeliveryRecord, type RecordWriter } from '@skua/store/format';
import { pairKey, Table } from './keys.ts';
import type { Medium, MediumTransaction } from './medium.ts';
import { seal, unseal } from './sealed-record.ts';

/** A delivery as the table has it. */
export interface StoredDelivery {
  readonly delivery: DeliveryRecord;
  /** As `queuedBytes` counts. */
  readonly bytes: number;
}

/** Reads a delivery; undefined: there is none. @throws {StoreError} */
export function readStoredDelivery(medium: Medium, queue: number, deliveryId: number): StoredDelivery | undefined {
  const key = pairKey(Table.delivery, queue, deliveryId);
  const value = medium.read(key);
  return value === undefined ? undefined : parseStoredDelivery(key, value, deliveryId);
}

/** Reads the value of a delivery. @throws {StoreError} */
export function parseStoredDelivery(key: Uint8Array, value: Uint8Array, deliveryId: number): StoredDelivery {
  const reader = unseal(key, value, `the delivery ${deliveryId}`);
  const bytes = reader.whole('bytes');
  const delivery = readDelivery(reader);
  reader.end();
  return { delivery, bytes };
}

/** Writes a delivery. */
export function putDelivery(
  transaction: MediumTransaction,
  writer: RecordWriter,
  queue: number,
  deliveryId: number,
  { delivery, bytes }: StoredDelivery,
): void {
  const key = pairKey(Table.delivery, queue, deliveryId);
  const start = writer.position;
  writer.whole(bytes);
  writeDelivery(writer, delivery);
  transaction.put(key, seal(writer, start, key));
}
