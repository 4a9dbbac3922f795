import type { SessionEntry } from '../engine/session-entry.ts';
import type { SessionStore } from '../session-store.ts';
import { StoredState } from '../stored-state.ts';
import type { DatabaseFactory, DatabaseLike, ObjectStoreLike, RequestLike } from './indexed-db-like.ts';

/**
 * Keeps a session in IndexedDB, so that QoS 1 and 2 messages survive a reload of the page. A name is for one client at a
 * time: two tabs need two names, and two Client Identifiers.
 */
export function indexedDbStore(name: string): SessionStore {
  return new IndexedDbStore(name);
}

class IndexedDbStore implements SessionStore {
  readonly #name: string;
  readonly #state = new StoredState();
  #database: DatabaseLike | undefined;
  #batches = 0;

  constructor(name: string) {
    this.#name = name;
  }

  async load(): ReturnType<SessionStore['load']> {
    this.#database = await openDatabase(this.#name);
    const batches = await this.#transaction<readonly (readonly SessionEntry[])[]>((store) => store.getAll());
    for (const batch of batches) for (const entry of batch) this.#state.apply(entry);
    const session = this.#state.session();
    await this.#compact();
    return session;
  }

  async append(entries: readonly SessionEntry[]): Promise<void> {
    await this.#transaction((store) => store.add(entries));
    for (const entry of entries) this.#state.apply(entry);
    this.#batches += 1;
    if (this.#batches > BATCHES_MAX + this.#state.size) await this.#compact();
  }

  close(): Promise<void> {
    this.#database?.close();
    this.#database = undefined;
    return Promise.resolve();
  }

  async #compact(): Promise<void> {
    await this.#transaction((store) => {
      store.clear();
      return store.add(this.#state.entries());
    });
    this.#batches = 1;
  }

  /** Resolves when the transaction is complete, not when the request is: only then it is durable. */
  #transaction<T>(act: (store: ObjectStoreLike) => RequestLike<unknown>): Promise<T> {
    const database = this.#database;
    if (database === undefined) return Promise.reject(new Error('The store was not loaded.'));
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, 'readwrite', { durability: 'strict' });
      const request = act(transaction.objectStore(STORE));
      // What IndexedDB gives is what this class has put into it.
      transaction.oncomplete = () => resolve(request.result as T); // oxlint-disable-line typescript/no-unsafe-type-assertion
      transaction.onabort = () => reject(transaction.error ?? new Error('The transaction was aborted.'));
    });
  }
}

function openDatabase(name: string): Promise<DatabaseLike> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error(`The database ${name} cannot be opened.`));
  });
}

declare const indexedDB: DatabaseFactory;

const STORE = 'session';
/** Batches that are kept beyond one for each message, before they are written anew as one. */
const BATCHES_MAX = 256;
