import type { SessionEntry, StoredSession } from './engine/session-entry.ts';

/**
 * Keeps the session of one client, so that QoS 1 and 2 messages survive the process or the page. One client at a time
 * uses a store.
 */
export interface SessionStore {
  /** What was kept; undefined: nothing. Called once, before anything else. */
  load(): Promise<StoredSession | undefined>;
  /** Appends entries, all of them or none. Resolves when they are durable; calls do not overlap. */
  append(entries: readonly SessionEntry[]): Promise<void>;
  /** The client does not need it any more. */
  close?(): Promise<void>;
}
