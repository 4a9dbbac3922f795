import type { JournalEntry } from '@skua/broker';
import { StoreState, type StateSnapshot } from './store-state.ts';
import {
  StoreError,
  type CommitStatistics,
  type DeliveryPage,
  type DeliveryPageRequest,
  type Store,
  type StoreStatistics,
} from './store.ts';

/**
 * A store in memory: it survives the broker, not the process. For tests, and for brokers that are restarted within a process.
 *
 * @example
 * const store = new MemoryStore();
 * const afterRestart = new MemoryStore(store.state);
 */
export class MemoryStore implements Store {
  /** What is kept; give it to another `MemoryStore` to open it again. */
  readonly state: StoreState;
  #closed = false;
  #batchesAppended = 0;
  #entriesAppended = 0;
  #lastError: string | undefined;

  constructor(state: StoreState = new StoreState()) {
    this.state = state;
  }

  load(): Promise<StateSnapshot> {
    return this.#do(() => this.state.snapshot());
  }

  append(entries: readonly JournalEntry[]): Promise<void> {
    return this.#do(() => {
      this.state.apply(entries);
      this.#batchesAppended += 1;
      this.#entriesAppended += entries.length;
    });
  }

  readDeliveries(clientIdentifier: string, page: DeliveryPageRequest): Promise<DeliveryPage> {
    return this.#do(() => this.state.readDeliveries(clientIdentifier, page));
  }

  statistics(): StoreStatistics {
    return {
      ...this.state.counts,
      batchesAppended: this.#batchesAppended,
      entriesAppended: this.#entriesAppended,
      commits: NO_COMMITS,
      bytesUsed: undefined,
      bytesFree: undefined,
      lastError: this.#lastError,
    };
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  #do<T>(work: () => T): Promise<T> {
    return new Promise((resolve) => {
      if (this.#closed) throw new StoreError('The store is closed.', { code: 'closed' });
      try {
        resolve(work());
      } catch (error) {
        this.#lastError = String(error);
        throw error;
      }
    });
  }
}

const NO_COMMITS: CommitStatistics = { count: 0, batches: 0, millisecondsTotal: 0, millisecondsMax: 0 };
