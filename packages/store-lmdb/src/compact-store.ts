import { renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LmdbStore } from './lmdb-store.ts';
import { STORE_FILE, syncDirectory } from './store-file.ts';

/** Bytes of a store's file before and after it was written anew. */
export interface CompactReport {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * Writes the store of a directory anew, without the room that deleted records have left. The new file takes the place of
 * the old one when it is whole and on the disk.
 *
 * @throws {StoreError} (as a rejection) when another process uses the store, or the copy cannot be written; nothing has
 *   changed then.
 */
export async function compactStore(directory: string): Promise<CompactReport> {
  const path = join(directory, STORE_FILE);
  const copy = join(directory, COPY);
  // Nobody else may come in between, so the store is closed only after the change.
  const store = await LmdbStore.open({ directory });
  try {
    rmSync(copy, { recursive: true, force: true });
    const bytesBefore = statSync(path).size;
    await store.compact(copy);
    renameSync(join(copy, STORE_FILE), path);
    syncDirectory(directory);
    return { bytesBefore, bytesAfter: statSync(path).size };
  } finally {
    await store.close();
    rmSync(copy, { recursive: true, force: true });
  }
}

const COPY = 'skua.compact';
