import type { BrokerSnapshot, DeliverySnapshot, JournalEntry } from '@skua/broker';

/**
 * Keeps what must survive the process. One broker uses a store at a time.
 *
 * The entries of a journal add up to a state: see {@link JournalEntry}. A message is kept once, however many deliveries
 * name it, and is freed at the end of the batch in which the last delivery that names it goes.
 */
export interface Store {
  /**
   * Everything that was appended, added up. Called once, before the first `append`.
   *
   * @throws {StoreError} when what is there cannot be understood. A store never starts empty instead.
   */
  load(): Promise<BrokerSnapshot>;

  /**
   * Appends a batch. Batches take effect in the order of the calls, each as a whole or not at all; a second one may be
   * appended before the first has resolved.
   *
   * Resolves when the batch and all before it survive the loss of the process. When it rejects the batch has had no effect,
   * or nobody knows: the same batch may be appended again, and adds up to the same state as if it had been appended once.
   *
   * @throws {StoreError} (as a rejection) when an entry adds to a session, message or delivery that does not exist, when the
   *   medium fails, and after `close`. Entries that take away what does not exist have no effect.
   */
  append(entries: readonly JournalEntry[]): Promise<void>;

  /**
   * Reads a part of the deliveries of one session, in the order in which they were queued, so that a queue may be larger
   * than memory. A session that does not exist has none. Sees at least every batch that has resolved.
   */
  readDeliveries(clientIdentifier: string, page: DeliveryPageRequest): Promise<DeliveryPage>;

  /** What is kept, at this moment or a little before. */
  statistics(): StoreStatistics;

  /** Resolves when everything that was appended is durable or has failed, and the medium is released. Idempotent. */
  close(): Promise<void>;
}

/** Which part of a queue. */
export interface DeliveryPageRequest {
  /** The `deliveryId` after which to begin; 0: at the beginning. */
  readonly after: number;
  /** 1 or more. */
  readonly deliveriesMax: number;
}

/** A part of a queue. */
export interface DeliveryPage {
  readonly deliveries: readonly DeliverySnapshot[];
  /** Whether there are more behind the last one. */
  readonly hasMore: boolean;
}

/** Numbers for operators. */
export interface StoreStatistics {
  readonly sessions: number;
  readonly subscriptions: number;
  /** Messages that deliveries name, each counted once. */
  readonly messages: number;
  readonly deliveries: number;
  readonly retained: number;
  /** Batches and entries that were appended since the store was opened. */
  readonly batchesAppended: number;
  readonly entriesAppended: number;
}

/** A store cannot do what it was asked. */
export class StoreError extends Error {
  override name = 'StoreError';
}
