/** Time, as the server needs it. Tests pass one of their own. */
export interface Clock {
  /** Milliseconds. With a durable store it must be the wall clock: deadlines outlive the process. */
  now(): number;
  /** Milliseconds with fractions since some moment, for measurements; `now` unless there is one. */
  elapsed?(): number;
  /** Calls back once, not before `delayMs` (at most 2^30) have passed. */
  setTimeout(callback: () => void, delayMs: number): unknown;
  /** Takes `setTimeout` back; does nothing afterwards. */
  clearTimeout(timer: unknown): void;
}

/** The clock of the platform. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (timer) => clearTimeout(timer),
};

// Every platform has these; their types differ from platform to platform.
declare const performance: { now(): number };
declare function setTimeout(callback: () => void, delayMs: number): unknown;
declare function clearTimeout(timer: unknown): void;
