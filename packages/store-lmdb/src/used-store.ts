import { statSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError, type StoreStatistics } from '@skua/store';
import { copyStore } from './copy-store.ts';
import { checkSchema } from './header.ts';
import { LmdbMedium } from './lmdb-medium.ts';
import { STORE_FILE } from './store-file.ts';
import { asStoreError } from './system-error.ts';
import { TableStore } from './table-store.ts';

// LMDB lets other processes read while one writes: each sees the file as it was after one transaction. So these take no
// lock. They do not look at the pages first either: under a writer's hands that would find faults where there are none.

/**
 * Makes a copy of a store as it is at one moment, while another process may be using it.
 *
 * @param directory where the store is.
 * @param target a new directory, or an empty one: a store can be opened there.
 * @throws {StoreError} (as a rejection) when there is no store, or the copy cannot be written.
 */
export async function copyUsedStore(directory: string, target: string): Promise<void> {
  await withMedium(directory, (medium) => copyStore(medium, target, 'as it is'));
}

/**
 * What a store holds at one moment, while another process may be using it. Numbers of batches and commits are those of that
 * process and not known: 0.
 *
 * @throws {StoreError} (as a rejection) when there is no store, or it cannot be understood.
 */
export async function readUsedStore(directory: string): Promise<StoreStatistics> {
  return await withMedium(directory, (medium, path) => {
    checkSchema(medium, path);
    const statistics = TableStore.open(medium).statistics();
    return Promise.resolve({ ...statistics, bytesUsed: statSync(path).size });
  });
}

async function withMedium<T>(directory: string, work: (medium: LmdbMedium, path: string) => Promise<T>): Promise<T> {
  const path = join(directory, STORE_FILE);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw new StoreError(`${directory} has no store: there is no file ${STORE_FILE} in it.`, { code: 'failed' });
  }
  let medium: LmdbMedium | undefined;
  try {
    medium = LmdbMedium.open(path);
    return await work(medium, path);
  } catch (error) {
    throw asStoreError(error, directory);
  } finally {
    await medium?.close();
  }
}
