import type { DeliveryRecord } from '@skua/store/format';
import { parseStoredDelivery, readStoredDelivery } from './delivery-table.ts';
import { numberKey, pairKey, secondNumber, Table } from './keys.ts';
import type { Medium } from './medium.ts';
import type { DeliveryChange, StoredSession } from './stored-session.ts';
import { present } from './table-records.ts';

/** A delivery that a session has. */
export interface QueuedRecord extends DeliveryChange {
  readonly deliveryId: number;
  readonly delivery: DeliveryRecord;
}

/** The deliveries of a session behind one, in order, of the tables and of what was appended since. */
export function* deliveriesAfter(medium: Medium, session: StoredSession, after: number): Generator<QueuedRecord> {
  const changes = session.changes?.deliveries;
  const added = changes === undefined ? [] : presentChanges(changes, after);
  let next = 0;
  if (session.queueStored) {
    for (const record of storedAfter(medium, session.queue, after)) {
      // What was appended since decides, and comes at its place below.
      if (changes?.has(record.deliveryId) === true) continue;
      for (; next < added.length && added[next]!.deliveryId < record.deliveryId; next += 1) yield added[next]!;
      yield record;
    }
  }
  for (; next < added.length; next += 1) yield added[next]!;
}

/** The deliveries of a session that are in flight, in order. */
export function inFlightDeliveries(medium: Medium, session: StoredSession): QueuedRecord[] {
  if (session.inFlight === 0) return [];
  const changes = session.changes?.deliveries;
  const found = changes === undefined ? [] : presentChanges(changes, 0).filter(isInFlight);
  if (session.queueStored) {
    const range = [
      pairKey(Table.inFlight, session.queue, 0).slice(),
      pairKey(Table.inFlight, session.queue + 1, 0).slice(),
    ];
    const identifiers = [...medium.scan(range[0]!, range[1]!, Infinity)].map(({ key }) => secondNumber(key));
    for (const deliveryId of identifiers) {
      if (changes?.has(deliveryId) === true) continue;
      const stored = readStoredDelivery(medium, session.queue, deliveryId);
      found.push({
        deliveryId,
        ...present(stored, `the delivery ${deliveryId}, which is in flight,`),
        stored: 'inFlight',
      });
    }
  }
  return found.toSorted(byIdentifier);
}

function* storedAfter(medium: Medium, queue: number, after: number): Generator<QueuedRecord> {
  const to = numberKey(Table.delivery, queue + 1).slice();
  for (let position = after; ;) {
    // In parts: the reader mostly stops early, and a queue may be longer than memory.
    let count = 0;
    for (const { key, value } of medium.scan(pairKey(Table.delivery, queue, position + 1).slice(), to, PART)) {
      count += 1;
      const deliveryId = secondNumber(key);
      const { delivery, bytes } = parseStoredDelivery(key, value, deliveryId);
      yield { deliveryId, delivery, bytes, stored: delivery.step === 'queued' ? 'queued' : 'inFlight' };
      position = deliveryId;
    }
    if (count < PART) return;
  }
}

function presentChanges(changes: ReadonlyMap<number, DeliveryChange>, after: number): QueuedRecord[] {
  const found: QueuedRecord[] = [];
  for (const [deliveryId, { delivery, bytes, stored }] of changes) {
    if (delivery !== undefined && deliveryId > after) found.push({ deliveryId, delivery, bytes, stored });
  }
  return found.toSorted(byIdentifier);
}

function isInFlight({ delivery }: QueuedRecord): boolean {
  return delivery.step !== 'queued';
}

function byIdentifier(left: QueuedRecord, right: QueuedRecord): number {
  return left.deliveryId - right.deliveryId;
}

const PART = 256;
