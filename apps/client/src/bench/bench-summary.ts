import type { BenchCounters } from './bench-counters.ts';
import type { BenchKind, BenchSettings } from './bench-settings.ts';
import type { Histogram, Percentiles } from './histogram.ts';

/** The outcome of a load test, as JSON has it. Durations are milliseconds. */
export interface BenchSummary {
  readonly test: BenchKind;
  /** Why it ended before its time; absent when it did not. */
  readonly limit?: string;
  readonly seconds: number;
  readonly connections: {
    readonly asked: number;
    readonly made: number;
    readonly failed: number;
    readonly lost: number;
    readonly latency?: Percentiles;
  };
  readonly messages: {
    readonly qos: number;
    readonly sent: number;
    readonly sentPerSecond: number;
    readonly acknowledged: number;
    readonly refused: number;
    /** Due at the rate that was asked for, and not sent. */
    readonly behind: number;
    readonly received: number;
    readonly receivedPerSecond: number;
    readonly lost: number;
    readonly repeated: number;
    readonly sentBytes: number;
    readonly receivedBytes: number;
    readonly acknowledgeLatency?: Percentiles;
    readonly deliveryLatency?: Percentiles;
  };
  readonly errors: Readonly<Record<string, number>>;
}

/** What only the run itself knows. */
export interface RunFigures {
  readonly seconds: number;
  readonly lost: number;
  readonly repeated: number;
  readonly limit: string | undefined;
}

/** The figures of a load test so far. */
export function summarize(
  test: BenchKind,
  settings: BenchSettings,
  counters: BenchCounters,
  { seconds, lost, repeated, limit }: RunFigures,
): BenchSummary {
  const perSecond = (number: number): number => (seconds === 0 ? 0 : Math.round((number / seconds) * 10) / 10);
  const { connectLatency, acknowledgeLatency, deliveryLatency } = counters;
  return {
    test,
    ...(limit === undefined ? {} : { limit }),
    seconds: Math.round(seconds * 1000) / 1000,
    connections: {
      asked: settings.clients * (test === 'pair' ? settings.subscribers + 1 : 1),
      made: counters.connected,
      failed: counters.failedConnections,
      lost: counters.lostConnections,
      ...(connectLatency.count === 0 ? {} : { latency: rounded(connectLatency) }),
    },
    messages: {
      qos: settings.qos,
      sent: counters.sent,
      sentPerSecond: perSecond(counters.sent),
      acknowledged: counters.acknowledged,
      refused: counters.refused,
      behind: counters.behind,
      received: counters.received,
      receivedPerSecond: perSecond(counters.received),
      lost,
      repeated,
      sentBytes: counters.sentBytes,
      receivedBytes: counters.receivedBytes,
      ...(acknowledgeLatency.count === 0 ? {} : { acknowledgeLatency: rounded(acknowledgeLatency) }),
      ...(deliveryLatency.count === 0 ? {} : { deliveryLatency: rounded(deliveryLatency) }),
    },
    errors: Object.fromEntries(counters.errors),
  };
}

/** The figures as a table. */
export function formatSummary(summary: BenchSummary): string {
  const { connections, messages, errors, limit } = summary;
  const rows: (readonly [string, string])[] = [
    ['test', `${summary.test}, ${summary.seconds.toFixed(1)} s${limit === undefined ? '' : `; ended early: ${limit}`}`],
    [
      'connections',
      `${count(connections.made)} of ${count(connections.asked)}, ${count(connections.failed)} failed, ${count(connections.lost)} lost`,
    ],
  ];
  if (messages.sent > 0) {
    const behind = messages.behind === 0 ? '' : `, ${count(messages.behind)} behind the rate`;
    rows.push([
      'sent',
      `${count(messages.sent)} at QoS ${messages.qos}, ${count(messages.sentPerSecond)}/s, ${bytes(messages.sentBytes)}${behind}`,
    ]);
    rows.push(['acknowledged', `${count(messages.acknowledged)}, ${count(messages.refused)} refused`]);
  }
  if (summary.test === 'sub' || summary.test === 'pair') {
    rows.push([
      'received',
      `${count(messages.received)}, ${count(messages.receivedPerSecond)}/s, ${bytes(messages.receivedBytes)}`,
    ]);
    const expected = messages.received + messages.lost;
    const share = expected === 0 ? 0 : (100 * messages.lost) / expected;
    rows.push(['lost', `${count(messages.lost)} (${share.toFixed(2)} %), ${count(messages.repeated)} repeated`]);
  }
  const lines = rows.map(([name, text]) => `${name.padEnd(14)}${text}`);
  const latencies = [
    ['connect', connections.latency],
    ['acknowledge', messages.acknowledgeLatency],
    ['deliver', messages.deliveryLatency],
  ] as const;
  const shown = latencies.filter(([, found]) => found !== undefined);
  if (shown.length > 0) {
    lines.push('', `${'latency, ms'.padEnd(14)}${HEADINGS.map((heading) => heading.padStart(10)).join('')}`);
    for (const [name, found] of shown) {
      if (found === undefined) continue;
      const { min, mean, p50, p90, p99, p999, max } = found;
      const cells = [min, mean, p50, p90, p99, p999, max].map((value) => inMilliseconds(value).padStart(10));
      lines.push(`${name.padEnd(14)}${cells.join('')}`);
    }
  }
  const told = Object.entries(errors).map(([text, times]) => `${times} x ${text}`);
  if (told.length > 0) lines.push('', ...told);
  return `${lines.join('\n')}\n`;
}

/** To the microsecond. */
function rounded(histogram: Histogram): Percentiles {
  const { count: number, ...durations } = histogram.percentiles() ?? NONE;
  const { min, mean, p50, p90, p99, p999, max } = durations;
  return {
    count: number,
    min: toMicrosecond(min),
    mean: toMicrosecond(mean),
    p50: toMicrosecond(p50),
    p90: toMicrosecond(p90),
    p99: toMicrosecond(p99),
    p999: toMicrosecond(p999),
    max: toMicrosecond(max),
  };
}

function toMicrosecond(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function inMilliseconds(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function bytes(value: number): string {
  if (value < 10_000) return `${value} B`;
  return value < 10_000_000 ? `${(value / 1000).toFixed(1)} kB` : `${(value / 1_000_000).toFixed(1)} MB`;
}

const HEADINGS = ['min', 'mean', 'p50', 'p90', 'p99', 'p99.9', 'max'];

const NONE: Percentiles = { count: 0, min: 0, mean: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 };
