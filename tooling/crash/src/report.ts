import type { BrokerKind } from './brokers/broker-kind.ts';
import { promisedDeliveries } from './checks/check-messages.ts';
import { HistoryIndex } from './checks/history-index.ts';
import { VIOLATION_KIND_NAMES, VIOLATION_KINDS, type Violation, type ViolationKind } from './checks/violation.ts';
import type { HistoryEvent, TimedEvent } from './history.ts';
import type { Run } from './run-cycles.ts';
import { tellStory } from './story.ts';

/** What came of a run, ready for JSON. */
export interface Report {
  readonly broker: string;
  readonly settings: string;
  readonly seed: number;
  readonly cycles: number;
  readonly seconds: number;
  readonly counts: Readonly<Record<string, number>>;
  /** How often each promise was broken. */
  readonly violations: readonly { readonly kind: ViolationKind; readonly count: number }[];
  /** The first of each kind, with their stories. */
  readonly examples: readonly {
    readonly kind: ViolationKind;
    readonly sentence: string;
    readonly story: readonly string[];
  }[];
  /** Clients that could not finish. */
  readonly unsettled: readonly string[];
  readonly passed: boolean;
}

/** Counts, and tells the first of each kind of violation. */
export function makeReport(
  { kind, seed, cycles }: { readonly kind: BrokerKind; readonly seed: number; readonly cycles: number },
  run: Run,
  violations: readonly Violation[],
): Report {
  const { events } = run.history;
  const all = [...violations, ...startViolation(run)];
  const count = (name: ViolationKind): number => all.filter((violation) => violation.kind === name).length;
  const examples = VIOLATION_KIND_NAMES.flatMap((name) =>
    all.filter((violation) => violation.kind === name).slice(0, EXAMPLES_MAX),
  );
  return {
    broker: kind.name,
    settings: kind.settings,
    seed,
    cycles,
    seconds: Math.round((events.at(-1)?.at ?? 0) / 100) / 10,
    counts: { ...countEvents(events), 'deliveries promised': [...promisedDeliveries(new HistoryIndex(events))].length },
    violations: VIOLATION_KIND_NAMES.map((name) => ({ kind: name, count: count(name) })),
    examples: examples.map((violation) => ({
      kind: violation.kind,
      sentence: violation.sentence,
      story: violation.kind === 'start' ? [run.failedStart?.output ?? ''] : tellStory(events, violation),
    })),
    unsettled: run.unsettled,
    passed: all.length === 0 && run.unsettled.length === 0,
  };
}

/** The report in words, for a terminal. */
export function reportAsText(report: Report): string {
  const { broker, settings, seed, cycles, seconds, counts, violations, examples, unsettled } = report;
  const lines = [
    `${broker} (${settings}), killed ${cycles} times in ${seconds} s, seed ${seed}`,
    ...Object.entries(counts).map(([name, count]) => `  ${String(count).padStart(8)}  ${name}`),
    'Broken promises:',
    ...violations.map(({ kind, count }) => `  ${String(count).padStart(8)}  ${VIOLATION_KINDS[kind]}`),
  ];
  if (unsettled.length > 0) lines.push(`Not done when the patience was over: ${unsettled.join(', ')}`);
  for (const { sentence, story } of examples) lines.push('', sentence, ...story.map((line) => `    ${line}`));
  lines.push('', report.passed ? 'Every promise was kept.' : 'Promises were broken.');
  return lines.join('\n');
}

function startViolation({ failedStart, history }: Run): Violation[] {
  if (failedStart === undefined) return [];
  const sentence = `The broker ended by itself or did not listen within half a minute in cycle ${failedStart.cycle}.`;
  return [{ kind: 'start', sentence, about: { from: history.length, to: history.length } }];
}

function countEvents(events: readonly TimedEvent[]): Record<string, number> {
  const count = (is: (event: HistoryEvent) => boolean): number =>
    events.reduce((total, event) => total + (is(event) ? 1 : 0), 0);
  return {
    'times killed at work': count((event) => event.type === 'brokerKilled' && event.during === 'load') - 1,
    'times killed while starting': count((event) => event.type === 'brokerKilled' && event.during === 'start'),
    'messages published': count(({ type }) => type === 'published'),
    'messages acknowledged': count(({ type }) => type === 'acknowledged'),
    'messages refused': count(({ type }) => type === 'refused'),
    'messages received': count(({ type }) => type === 'received'),
    connections: count(({ type }) => type === 'connected'),
    'connections with a will': count((event) => event.type === 'connected' && event.will !== undefined),
    'SUBACK and UNSUBACK': count(({ type }) => type === 'subscribed' || type === 'unsubscribed'),
    'retained topics read': count(({ type }) => type === 'retainedRead'),
  };
}

/** So many of each kind are told. */
const EXAMPLES_MAX = 2;
