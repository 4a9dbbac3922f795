import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalEntry } from '@skua/broker';
import type {
  DeliveryPage,
  DeliveryPageRequest,
  Store,
  StoreHealth,
  StoreSnapshot,
  StoreStatistics,
} from '@skua/store';
import { checkFile, type FileReport } from './check-file.ts';
import { copyStore } from './copy-store.ts';
import { DirectoryLock } from './directory-lock.ts';
import { FreeSpace } from './free-space.ts';
import { migrate } from './header.ts';
import { LmdbMedium } from './lmdb-medium.ts';
import { makeStoreFile, STORE_FILE } from './store-file.ts';
import { asStoreError } from './system-error.ts';
import { TableStore } from './table-store.ts';
import { verifyRecords, type RecordReport } from './verify-records.ts';

/** Settings of {@link LmdbStore.open}. */
export interface LmdbStoreOptions {
  /** Where the store lives; made if it is not there. One process at a time uses it. */
  readonly directory: string;
  /**
   * Bytes of the disk that the store leaves free: with less it takes nothing more until there is room again. Default 16 MiB,
   * enough for it to tidy up.
   */
  readonly spaceReserveBytes?: number;
  /**
   * Whether each page of the file is looked at before it is used. Default true; a gigabyte takes about a second. Without it
   * a damaged file may end the process.
   */
  readonly checkFile?: boolean;
}

/** What {@link LmdbStore.verify} found. */
export interface VerifyReport {
  readonly file: FileReport;
  readonly records: RecordReport;
}

/**
 * A store in a file: what was appended is on the disk when `append` resolves, and survives the loss of the process and of
 * power. An LMDB file in a directory of its own, written by a thread beside the event loop.
 */
export class LmdbStore implements Store {
  /** Where it lives. */
  readonly directory: string;
  /** Whether there was none before. */
  readonly isNew: boolean;
  readonly #lock: DirectoryLock;
  readonly #medium: LmdbMedium;
  readonly #store: TableStore;
  readonly #space: FreeSpace;
  #closing: Promise<void> | undefined;

  private constructor(parts: StoreParts) {
    this.directory = parts.directory;
    this.isNew = parts.isNew;
    this.#lock = parts.lock;
    this.#medium = parts.medium;
    this.#store = parts.store;
    this.#space = parts.space;
  }

  /**
   * Opens the store of a directory, or makes one.
   *
   * @throws {StoreError} (as a rejection; `locked`, `permission`, `full`, `damaged`, `version`, `failed`) with what was found
   *   and what can be done. Nothing is repaired, and nothing begins anew where something was.
   */
  static async open(options: LmdbStoreOptions): Promise<LmdbStore> {
    const { directory, spaceReserveBytes = 16_777_216, checkFile: check = true } = options;
    const lock = lockDirectory(directory);
    let medium: LmdbMedium | undefined;
    try {
      const path = join(directory, STORE_FILE);
      const isNew = await makeStoreFile(directory);
      if (check) checkFile(path);
      medium = LmdbMedium.open(path);
      await migrate(medium, path);
      const store = TableStore.open(medium);
      return new LmdbStore({
        directory,
        isNew,
        lock,
        medium,
        store,
        space: new FreeSpace(directory, spaceReserveBytes),
      });
    } catch (error) {
      await medium?.close();
      lock.release();
      throw asStoreError(error, directory);
    }
  }

  load(): Promise<StoreSnapshot> {
    return this.#store.load();
  }

  append(entries: readonly JournalEntry[]): Promise<void> {
    const full = this.#space.check();
    if (full === undefined) return this.#store.append(entries);
    this.#store.noteError(full);
    return Promise.reject(full);
  }

  readDeliveries(clientIdentifier: string, page: DeliveryPageRequest): Promise<DeliveryPage> {
    return this.#store.readDeliveries(clientIdentifier, page);
  }

  statistics(): StoreStatistics {
    const { size } = statSync(join(this.directory, STORE_FILE), { throwIfNoEntry: false }) ?? {};
    return { ...this.#store.statistics(), bytesUsed: size, bytesFree: this.#space.bytes };
  }

  watchHealth(listener: (health: StoreHealth) => void): void {
    this.#space.watch(listener);
  }

  /**
   * Makes a copy as it is at one moment, while the store is used.
   *
   * @param directory a new one: a store can be opened there.
   * @throws {StoreError} (as a rejection) when it is there already, or cannot be written.
   */
  backup(directory: string): Promise<void> {
    return copyStore(this.#medium, directory, 'as it is');
  }

  /**
   * Makes a copy without the room that deleted records have left. See {@link LmdbStore.backup}.
   */
  compact(directory: string): Promise<void> {
    return copyStore(this.#medium, directory, 'compact');
  }

  /**
   * Reads all pages and records, and compares what they say of each other. Batches wait meanwhile.
   *
   * @throws {StoreError} (as a rejection; `damaged`) when pages are not what they should be; problems of records are listed.
   */
  verify(): Promise<VerifyReport> {
    return this.#store.alone(async () => ({
      file: checkFile(join(this.directory, STORE_FILE)),
      records: await verifyRecords(this.#medium),
    }));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#space.stop();
    try {
      await this.#store.close();
    } finally {
      this.#lock.release();
    }
  }
}

interface StoreParts {
  readonly directory: string;
  readonly isNew: boolean;
  readonly lock: DirectoryLock;
  readonly medium: LmdbMedium;
  readonly store: TableStore;
  readonly space: FreeSpace;
}

function lockDirectory(directory: string): DirectoryLock {
  try {
    mkdirSync(directory, { recursive: true });
    return DirectoryLock.acquire(directory);
  } catch (error) {
    throw asStoreError(error, directory);
  }
}
