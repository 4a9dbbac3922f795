import type { DeliverySnapshot, SessionSnapshot } from '@skua/broker';
import type { Store } from '../store.ts';
import type { StoreRecord } from './store-record.ts';

/**
 * Everything that a store keeps, record by record, in memory that does not grow with its queues. The store must be open and
 * unused: nothing may be appended meanwhile.
 *
 * @throws {StoreError} what the store throws.
 */
export async function* exportRecords(store: Pick<Store, 'load' | 'readDeliveries'>): AsyncGenerator<StoreRecord> {
  const { retained, sessions } = await store.load();
  for await (const message of retained) yield { type: 'retained', message };
  const given = new Set<number>();
  for await (const snapshot of sessions) {
    const { deliveries: _deliveries, queued: _queued, ...session } = snapshot;
    yield { type: 'session', session };
    for await (const { message, ...delivery } of deliveriesOf(store, snapshot)) {
      if (!given.has(delivery.messageId)) {
        given.add(delivery.messageId);
        yield { type: 'message', messageId: delivery.messageId, message };
      }
      yield { type: 'delivery', clientIdentifier: session.clientIdentifier, delivery };
    }
  }
}

// Those in flight and those of the queue, in the order in which they were queued.
async function* deliveriesOf(
  store: Pick<Store, 'readDeliveries'>,
  { clientIdentifier, deliveries }: SessionSnapshot,
): AsyncGenerator<DeliverySnapshot> {
  const inMemory = deliveries.toSorted((a, b) => a.deliveryId - b.deliveryId);
  const identifiers = new Set(inMemory.map(({ deliveryId }) => deliveryId));
  let next = 0;
  let after = 0;
  for (;;) {
    const page = await store.readDeliveries(clientIdentifier, { after, ...PAGE });
    for (const delivery of page.deliveries) {
      after = delivery.deliveryId;
      for (; (inMemory[next]?.deliveryId ?? Infinity) < after; next += 1) yield* inMemory.slice(next, next + 1);
      if (!identifiers.has(after)) yield delivery;
    }
    if (!page.hasMore) break;
  }
  yield* inMemory.slice(next);
}

const PAGE = { deliveriesMax: 1_000, bytesMax: 4_000_000 };
