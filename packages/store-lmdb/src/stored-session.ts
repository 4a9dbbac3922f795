import type { QueueSummary, SubscriptionRecord } from '@skua/broker';
import type { DeliveryRecord, SessionRecord } from '@skua/store/format';

/** What is in memory of each session: its numbers, and what was appended and is not in the tables yet. */
export class StoredSession {
  /** Names its session, subscriptions and packets in the tables. */
  readonly number: number;
  /** Names its deliveries in the tables. A queue may go to another session as a whole. */
  queue: number;
  /** Deliveries whose step is `queued`. */
  messages = 0;
  bytes = 0;
  soonestExpiry: number | undefined = undefined;
  shared = 0;
  /** Deliveries with another step. */
  inFlight = 0;
  /** Whether the tables have it. */
  stored: boolean;
  /** Whether the tables may have deliveries under its queue's number. */
  queueStored: boolean;
  changes: SessionChanges | undefined = undefined;

  constructor(number: number, queue: number, stored: boolean) {
    this.number = number;
    this.queue = queue;
    this.stored = stored;
    this.queueStored = stored;
  }

  get deliveries(): number {
    return this.messages + this.inFlight;
  }

  get queued(): QueueSummary {
    const { messages, bytes, soonestExpiry, shared } = this;
    return { messages, bytes, soonestExpiry, shared };
  }

  /** A delivery with this step was added. */
  count(delivery: DeliveryRecord, bytes: number, expiresAt: number | undefined): void {
    if (delivery.step !== 'queued') {
      this.inFlight += 1;
      return;
    }
    this.messages += 1;
    this.bytes += bytes;
    if (delivery.sharedSubscription !== undefined) this.shared += 1;
    if (expiresAt !== undefined && !(this.soonestExpiry !== undefined && this.soonestExpiry <= expiresAt)) {
      this.soonestExpiry = expiresAt;
    }
  }

  /** A delivery with this step is gone. */
  discount(delivery: DeliveryRecord, bytes: number): void {
    if (delivery.step !== 'queued') {
      this.inFlight -= 1;
      return;
    }
    this.messages -= 1;
    this.bytes -= bytes;
    if (delivery.sharedSubscription !== undefined) this.shared -= 1;
    if (this.messages === 0) this.soonestExpiry = undefined;
  }

  /** Takes the queue of another session, with everything in it. */
  takeQueue(from: StoredSession): void {
    this.queue = from.queue;
    this.queueStored = from.queueStored;
    this.messages = from.messages;
    this.bytes = from.bytes;
    this.soonestExpiry = from.soonestExpiry;
    this.shared = from.shared;
    this.inFlight = from.inFlight;
  }

  /** Begins a queue with nothing in it. */
  beginQueue(queue: number): void {
    this.queue = queue;
    this.queueStored = false;
    this.messages = 0;
    this.bytes = 0;
    this.soonestExpiry = undefined;
    this.shared = 0;
    this.inFlight = 0;
  }
}

/** What was appended about a session and is not in the tables yet. */
export interface SessionChanges {
  record: SessionRecord | undefined;
  /** By filter. */
  readonly subscriptions: Map<string, Change<SubscriptionRecord>>;
  /** By Packet Identifier: the order in which they came. */
  readonly packets: Map<number, Change<number>>;
  /** By identifier, of the queue that the session has. */
  readonly deliveries: Map<number, DeliveryChange>;
}

/** A record that was added, changed or removed. */
export interface Change<T> {
  /** undefined: removed. */
  readonly value: T | undefined;
  /** Whether the tables have it. */
  readonly stored: boolean;
}

/** A delivery that was added, changed or removed. */
export interface DeliveryChange {
  /** undefined: removed. */
  delivery: DeliveryRecord | undefined;
  /** As `queuedBytes` counts. */
  readonly bytes: number;
  /** Whether the tables have it, and as what. */
  readonly stored: 'no' | 'queued' | 'inFlight';
}
