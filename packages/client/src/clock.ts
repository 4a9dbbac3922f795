/** Time, as the client needs it. Tests pass one of their own. */
export interface Clock {
  /** Milliseconds of the wall clock, which goes on while a machine sleeps. */
  now(): number;
  /** Calls back once, not before `delayMs` (at most 2^30) have passed. */
  setTimeout(callback: () => void, delayMs: number): unknown;
  /** Takes `setTimeout` back; does nothing afterwards. */
  clearTimeout(timer: unknown): void;
}

/** The clock of the platform. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (timer) => clearTimeout(timer),
};

/** A clock that is never set back: where the wall clock is, deadlines would move away. */
export function steadyNow(clock: Clock): () => number {
  let last = clock.now();
  let setBackBy = 0;
  return () => {
    const now = clock.now();
    if (now < last) setBackBy += last - now;
    last = now;
    return now + setBackBy;
  };
}

// Every platform has these two; their types differ from platform to platform.
declare function setTimeout(callback: () => void, delayMs: number): unknown;
declare function clearTimeout(timer: unknown): void;
