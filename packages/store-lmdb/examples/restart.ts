import { LmdbStore } from '@skua/store-lmdb';

/** Keeps a session in a directory, and finds it there again. */
export async function sessionsAfterRestart(directory: string): Promise<number> {
  const store = await LmdbStore.open({ directory });
  await store.load();
  await store.append([
    {
      type: 'sessionOpened',
      clientIdentifier: 'pump-7',
      clean: true,
      userName: undefined,
      protocolVersion: 5,
      sessionExpiryInterval: 3600,
      will: undefined,
    },
  ]); // resolved: it is on the disk
  await store.close();

  const again = await LmdbStore.open({ directory });
  const { sessions } = again.statistics();
  await again.close();
  return sessions;
}
