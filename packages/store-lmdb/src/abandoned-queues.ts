import { parseStoredDelivery } from './delivery-table.ts';
import { pairKey, secondNumber, Table } from './keys.ts';
import type { Medium } from './medium.ts';
import type { PendingMessages } from './pending-messages.ts';
import type { DeliveryChange, StoredSession } from './stored-session.ts';
import type { Totals } from './totals.ts';

/** A queue whose session has ended and that is still in the tables. */
interface AbandonedQueue {
  readonly number: number;
  clearedUpTo: number;
  /** Whether the tables know that it is abandoned. */
  stored: boolean;
  /** Deliveries that need not be looked at. */
  readonly accountedFor: Set<number>;
}

/** A delivery that goes from the tables. */
interface ClearedDelivery {
  readonly queue: number;
  readonly deliveryId: number;
  readonly stored: DeliveryChange['stored'];
}

/**
 * The queues of sessions that have ended. Such a queue may be longer than can be removed in one go, so it is cleared in
 * parts, and the tables say which are left.
 */
export class AbandonedQueues {
  readonly queues: AbandonedQueue[] = [];
  /** Numbers of queues that the tables have in their list and that are empty now. */
  readonly emptied: number[] = [];
  /** What may be removed from the tables. */
  readonly cleared: ClearedDelivery[] = [];
  readonly #medium: Medium;
  readonly #totals: Totals;
  readonly #messages: PendingMessages;

  constructor(medium: Medium, totals: Totals, messages: PendingMessages) {
    this.#medium = medium;
    this.#totals = totals;
    this.#messages = messages;
  }

  /** Takes a queue that is in the list of the tables. */
  restore(number: number): void {
    this.queues.push({ number, clearedUpTo: 0, stored: true, accountedFor: new Set() });
  }

  /** Takes the queue of a session that ends. A short one is cleared at once. */
  add(session: StoredSession): void {
    const accountedFor = new Set<number>();
    for (const [deliveryId, { delivery, stored }] of session.changes?.deliveries ?? []) {
      if (delivery !== undefined) this.#release(delivery.messageId);
      if (stored === 'no') continue;
      this.cleared.push({ queue: session.queue, deliveryId, stored });
      accountedFor.add(deliveryId);
    }
    if (!session.queueStored) return;
    this.queues.push({ number: session.queue, clearedUpTo: 0, stored: false, accountedFor });
    if (session.deliveries <= CLEARED_AT_ONCE_MAX) this.clear(CLEARED_AT_ONCE_MAX);
  }

  /** Clears up to so many deliveries. */
  clear(deliveriesMax: number): void {
    let left = deliveriesMax;
    for (let queue = this.queues[0]; queue !== undefined && left > 0; queue = this.queues[0]) {
      const from = pairKey(Table.delivery, queue.number, queue.clearedUpTo + 1).slice();
      const to = pairKey(Table.delivery, queue.number + 1, 0).slice();
      for (const { key, value } of this.#medium.scan(from, to, left)) {
        left -= 1;
        this.#clear(queue, key, value);
      }
      if (left === 0) break;
      this.queues.shift();
      if (queue.stored) this.emptied.push(queue.number);
    }
  }

  /** The tables are as this says. */
  moved(): void {
    for (const queue of this.queues) {
      queue.stored = true;
      queue.accountedFor.clear();
    }
    this.emptied.length = 0;
    this.cleared.length = 0;
  }

  #clear(queue: AbandonedQueue, key: Uint8Array, value: Uint8Array): void {
    const deliveryId = secondNumber(key);
    queue.clearedUpTo = deliveryId;
    if (queue.accountedFor.has(deliveryId)) return;
    const { delivery } = parseStoredDelivery(key, value, deliveryId);
    this.cleared.push({ queue: queue.number, deliveryId, stored: delivery.step === 'queued' ? 'queued' : 'inFlight' });
    this.#release(delivery.messageId);
  }

  #release(messageId: number): void {
    this.#totals.deliveries -= 1;
    this.#messages.release(messageId);
  }
}

const CLEARED_AT_ONCE_MAX = 1000;
