// Runs the conformance suite for clients over TCP:
// `node src/clients.ts [skua] [mqtt.js] [--version 5.0|3.1.1] [--test ID] [--out FOLDER] [--show]`; with `--hostile` every
// packet of the corpus that a client must refuse, at every moment, instead; `--within MS` is how long an answer may take.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  ALL_CLIENT_TESTS,
  formatTranscript,
  HOSTILE_MOMENTS,
  hostileTest,
  listeningClientTarget,
  reportAsHtml,
  reportAsJson,
  reportAsText,
  runClientConformance,
  WallClock,
  type ClientAdapter,
} from '@skua/conformance';
import { tcpListener } from '@skua/transport-node';
import { hostileCases } from './hostile-cases.ts';
import { MQTT_JS } from './mqtt-js-client.ts';
import { SKUA_CLIENT } from './skua-client.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    version: { type: 'string' },
    out: { type: 'string' },
    test: { type: 'string' },
    show: { type: 'boolean' },
    hostile: { type: 'boolean' },
    within: { type: 'string' },
  },
});

const adapters: Readonly<Record<string, ClientAdapter | undefined>> = { skua: SKUA_CLIENT, 'mqtt.js': MQTT_JS };
const names = positionals.length > 0 ? positionals : Object.keys(adapters);
const all =
  values.hostile === true
    ? hostileCases().flatMap((hostile) => HOSTILE_MOMENTS.map((moment) => hostileTest(hostile, moment)))
    : ALL_CLIENT_TESTS;
const tests = all.filter(
  (test) =>
    (values.version === undefined || (test.version === 5) === (values.version === '5.0')) &&
    (values.test === undefined || test.id.includes(values.test)),
);

let stray = 0;
process.on('unhandledRejection', () => {
  stray += 1; // of a library under test: it would have ended its program
});

for (const name of names) {
  const adapter = adapters[name];
  if (adapter === undefined) {
    process.stdout.write(`${name} is not known; known: ${Object.keys(adapters).join(', ')}\n`);
    process.exitCode = 1;
    continue;
  }
  const started = performance.now();
  const clock = new WallClock(0, Number(values.within ?? 1500));
  const target = listeningClientTarget(adapter, () => tcpListener({ host: '127.0.0.1', port: 0 }), clock);
  const report = await runClientConformance(target, { tests });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${reportAsText(report)}\n${seconds} s, ${stray} unhandled rejections\n\n`);
  stray = 0;
  if (values.show === true) {
    for (const { test, verdict, transcript } of report.results) {
      if (verdict !== 'pass') process.stdout.write(`${test.id}\n${formatTranscript(transcript)}\n\n`);
    }
  }
  if (values.out !== undefined) {
    mkdirSync(values.out, { recursive: true });
    writeFileSync(join(values.out, `client-${name}.json`), reportAsJson(report));
    writeFileSync(join(values.out, `client-${name}.html`), reportAsHtml(report));
  }
}
