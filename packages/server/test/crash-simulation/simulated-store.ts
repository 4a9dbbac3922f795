import type { JournalEntry } from '@skua/broker';
import {
  MemoryStore,
  StoreError,
  StoreState,
  type DeliveryPage,
  type DeliveryPageRequest,
  type StateSnapshot,
  type Store,
  type StoreStatistics,
} from '@skua/store';

/** A store whose medium is a list of batches. It does nothing by itself: the simulation commits, fails or loses what was appended. */
export class SimulatedStore implements Store {
  /** The medium: what the next process finds. */
  readonly #medium: (readonly JournalEntry[])[];
  /** What this process sees: the medium with what was appended since. */
  #seen: StoreState;
  #appended: Appended | undefined;
  /** Whether the next read fails. */
  failsToRead: () => boolean = () => false;
  /** A batch that could never be taken: the broker's mistake. */
  refusal: Error | undefined;

  constructor(medium: (readonly JournalEntry[])[]) {
    this.#medium = medium;
    this.#seen = addUp(medium);
  }

  /** Whether a batch is on its way. */
  get isBusy(): boolean {
    return this.#appended !== undefined;
  }

  load(): Promise<StateSnapshot> {
    return Promise.resolve(this.#seen.snapshot());
  }

  append(entries: readonly JournalEntry[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#appended !== undefined) throw new Error('a batch is on its way already');
      try {
        this.#seen.apply(entries);
      } catch (error) {
        this.refusal = error instanceof Error ? error : new Error(String(error));
        throw error;
      }
      this.#appended = { entries, resolve, reject };
    });
  }

  readDeliveries(clientIdentifier: string, page: DeliveryPageRequest): Promise<DeliveryPage> {
    if (this.failsToRead()) return Promise.reject(new StoreError('unreadable'));
    return Promise.resolve(this.#seen.readDeliveries(clientIdentifier, page));
  }

  /** The batch becomes durable. */
  commit(): void {
    const appended = this.#take();
    if (appended === undefined) return;
    this.#medium.push(appended.entries);
    appended.resolve();
  }

  /** The batch is reported as failed. `applied`: nevertheless it is there. */
  fail(applied: boolean): void {
    const appended = this.#take();
    if (appended === undefined) return;
    if (applied) this.#medium.push(appended.entries);
    else this.#seen = addUp(this.#medium);
    appended.reject(new StoreError('no space left', { code: 'full' }));
  }

  /** The process is lost. `applied`: the batch on its way has reached the medium. */
  crash(applied: boolean): void {
    const appended = this.#take();
    if (appended !== undefined && applied) this.#medium.push(appended.entries);
  }

  statistics(): StoreStatistics {
    return new MemoryStore(this.#seen).statistics();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #take(): Appended | undefined {
    const appended = this.#appended;
    this.#appended = undefined;
    return appended;
  }
}

interface Appended {
  readonly entries: readonly JournalEntry[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function addUp(batches: readonly (readonly JournalEntry[])[]): StoreState {
  const state = new StoreState();
  for (const batch of batches) state.apply(batch);
  return state;
}
