// One library in a process of its own, so that no heap is shared: run by topics.ts with --expose-gc.
// Arguments: library, number of filters, number of matches, spread, number of different names.

import { parseTopicFilter, TopicTree } from '@skua/topics';
import { isMatcherName, MATCHERS, type MatcherName } from './topics-matchers.ts';
import { filterAt, nameAt, scattered, type Spread } from './topics-workload.ts';

/** What a measuring process prints as JSON. */
export interface Measurement {
  readonly bytesPerFilter: number;
  readonly insertsPerSecond: number;
  readonly matchesPerSecond: number;
  readonly hitsPerMatch: number;
}

/** What the process for retained messages prints as JSON. */
export interface RetainedMeasurement {
  readonly bytesPerName: number;
  readonly setsPerSecond: number;
  /** Milliseconds for one match of `#`, all names visited. */
  readonly allMs: number;
  /** Milliseconds for one match of a filter with `+` that selects one name in a thousand. */
  readonly singleMs: number;
}

// So many texts are made at a time, outside of what is measured. Few, since a broker's are fresh from the decoder too.
const BATCH = 5_000;

const [library = '', count = '', matchCount = '', spread = '', nameCount = ''] = process.argv.slice(2);
if (library === 'retained') {
  console.log(JSON.stringify(measureRetained(Number(count))));
} else if (isMatcherName(library) && (spread === 'one' || spread === 'three')) {
  console.log(JSON.stringify(measure(library, Number(count), Number(matchCount), spread, Number(nameCount))));
} else {
  throw new Error(`no such measurement: ${process.argv.slice(2).join(' ')}`);
}

function measure(name: MatcherName, filters: number, matches: number, over: Spread, names: number): Measurement {
  // Keys belong to the sessions of a broker, whatever the matcher.
  const keys = Array.from({ length: 10_000 }, (_, i) => `client-${i}`);
  const matcher = MATCHERS[name]();
  // Heap first, in a matcher that is kept: filters come and go one by one, and what stays is what it holds.
  const before = heapBytes();
  let insertMs = 0;
  for (let from = 0; from < filters; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, filters - from) }, (_, i) => filterAt(from + i, filters, over));
    const start = cpuMs();
    for (const [i, filter] of batch.entries()) matcher.insert(filter, keys[(from + i) % keys.length] ?? '');
    insertMs += cpuMs() - start;
  }
  const bytes = heapBytes() - before;

  const warmUp = Array.from({ length: Math.min(matches, 20_000) }, (_, i) =>
    nameAt(scattered(i, filters), filters, over),
  );
  for (const each of warmUp) matcher.match(each);
  let hits = 0;
  let matchMs = 0;
  for (let from = 0; from < matches; from += BATCH) {
    const length = Math.min(BATCH, matches - from);
    // From the other end of the sequence than the warm-up.
    const batch = Array.from({ length }, (_, i) =>
      nameAt(scattered(filters - 1 - ((from + i) % names), filters), filters, over),
    );
    const start = cpuMs();
    for (const each of batch) hits += matcher.match(each);
    matchMs += cpuMs() - start;
  }
  return {
    bytesPerFilter: bytes / filters,
    insertsPerSecond: (filters / insertMs) * 1_000,
    matchesPerSecond: (matches / matchMs) * 1_000,
    hitsPerMatch: hits / matches,
  };
}

function measureRetained(names: number): RetainedMeasurement {
  const before = heapBytes();
  const tree = new TopicTree<object>();
  const value = {};
  let setMs = 0;
  for (let from = 0; from < names; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, names - from) }, (_, i) => nameAt(from + i, names, 'one'));
    const start = cpuMs();
    for (const name of batch) tree.set(name, value);
    setMs += cpuMs() - start;
  }
  const bytesPerName = (heapBytes() - before) / names;
  return {
    bytesPerName,
    setsPerSecond: (names / setMs) * 1_000,
    allMs: medianMs(tree, '#', names),
    singleMs: medianMs(tree, 'plant/7/device/+/#', names / 1_000),
  };
}

function medianMs(tree: TopicTree<object>, text: string, expected: number): number {
  const filter = parseTopicFilter(text);
  const times = Array.from({ length: 11 }, () => {
    let visits = 0;
    const start = performance.now();
    tree.match(filter, () => visits++);
    const time = performance.now() - start;
    if (visits !== expected) throw new Error(`${text} visited ${visits} names, not ${expected}`);
    return time;
  });
  return times.toSorted((a, b) => a - b)[5] ?? NaN;
}

// The time of this thread on a processor, so that other work on the machine counts as little as can be. Its grain is a few
// milliseconds, so only sums of many batches mean anything.
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error('needs node --expose-gc');
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
