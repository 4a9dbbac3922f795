import type { DeliverySnapshot, JournalEntry, Message, SessionSnapshot } from '@skua/broker';

/**
 * Keeps what must survive the process. One broker uses a store at a time.
 *
 * The entries of a journal add up to a state: see {@link JournalEntry}. A message is kept once, however many deliveries
 * name it, and is freed at the end of the batch in which the last delivery that names it goes.
 */
export interface Store {
  /**
   * Everything that was appended, added up, except queued messages, of which only the number is given: they are read by
   * {@link readDeliveries}. Called once, before the first `append`.
   *
   * @throws {StoreError} when what is there cannot be understood. A store never starts empty instead.
   */
  load(): Promise<StoreSnapshot>;

  /**
   * Appends a batch. Batches take effect in the order of the calls, each as a whole or not at all; a second one may be
   * appended before the first has resolved.
   *
   * Resolves when the batch and all before it survive the loss of the process. When it rejects the batch has had no effect,
   * or nobody knows: the same batch may be appended again, and adds up to the same state as if it had been appended once.
   *
   * @throws {StoreError} (as a rejection) when an entry adds to a session, message or delivery that does not exist, when the
   *   medium fails or is full, and after `close`. Entries that take away what does not exist have no effect.
   */
  append(entries: readonly JournalEntry[]): Promise<void>;

  /**
   * Reads a part of the queue of one session: deliveries whose step is `queued`, in the order in which they were queued, so
   * that a queue may be larger than memory. A session that does not exist has none. Sees every batch that was appended
   * before the call and does not fail; a batch appended later may be seen, as a whole or not at all.
   *
   * @throws {StoreError} (as a rejection) when the medium fails, and after `close`.
   */
  readDeliveries(clientIdentifier: string, page: DeliveryPageRequest): Promise<DeliveryPage>;

  /** What is kept, at this moment or a little before. */
  statistics(): StoreStatistics;

  /**
   * Tells each change of health from now on; there is one listener. A store that knows nothing before an `append` fails
   * leaves it out: its user sees by rejections that it is unwell, and by the next batch taken that it is well again.
   */
  watchHealth?(listener: (health: StoreHealth) => void): void;

  /** Resolves when everything that was appended is durable or has failed, and the medium is released. Idempotent. */
  close(): Promise<void>;
}

/** What a store gives back. Each of the two lists is read at most once, the sessions after the retained messages. */
export interface StoreSnapshot {
  /** Greater than every `messageId` and `deliveryId` that the store was ever given. */
  readonly nextIdentifier: number;
  readonly retained: Iterable<Message> | AsyncIterable<Message>;
  /** With deliveries in flight (`awaitingPubrec`, `awaitingPubcomp`); those that are `queued` only as numbers. */
  readonly sessions: Iterable<SessionSnapshot> | AsyncIterable<SessionSnapshot>;
}

/** Which part of a queue. */
export interface DeliveryPageRequest {
  /** The `deliveryId` after which to begin; 0: at the beginning. */
  readonly after: number;
  /** 1 or more. */
  readonly deliveriesMax: number;
  /** Bytes as {@link queuedBytes} counts them. The first delivery is given however large it is. */
  readonly bytesMax: number;
}

/** A part of a queue. */
export interface DeliveryPage {
  readonly deliveries: readonly DeliverySnapshot[];
  /** Whether there are more behind the last one. */
  readonly hasMore: boolean;
}

/** Whether batches are taken. `unwell`: they fail, or would before long; reading may still be possible. */
export type StoreHealth =
  | { readonly state: 'well' }
  | { readonly state: 'unwell'; readonly code: StoreErrorCode; readonly explanation: string };

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
  /** What became durable together: one commit may hold several batches. */
  readonly commits: CommitStatistics;
  /** Bytes that the data takes on its medium, freed but not given back ones included; undefined: there is none, or not known. */
  readonly bytesUsed: number | undefined;
  /** Bytes that the medium has left for everybody; undefined: there is none, or not known. */
  readonly bytesFree: number | undefined;
  /** The last failure since the store was opened; undefined: none. */
  readonly lastError: string | undefined;
}

/** Commits since the store was opened; all 0 without a medium. */
export interface CommitStatistics {
  readonly count: number;
  /** Batches in all of them. */
  readonly batches: number;
  /** Milliseconds from the call of `append` to durable, over the oldest batch of each commit: their sum, and the longest. */
  readonly millisecondsTotal: number;
  readonly millisecondsMax: number;
}

/**
 * What kind of failure it is.
 *
 * - `refused`: an entry adds to what does not exist. Appending it again is of no use.
 * - `full`: there is no room. The same batch succeeds when there is.
 * - `failed`: the medium or the program behind it failed.
 * - `damaged`: what is there is not what was written.
 * - `version`: it was written by a version that this one does not know.
 * - `locked`: another process uses it.
 * - `permission`: this process may not read or write it.
 * - `closed`: after `close`.
 */
export type StoreErrorCode = 'refused' | 'full' | 'failed' | 'damaged' | 'version' | 'locked' | 'permission' | 'closed';

/** A store cannot do what it was asked. */
export class StoreError extends Error {
  override name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(message: string, options: { readonly code?: StoreErrorCode; readonly cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = options.code ?? 'failed';
  }
}

/** What a message counts for in `bytes` of pages and queues: its payload, and its Topic Name in UTF-16 code units. */
export function queuedBytes(message: Message): number {
  return message.payload.byteLength + message.topicName.length;
}
