import type { Client } from '../client.ts';

/** Wakes a client when the network comes back, or the page is shown or resumed: timers of a hidden page stand still. */
export function wakeOnPageEvents(client: Client): void {
  const page = typeof document === 'undefined' ? undefined : document;
  // Not in every worker.
  if (typeof addEventListener !== 'function') return;
  const wake = (): void => {
    if (page?.visibilityState !== 'hidden') client.wake();
  };
  for (const type of GLOBAL_EVENTS) addEventListener(type, wake);
  for (const type of DOCUMENT_EVENTS) page?.addEventListener(type, wake);
  client.on('state', ({ status }) => {
    if (status !== 'closed') return;
    for (const type of GLOBAL_EVENTS) removeEventListener(type, wake);
    for (const type of DOCUMENT_EVENTS) page?.removeEventListener(type, wake);
  });
}

// What a browser has, in the little that is used of it.
declare const addEventListener: ((type: string, listener: () => void) => void) | undefined;
declare const removeEventListener: (type: string, listener: () => void) => void;
declare const document: PageDocument | undefined;

interface PageDocument {
  readonly visibilityState: string;
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

const GLOBAL_EVENTS = ['online', 'pageshow'];
const DOCUMENT_EVENTS = ['visibilitychange', 'resume'];
