/** How long a transport stays after `end`. All limits are needed: a peer may be slow, silent, or never stop talking. */
export interface EndLimits {
  /** Milliseconds to hand over what is pending, above 0. */
  readonly flushMs?: number;
  /** Milliseconds to read on after the last byte has left, above 0. */
  readonly drainMs?: number;
  /** Bytes of the peer that are read and thrown away before the transport is destroyed, 0 or more. */
  readonly drainBytes?: number;
}

/** Limits with nothing left out. */
export function completeEndLimits(limits: EndLimits = {}): Required<EndLimits> {
  return { ...END_LIMITS, ...limits };
}

// 5 s: a slow mobile link takes some kilobytes in that time, and a dead peer costs one socket for no longer.
// 1 s and 1 MiB: enough for what was under way when we said goodbye; destroying earlier would reset the connection, and the
// peer would lose our last packet together with the rest of its input.
const END_LIMITS: Required<EndLimits> = { flushMs: 5000, drainMs: 1000, drainBytes: 1_048_576 };
