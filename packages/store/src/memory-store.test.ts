import { expect, test } from 'vitest';
import { storeContract } from './contract/index.ts';
import { MemoryStore } from './memory-store.ts';
import type { Store } from './store.ts';

storeContract(
  { test },
  {
    name: 'memory',
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
