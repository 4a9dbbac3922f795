import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '@skua/store';
import { compactStore, copyUsedStore, LmdbStore, readUsedStore, STORE_FILE } from '@skua/store-lmdb';
import type { StoreFiles } from './store-files.ts';

/** The files of the store that the broker uses. */
export const LMDB_FILES: StoreFiles = {
  async open(folder, mode) {
    if (mode === 'existing') checkExists(folder);
    return await LmdbStore.open({ directory: folder });
  },

  async describe(folder) {
    const { sessions, subscriptions, messages, deliveries, retained, bytesUsed } = await readUsedStore(folder);
    return [
      `${join(folder, STORE_FILE)}: ${bytesUsed ?? 0} bytes`,
      `${sessions} sessions with ${subscriptions} subscriptions`,
      `${deliveries} waiting messages (${messages} different ones)`,
      `${retained} retained messages`,
    ];
  },

  async verify(folder) {
    checkExists(folder);
    const store = await LmdbStore.open({ directory: folder });
    try {
      return (await store.verify()).records.problems;
    } finally {
      await store.close();
    }
  },

  async compact(folder) {
    checkExists(folder);
    const { bytesBefore, bytesAfter } = await compactStore(folder);
    return { before: bytesBefore, after: bytesAfter };
  },

  async backup(folder, target) {
    await copyUsedStore(folder, target);
    return statSync(join(target, STORE_FILE)).size;
  },
};

function checkExists(folder: string): void {
  if (existsSync(join(folder, STORE_FILE))) return;
  throw new StoreError(`${folder} has no store: there is no file ${STORE_FILE} in it.`, { code: 'failed' });
}
