import type { Clock } from './clock.ts';
import type { SessionEntry, StoredSession } from './engine/session-entry.ts';
import type { SessionStore } from './session-store.ts';

/** What a writer tells its client. */
export interface StoreWriterOwner {
  /** So many more entries are durable. */
  stored(count: number): void;
  /** The store has failed; the batch is tried again. */
  failed(error: unknown): void;
}

/** Gives entries to a store, one batch at a time: what comes meanwhile is the next batch. */
export class StoreWriter {
  readonly #store: SessionStore;
  readonly #clock: Clock;
  readonly #owner: StoreWriterOwner;
  #entries: SessionEntry[] = [];
  #writing: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(store: SessionStore, clock: Clock, owner: StoreWriterOwner) {
    this.#store = store;
    this.#clock = clock;
    this.#owner = owner;
  }

  /** What the store has kept. */
  load(): Promise<StoredSession | undefined> {
    return this.#store.load();
  }

  /** Adds an entry to the next batch. */
  append(entry: SessionEntry): void {
    this.#entries.push(entry);
  }

  /** The end of a turn: what was appended is written. */
  flush(): void {
    if (this.#entries.length > 0 && this.#writing === undefined) this.#writing = this.#write();
  }

  /** Writes what is left and closes the store. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.flush();
    await this.#writing;
    await this.#store.close?.();
  }

  async #write(): Promise<void> {
    while (this.#entries.length > 0) {
      const batch = this.#entries;
      this.#entries = [];
      await this.#append(batch);
      this.#owner.stored(batch.length);
    }
    this.#writing = undefined;
  }

  async #append(batch: readonly SessionEntry[]): Promise<void> {
    for (;;) {
      try {
        await this.#store.append(batch);
        return;
      } catch (error) {
        this.#owner.failed(error);
        if (this.#closed !== undefined) return;
        await new Promise<void>((resolve) => void this.#clock.setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

/** A full disk is not emptied faster. */
const RETRY_MS = 1000;
