import type { JournalEntry } from '@skua/broker';
import { expect, test } from 'vitest';
import { storeContract } from './contract/index.ts';
import { MemoryStore } from './memory-store.ts';
import { StoreError, type Store } from './store.ts';

/** Each batch is a write; the crash comes before one. */
class CrashingStore extends MemoryStore {
  #writesLeft: number;

  constructor(writes: number) {
    super();
    this.#writesLeft = writes;
  }

  override append(entries: readonly JournalEntry[]): Promise<void> {
    if (this.#writesLeft === 0) return Promise.reject(new StoreError('The process is lost.'));
    this.#writesLeft -= 1;
    return super.append(entries);
  }
}

storeContract(
  { test },
  {
    name: 'memory',
    openToCrash: (writes) => Promise.resolve(new CrashingStore(writes)),
    open: () => Promise.resolve(new MemoryStore()),
    reopen: async (store: Store) => {
      await store.close();
      return new MemoryStore(store instanceof MemoryStore ? store.state : undefined);
    },
  },
);

test('a snapshot does not change with later batches', async () => {
  const store = new MemoryStore();
  const opened = { type: 'sessionOpened', clean: false, userName: undefined, protocolVersion: 5 } as const;
  await store.append([{ ...opened, clientIdentifier: 'c', sessionExpiryInterval: 1, will: undefined }]);
  const snapshot = await store.load();
  await store.append([{ type: 'sessionEnded', clientIdentifier: 'c' }]);
  expect([...snapshot.sessions].map((session) => session.clientIdentifier)).toEqual(['c']);
  expect([...(await store.load()).sessions]).toEqual([]);
});
