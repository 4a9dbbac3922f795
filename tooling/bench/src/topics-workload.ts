// Filters and Topic Names as a plant would have them: `plant/{site}/device/{device}` and below, 1,000 sites. They are
// validated here, outside of what is measured, as a decoder does it once for each packet; peers take them as strings.

import { parseTopicFilter, parseTopicName, type TopicFilter, type TopicName } from '@skua/topics';

/** How many filters a device has: one, of each kind a third, or all three kinds. */
export type Spread = 'one' | 'three';

/** The n-th of `count` filters; in turn exact, with `+`, with `#`. */
export function filterAt(n: number, count: number, spread: Spread): TopicFilter {
  const { path, kind } = deviceOf(n, count, spread);
  return parseTopicFilter(flat(kind === 0 ? `${path}/temperature` : kind === 1 ? `${path}/+/state` : `${path}/#`));
}

/** A name that the n-th filter matches. */
export function nameAt(n: number, count: number, spread: Spread): TopicName {
  const { path, kind } = deviceOf(n, count, spread);
  return parseTopicName(
    flat(kind === 0 ? `${path}/temperature` : kind === 1 ? `${path}/mode/state` : `${path}/humidity`),
  );
}

/** The i-th of a sequence that runs over 0 to count - 1 in no useful order: what caches like least. */
export function scattered(i: number, count: number): number {
  return Number((BigInt(i) * 104_729n + 17n) % BigInt(count));
}

function deviceOf(n: number, count: number, spread: Spread): { path: string; kind: number } {
  const devices = spread === 'one' ? count : Math.ceil(count / 3);
  const device = ((spread === 'one' ? n : Math.floor(n / 3)) * 7_919) % devices;
  return { path: `plant/${device % 1_000}/device/${device}`, kind: n % 3 };
}

// A template literal is a rope until somebody reads it. What a decoder hands over is not, so the bench must not either.
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
