import type { SessionStore } from './session-store.ts';
import { StoredState } from './stored-state.ts';

/** A store that lives as long as the object: for tests, and for a client that is made anew within one process. */
export function memoryStore(): SessionStore {
  const state = new StoredState();
  return {
    load: () => Promise.resolve(state.session()),
    append: (entries) => {
      for (const entry of entries) state.apply(entry);
      return Promise.resolve();
    },
  };
}
