import { MemoryStore } from '@skua/store';

/** Appends a batch as a broker does, opens the store again as after a restart, and counts the sessions. */
export async function sessionsAfterRestart(): Promise<number> {
  const store = new MemoryStore();
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
  ]); // resolved: it is as durable as this store can make it
  await store.close();

  const again = new MemoryStore(store.state);
  const { sessions } = await again.load();
  return [...sessions].length;
}
