import type { DeliverySnapshot } from './snapshot.ts';

/**
 * Reads back what the journal has of a session's queue. `readQueue` is called from inside a `handleX` call and never calls
 * back into the broker; the page is given by {@link Broker.handleQueueRead} once it is there. A reader that fails tries
 * again: each request is answered in the end, unless its session has gone meanwhile.
 */
export interface QueueReader {
  readQueue(request: QueueReadRequest): void;
}

/** A part of a queue that the broker wants to have. The object itself says which answer belongs to it. */
export interface QueueReadRequest {
  readonly clientIdentifier: string;
  /** Deliveries with a greater `deliveryId` whose step is `queued`, in order. */
  readonly after: number;
  readonly deliveriesMax: number;
  /** Payloads and Topic Names; the first delivery is wanted whatever its size. */
  readonly bytesMax: number;
  /** The page must see all entries of the journal up to this sequence number; it may see more. */
  readonly sequence: number;
}

/** A part of a queue. */
export interface QueuePage {
  readonly deliveries: readonly DeliverySnapshot[];
  /** Whether there are more behind the last one. */
  readonly hasMore: boolean;
}
