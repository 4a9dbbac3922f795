// The subscription tree beside the matchers that people use from npm: `node tooling/bench/src/topics.ts`, on the built
// packages. Each measurement is a process of its own, several times, the libraries in turn; the figure is the median.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Measurement, RetainedMeasurement } from './topics-measure.ts';
import type { MatcherName } from './topics-matchers.ts';
import type { Spread } from './topics-workload.ts';

interface Task {
  readonly library: MatcherName;
  readonly filters: number;
  readonly matches: number;
  readonly spread: Spread;
  /** How many different names the matches are for. */
  readonly names: number;
  readonly note: string;
}

const MILLION = 1_000_000;
const RUNS = 3;
const FLOORS = { bytesPerFilter: 400, insertsPerSecond: 300_000, matchesPerSecond: 500_000 };

const task = (library: MatcherName, filters: number, matches: number, rest: Partial<Task> = {}): Task => ({
  library,
  filters,
  matches,
  spread: 'one',
  names: filters,
  note: '',
  ...rest,
});

const ours = task('@skua/topics', MILLION, 500_000);
const large: readonly Task[] = [ours, task('qlobber', MILLION, 500_000)];
const small: readonly Task[] = [
  task('@skua/topics', 10_000, 500_000),
  task('qlobber', 10_000, 500_000),
  task('mqtt-match', 10_000, 300, { note: 'scans all' }),
  task('mqtt-pattern', 10_000, 300, { note: 'scans all' }),
];
const shapes: readonly Task[] = [
  task('@skua/topics', MILLION, 500_000, { spread: 'three', note: 'all three kinds for each device' }),
  task('@skua/topics', MILLION, 500_000, { names: 1_000, note: 'only 1,000 different names' }),
];

console.log(`Node ${process.version}, ${process.platform} ${process.arch}, ${RUNS} processes each, medians\n`);
const [measured] = compare('1,000,000 filters, names all over them', large);
compare('10,000 filters', small);
compare('1,000,000 filters, other shapes', shapes);
printRetained();
checkFloors(measured);

/** Runs and prints; ratios are against the first task. */
function compare(title: string, tasks: readonly Task[]): Measurement[] {
  const runs = tasks.map((): Measurement[] => []);
  for (let run = 0; run < RUNS; run++) {
    for (const [i, { library, filters, matches, spread, names }] of tasks.entries()) {
      const measurement: Measurement = JSON.parse(child([library, filters, matches, spread, names]));
      runs[i]?.push(measurement);
    }
  }
  const medians = runs.map((each) => medianOf(each));
  const [first] = medians;
  console.log(title);
  row(['', 'B/filter', '', 'inserts/s', '', 'matches/s', '', 'hits']);
  for (const [i, { library, note }] of tasks.entries()) {
    const figures = medians[i];
    if (figures === undefined || first === undefined) continue;
    row([
      library,
      format(figures.bytesPerFilter),
      ratio(figures.bytesPerFilter / first.bytesPerFilter),
      format(figures.insertsPerSecond),
      ratio(first.insertsPerSecond / figures.insertsPerSecond),
      format(figures.matchesPerSecond),
      ratio(first.matchesPerSecond / figures.matchesPerSecond),
      figures.hitsPerMatch.toFixed(2),
      note,
    ]);
  }
  console.log();
  return medians;
}

function printRetained(): void {
  console.log('retained: TopicTree');
  row(['names', 'B/name', '', 'sets/s', '', "'#' ms", '', "'+' ms"]);
  for (const names of [100_000, MILLION]) {
    const measurement: RetainedMeasurement = JSON.parse(child(['retained', names]));
    const { bytesPerName, setsPerSecond, allMs, singleMs } = measurement;
    row([
      format(names),
      format(bytesPerName),
      '',
      format(setsPerSecond),
      '',
      allMs.toFixed(1),
      '',
      singleMs.toFixed(2),
    ]);
  }
  console.log("'#' visits all names, '+' one in a thousand\n");
}

function checkFloors(figures: Measurement | undefined): void {
  if (figures === undefined) return;
  const missed = [
    figures.bytesPerFilter > FLOORS.bytesPerFilter ? 'bytes per filter' : '',
    figures.insertsPerSecond < FLOORS.insertsPerSecond ? 'inserts per second' : '',
    figures.matchesPerSecond < FLOORS.matchesPerSecond ? 'matches per second' : '',
  ].filter((name) => name !== '');
  console.log(missed.length === 0 ? 'all floors are met' : `below the floor: ${missed.join(', ')}`);
  if (missed.length > 0) process.exitCode = 1;
}

function child(arguments_: readonly (string | number)[]): string {
  const script = fileURLToPath(new URL('topics-measure.ts', import.meta.url));
  const options = ['--expose-gc', '--max-old-space-size=8192', script, ...arguments_.map(String)];
  return execFileSync(process.execPath, options, { encoding: 'utf8' });
}

function medianOf(runs: readonly Measurement[]): Measurement {
  const median = (pick: (run: Measurement) => number): number =>
    runs.map(pick).toSorted((a, b) => a - b)[Math.floor(runs.length / 2)] ?? NaN;
  return {
    bytesPerFilter: median((run) => run.bytesPerFilter),
    insertsPerSecond: median((run) => run.insertsPerSecond),
    matchesPerSecond: median((run) => run.matchesPerSecond),
    hitsPerMatch: median((run) => run.hitsPerMatch),
  };
}

function row(cells: readonly string[]): void {
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(14) : i === 8 ? `  ${cell}` : cell.padStart(11))).join(''));
}

function format(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function ratio(value: number): string {
  return `x${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')}`;
}
