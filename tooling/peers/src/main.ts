// Runs the conformance suite over TCP: `node src/main.ts [skua] [skua-durable] [mosquitto] [aedes] [--version 5.0|3.1.1] [--out FOLDER]`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  ALL_TESTS,
  reportAsHtml,
  reportAsJson,
  reportAsText,
  runConformance,
  type TargetFactory,
} from '@skua/conformance';
import { AEDES } from './aedes.ts';
import { mosquitto } from './mosquitto.ts';
import { DURABLE_SKUA, SKUA } from './skua.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { version: { type: 'string' }, out: { type: 'string' }, test: { type: 'string' } },
});

const factories: Readonly<Record<string, TargetFactory | undefined>> = {
  skua: SKUA,
  'skua-durable': DURABLE_SKUA,
  mosquitto: mosquitto(),
  aedes: AEDES,
};
const names = positionals.length > 0 ? positionals : Object.keys(factories);
const tests = ALL_TESTS.filter(
  (test) =>
    (values.version === undefined || (test.version === 5) === (values.version === '5.0')) &&
    (values.test === undefined || test.id.includes(values.test)),
);

let failures = 0;
for (const name of names) {
  const factory = factories[name];
  if (factory === undefined) {
    process.stdout.write(`${name} is not known or not installed; known: ${Object.keys(factories).join(', ')}\n`);
    failures += 1;
    continue;
  }
  const started = performance.now();
  const report = await runConformance(factory, { tests });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${reportAsText(report)}\n${seconds} s\n\n`);
  if (factory === SKUA || factory === DURABLE_SKUA)
    failures += report.results.filter(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive').length;
  if (values.out !== undefined) {
    mkdirSync(values.out, { recursive: true });
    writeFileSync(join(values.out, `${name}.json`), reportAsJson(report));
    writeFileSync(join(values.out, `${name}.html`), reportAsHtml(report));
  }
}
process.exitCode = failures === 0 ? 0 : 1;
