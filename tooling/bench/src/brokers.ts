// Skua beside mosquitto and aedes: `node src/brokers.ts [options]`, on the build. See the README for the options.
import { appendFileSync } from 'node:fs';
import { aedes } from './brokers/aedes.ts';
import { commitOf, REPOSITORY } from './brokers/checkout.ts';
import { mosquitto } from './brokers/mosquitto.ts';
import { skua } from './brokers/skua.ts';
import { benchmarksSection, machine } from './report/benchmarks-section.ts';
import { comparisonTable } from './report/comparison-table.ts';
import { allMet, compare } from './report/comparison.ts';
import { runLine } from './report/run-line.ts';
import { readRuns, saveRuns } from './report/saved-runs.ts';
import { readArguments } from './run/read-arguments.ts';
import { runAll, type Run } from './run/run-all.ts';

const options = readArguments(process.argv.slice(2));
const known = [skua(), mosquitto(), aedes()].filter((broker) => broker !== undefined);
const brokers = known.filter(
  ({ name }) => name === 'skua' || (options.profileFolder === undefined && options.peers.includes(name)),
);
const saved = options.savedRuns?.map(readRuns);
const commits = [...new Set(saved?.map(({ commit }) => commit) ?? [commitOf(REPOSITORY)])].join(', ');
const runs: Run[] = saved?.flatMap((each) => each.runs) ?? [];
if (saved === undefined) {
  for await (const run of runAll(options.scenarios, brokers, options.rounds, options)) {
    runs.push(run);
    process.stdout.write(`${runLine(run)}\n`);
  }
}

const outcomes = compare(options.scenarios, brokers, runs);
const table = comparisonTable(outcomes, brokers);
process.stdout.write(`\n${table}\n`);
if (options.jsonFile !== undefined) saveRuns(options.jsonFile, { commit: commits, runs }, outcomes);
if (options.append) {
  const seconds = options.measureMs / 1000;
  const rounds = 1 + Math.max(...runs.map(({ round }) => round));
  const section = benchmarksSection({
    date: new Date().toISOString().slice(0, 10),
    title: 'Brokers',
    command: `npm run pnpm -- --filter @skua/bench run brokers ${process.argv.slice(2).join(' ')}`.trim(),
    explanation:
      `${machine()}; Skua at ${commits}, ${brokers
        .slice(1)
        .map(({ title }) => title)
        .join(', ')}. ` +
      `Medians of ${rounds} rounds of ${seconds} s, a fresh process each; payloads of 64 bytes unless said. ` +
      'A ratio is the peer’s figure divided by Skua’s (for rates the other way round): above 1 Skua is better.',
    table,
    notes: [...new Set(outcomes.flatMap(({ notes }) => notes))],
  });
  appendFileSync(new URL('../../../docs/benchmarks.md', import.meta.url), `\n${section}`);
}
process.exitCode = allMet(outcomes) ? 0 : 1;
