import type { JournalEntry } from '@skua/broker';
import type { DeliveryPage, DeliveryPageRequest, Store, StoreSnapshot, StoreStatistics } from '@skua/store';
import { closedError, CommitQueue, MOVE_LIMITS, type JournalPart, type MoveLimits } from './commit-queue.ts';
import { readJournal } from './journal-records.ts';
import { loadSessions, readSnapshot } from './load-tables.ts';
import type { Medium } from './medium.ts';
import { PendingState } from './pending-state.ts';
import { readQueuePage } from './queue-page.ts';
import { readTotals } from './totals.ts';

/** The store on any medium. */
export class TableStore implements Store {
  readonly #medium: Medium;
  readonly #state: PendingState;
  readonly #queue: CommitQueue;
  #closing: Promise<void> | undefined;

  private constructor(medium: Medium, state: PendingState, journal: readonly JournalPart[], limits: MoveLimits) {
    this.#medium = medium;
    this.#state = state;
    this.#queue = new CommitQueue(state, journal, limits);
    this.replayed = journal.length;
  }

  /** Batches of the journal that were not in the tables when the store was opened. */
  readonly replayed: number;

  /** Reads what the medium has. @throws {StoreError} */
  static open(medium: Medium, limits: MoveLimits = MOVE_LIMITS): TableStore {
    const state = new PendingState(medium, readTotals(medium));
    loadSessions(state);
    const journal: JournalPart[] = [];
    for (const { sequence, batches, parts } of readJournal(medium, state.totals.sequence)) {
      for (const entries of batches) state.apply(entries);
      state.totals.sequence = sequence;
      journal.push({ sequence, parts, bytes: 0 });
    }
    return new TableStore(medium, state, journal, limits);
  }

  async load(): Promise<StoreSnapshot> {
    this.#checkOpen();
    await this.#queue.settled();
    return readSnapshot(this.#state);
  }

  append(entries: readonly JournalEntry[]): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(closedError());
    return this.#queue.append(entries);
  }

  async readDeliveries(clientIdentifier: string, page: DeliveryPageRequest): Promise<DeliveryPage> {
    this.#checkOpen();
    await this.#queue.settled();
    this.#checkOpen();
    return readQueuePage(this.#state, clientIdentifier, page);
  }

  statistics(): StoreStatistics {
    const { sessions, subscriptions, messages, deliveries, retained } = this.#state.totals;
    return {
      sessions,
      subscriptions,
      messages,
      deliveries,
      retained,
      ...this.#queue.statistics,
      bytesUsed: undefined,
      bytesFree: undefined,
      lastError: this.#queue.lastError,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** A failure that did not get as far as the medium. */
  noteError(error: unknown): void {
    this.#queue.noteError(error);
  }

  /**
   * Does something with the medium while nothing is written; what is appended waits.
   *
   * @throws {StoreError} (as a rejection) after `close`, and what `work` throws.
   */
  alone<T>(work: (state: PendingState) => T | Promise<T>): Promise<T> {
    this.#checkOpen();
    return this.#queue.alone(() => work(this.#state));
  }

  async #close(): Promise<void> {
    await this.#queue.settled();
    // The next start has less to read; what cannot be moved is in the journal.
    await this.#queue.moveAll().catch(() => {});
    await this.#medium.close();
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw closedError();
  }
}
