/** Calls back once, soon, outside the current call: that is where a turn ends and what was written leaves. */
export type Schedule = (callback: () => void) => void;

/**
 * `setImmediate` where it exists, else a message to oneself, else a microtask. A microtask would come after each single
 * `await`; this way everything that a loop of awaited calls sends leaves in one write.
 */
export function defaultSchedule(): Schedule {
  if (typeof setImmediate === 'function') return (callback) => void setImmediate(callback);
  const Channel = MessageChannel;
  if (typeof Channel !== 'function') return (callback) => queueMicrotask(callback);
  return (callback) => {
    // Closed after use: an open one would keep some runtimes alive.
    const { port1, port2 } = new Channel();
    port1.onmessage = () => {
      port1.close();
      callback();
    };
    port2.postMessage(0);
  };
}

// What the platforms have, in the little that is used of it.
declare const setImmediate: ((callback: () => void) => unknown) | undefined;
declare const MessageChannel: (new () => Channel) | undefined;
declare function queueMicrotask(callback: () => void): void;

interface Channel {
  readonly port1: { onmessage: (() => void) | null; close(): void };
  readonly port2: { postMessage(message: unknown): void };
}
