import { join } from 'node:path';
import type { LmdbStore } from '@skua/store-lmdb';
import type { Configuration } from './configuration/configuration.ts';
import type { Log } from './log.ts';

/**
 * Opens the store that the configuration asks for, and says in the log where it is and what it has; undefined: none is wanted.
 *
 * @throws {StoreError} (as a rejection) when it cannot be used. The message says what was found and what can be done.
 */
export async function openStore(configuration: Configuration, log: Log): Promise<LmdbStore | undefined> {
  if (!configuration.persistence) return undefined;
  const directory = storeDirectory(configuration);
  // Only now: a broker without a store does not load it.
  const { LmdbStore: opener } = await import('@skua/store-lmdb');
  const store = await opener.open({ directory });
  if (store.isNew) {
    log.write('information', `Store ${directory}: new, for sessions and retained messages`);
    return store;
  }
  const { sessions, subscriptions, deliveries, retained } = store.statistics();
  const what = `${sessions} sessions with ${subscriptions} subscriptions and ${deliveries} messages`;
  log.write('information', `Store ${directory}: ${what}, ${retained} retained messages`);
  return store;
}

/** The directory of the store that a broker with this configuration uses. */
export function storeDirectory({
  store,
  persistenceLocation,
}: Pick<Configuration, 'store' | 'persistenceLocation'>): string {
  return store ?? join(persistenceLocation, STORE_FOLDER);
}

const STORE_FOLDER = 'skua-store';
