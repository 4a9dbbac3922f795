// Kills brokers and checks what they kept: `node src/main.ts [skua] [mosquitto] [mosquitto-on-changes]
// [--command 'PROGRAM … {port} … {folder}'] [--cycles 200] [--seed N] [--json FILE]`. Exit codes: 0 every promise was kept,
// 1 some were broken, 3 wrong arguments.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { BrokerKind } from './brokers/broker-kind.ts';
import { mosquitto } from './brokers/mosquitto.ts';
import { skua } from './brokers/skua.ts';
import { startCommand } from './brokers/start-command.ts';
import { checkHistory } from './checks/check-history.ts';
import { makeReport, reportAsText, type Report } from './report.ts';
import { runCycles } from './run-cycles.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    command: { type: 'string', multiple: true },
    cycles: { type: 'string', default: '200' },
    seed: { type: 'string' },
    json: { type: 'string' },
    directive: { type: 'string', multiple: true },
  },
});

const known: Readonly<Record<string, BrokerKind | undefined>> = {
  skua: skua(values.directive ?? []),
  mosquitto: mosquitto('seconds'),
  'mosquitto-on-changes': mosquitto('changes'),
};
const names = positionals.length > 0 || values.command !== undefined ? positionals : ['skua'];
const cycles = Number(values.cycles);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const unknown = names.filter((name) => known[name] === undefined);
if (unknown.length > 0 || !Number.isInteger(cycles) || cycles < 1 || !Number.isInteger(seed)) {
  process.stderr.write(
    unknown.length > 0
      ? `Error: ${unknown.join(', ')}: not known or not installed; known: ${Object.keys(known).join(', ')}.\n`
      : `Error: found --cycles ${values.cycles} --seed ${values.seed}; allowed: whole numbers, cycles from 1.\n`,
  );
  process.exit(3);
}

const reports: Report[] = [];
const kinds = [...names.flatMap((name) => known[name] ?? []), ...(values.command ?? []).map(startCommand)];
for (const kind of kinds) {
  const onCycle = (cycle: number): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r${kind.name}: ${cycle} of ${cycles} `);
  };
  const run = await runCycles({ kind, cycles, seed, onCycle });
  if (process.stderr.isTTY) process.stderr.write('\r');
  const report = makeReport({ kind, seed, cycles }, run, checkHistory(run.history.events));
  reports.push(report);
  process.stdout.write(`${reportAsText(report)}\n\n`);
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(reports, undefined, 2)}\n`);
process.exitCode = reports.every(({ passed }) => passed) ? 0 : 1;
