import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeContract } from '@skua/store/contract';
import type { Store } from '@skua/store';
import { test } from 'vitest';
import { LmdbStore } from '../src/index.ts';
import { LmdbMedium } from '../src/lmdb-medium.ts';
import { TableStore } from '../src/table-store.ts';
import { LossyMedium } from './lossy-medium.ts';

const directories = new WeakMap<Store, string>();

storeContract(
  { test },
  {
    name: 'lmdb',
    open: () => openAt(newDirectory()),
    async openToCrash(writes) {
      const directory = newDirectory();
      await (await LmdbStore.open({ directory })).close();
      const store = TableStore.open(new LossyMedium(LmdbMedium.open(join(directory, 'skua.mdb')), writes));
      directories.set(store, directory);
      return store;
    },
    async reopen(store) {
      await store.close();
      return openAt(directories.get(store)!);
    },
    dispose(store) {
      rmSync(directories.get(store)!, { recursive: true, force: true });
      return Promise.resolve();
    },
  },
);

function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'skua-store-'));
}

async function openAt(directory: string): Promise<Store> {
  const store = await LmdbStore.open({ directory });
  directories.set(store, directory);
  return store;
}
