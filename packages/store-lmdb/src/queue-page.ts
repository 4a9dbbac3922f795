import type { DeliverySnapshot } from '@skua/broker';
import { queuedBytes, type DeliveryPage, type DeliveryPageRequest } from '@skua/store';
import type { PendingState } from './pending-state.ts';
import { deliveriesAfter, type QueuedRecord } from './queue-reader.ts';

/** Reads a part of a session's queue. @throws {StoreError} */
export function readQueuePage(state: PendingState, clientIdentifier: string, page: DeliveryPageRequest): DeliveryPage {
  const { after, deliveriesMax, bytesMax } = page;
  const session = state.sessions.get(clientIdentifier);
  const deliveries: DeliverySnapshot[] = [];
  if (session === undefined || session.messages === 0) return { deliveries, hasMore: false };
  let bytes = 0;
  for (const record of deliveriesAfter(state.medium, session, after)) {
    if (record.delivery.step !== 'queued') continue;
    if (deliveries.length === deliveriesMax) return { deliveries, hasMore: true };
    const delivery = deliverySnapshot(state, record);
    bytes += queuedBytes(delivery.message);
    if (deliveries.length > 0 && bytes > bytesMax) return { deliveries, hasMore: true };
    deliveries.push(delivery);
    if (record.stored !== 'no') state.noteGiven(session.queue, record);
  }
  return { deliveries, hasMore: false };
}

/** A delivery with its message. @throws {StoreError} */
export function deliverySnapshot(state: PendingState, { deliveryId, delivery }: QueuedRecord): DeliverySnapshot {
  return { ...delivery, deliveryId, message: state.messages.read(delivery.messageId) };
}
