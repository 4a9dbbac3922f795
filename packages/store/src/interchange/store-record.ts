import type { DeliverySnapshot, Message, SessionSnapshot } from '@skua/broker';

/**
 * A part of what a store keeps, in the form in which it goes from one store to another. A session is followed by its
 * deliveries, oldest first; a message comes before the first delivery that names it, directly or with other deliveries in
 * between.
 */
export type StoreRecord =
  | { readonly type: 'retained'; readonly message: Message }
  | { readonly type: 'session'; readonly session: StoredSession }
  | { readonly type: 'message'; readonly messageId: number; readonly message: Message }
  | { readonly type: 'delivery'; readonly clientIdentifier: string; readonly delivery: StoredDelivery };

/** A session without its messages. */
export type StoredSession = Omit<SessionSnapshot, 'deliveries' | 'queued'>;

/** A delivery that names its message. */
export type StoredDelivery = Omit<DeliverySnapshot, 'message'>;

/** How many records of each kind. */
export interface RecordCounts {
  retained: number;
  sessions: number;
  messages: number;
  deliveries: number;
}

/** No records. */
export function noRecords(): RecordCounts {
  return { retained: 0, sessions: 0, messages: 0, deliveries: 0 };
}

/** Counts one record. */
export function countRecord(counts: RecordCounts, { type }: StoreRecord): void {
  switch (type) {
    case 'retained':
      counts.retained += 1;
      return;
    case 'session':
      counts.sessions += 1;
      return;
    case 'message':
      counts.messages += 1;
      return;
    case 'delivery':
      counts.deliveries += 1;
  }
}

/** What is to be imported cannot be: the message says where, what was found and what is allowed. */
export class InterchangeError extends Error {
  override name = 'InterchangeError';
}
