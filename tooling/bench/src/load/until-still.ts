import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until `progress` reaches `wanted`, or has not moved for `stillMs`. That is counted in looks of a millisecond at
 * least, not read from a clock: when everything stands still because the machine does, more is still to come.
 *
 * @returns whether it has reached it
 */
export async function untilStill(progress: () => number, wanted: () => number, stillMs: number): Promise<boolean> {
  let last = progress();
  let still = 0;
  while (last < wanted()) {
    if (still >= stillMs) return false;
    await delay(1);
    const now = progress();
    still = now === last ? still + 1 : 0;
    last = now;
  }
  return true;
}

/** How long is long enough, unless somebody knows better. */
export const STILL_MS = 2_000;
