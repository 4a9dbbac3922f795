// Two commits of Skua side by side: `node src/commits.ts BASE [HEAD] [options]`. HEAD is the present build when left out.
import { checkOut, type Checkout } from './brokers/checkout.ts';
import { machine } from './report/benchmarks-section.ts';
import { comparisonTable } from './report/comparison-table.ts';
import { compare } from './report/comparison.ts';
import { runLine } from './report/run-line.ts';
import { saveRuns } from './report/saved-runs.ts';
import { readArguments } from './run/read-arguments.ts';
import { runAll, type Run } from './run/run-all.ts';

const options = readArguments(process.argv.slice(2));
const [base, head = '.'] = options.positionals;
if (base === undefined) throw new Error('which commit is the base? commits.ts BASE [HEAD] [options]');
const checkouts: Checkout[] = [];
try {
  for (const reference of [head, base]) checkouts.push(checkOut(reference));
  const brokers = checkouts.map(({ broker }) => broker);
  const runs: Run[] = [];
  for await (const run of runAll(options.scenarios, brokers, options.rounds, options)) {
    runs.push(run);
    process.stdout.write(`${runLine(run)}\n`);
  }
  const outcomes = compare(options.scenarios, brokers, runs);
  process.stdout.write(`\n${machine()}\n\n${comparisonTable(outcomes, brokers)}\n`);
  if (options.jsonFile !== undefined) saveRuns(options.jsonFile, { commit: `${head} beside ${base}`, runs }, outcomes);
} finally {
  for (const checkout of checkouts) checkout.remove();
}
