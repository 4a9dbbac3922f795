import { open, type RootDatabase } from 'lmdb';
import { StoreError } from '@skua/store';
import type { Medium, MediumRecord, MediumTransaction } from './medium.ts';

type Root = RootDatabase<Uint8Array, Uint8Array>;

/** One LMDB file. Whoever opens it has looked at the file before: LMDB itself trusts every byte of it. */
export class LmdbMedium implements Medium {
  readonly #path: string;
  #database: Root;

  private constructor(path: string) {
    this.#path = path;
    this.#database = openDatabase(path);
  }

  /** Opens the file, or makes it. @throws {StoreError} */
  static open(path: string): LmdbMedium {
    return new LmdbMedium(path);
  }

  read(key: Uint8Array): Uint8Array | undefined {
    return this.#database.getBinaryFast(key);
  }

  *scan(from: Uint8Array, to: Uint8Array, limit: number): Generator<MediumRecord> {
    // LMDB takes the keys when the iteration begins.
    for (const { key, value } of this.#database.getRange({ start: from, end: to, limit })) yield { key, value };
  }

  async write(fill: (transaction: MediumTransaction) => void): Promise<void> {
    const database = this.#database;
    try {
      await database.batch(() =>
        fill({
          put: (key, value) => void database.put(key, value),
          remove: (key) => void database.remove(key),
        }),
      );
    } catch (error) {
      throw await explainFailure(error);
    }
  }

  async reopen(): Promise<void> {
    await this.#database.close();
    this.#database = openDatabase(this.#path);
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  copyTo(path: string, compact: boolean): Promise<void> {
    return this.#database.backup(path, compact);
  }
}

function openDatabase(path: string): Root {
  try {
    return open<Uint8Array, Uint8Array>({
      path,
      noSubdir: true,
      pageSize: PAGE_BYTES,
      maxDbs: 1,
      encoding: 'binary',
      keyEncoding: 'binary',
      // A commit is a commit only when it is on the disk: pages first, then the page that makes them valid.
      overlappingSync: false,
      eventTurnBatching: false,
    });
  } catch (error) {
    throw new StoreError(`${path} cannot be opened: ${text(error)}.`, { code: 'failed', cause: error });
  }
}

/** Bytes of a page. Small ones: each record that changes costs a page at least. */
export const PAGE_BYTES = 4096;

async function explainFailure(error: unknown): Promise<StoreError> {
  const cause = await commitError(error);
  const full = /No space left|MDB_MAP_FULL|File too large|Disk quota/u.test(text(cause));
  return new StoreError(`A transaction was not committed: ${text(cause)}.`, { code: full ? 'full' : 'failed', cause });
}

/** LMDB gives a promise of the real reason, which always rejects. */
async function commitError(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
