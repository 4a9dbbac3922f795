import { writeFileSync } from 'node:fs';
import {
  ALL_TESTS,
  remoteFactory,
  reportAsHtml,
  reportAsJson,
  reportAsJunit,
  reportAsText,
  runConformance,
  type ConformanceTest,
  type TargetFactory,
} from '@skua/conformance';
import type { OptionGroup } from '../command-line/option.ts';
import { oneOf } from '../command-line/parse-options.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { defaultConnection, type ConnectionSettings } from '../connection/connection-settings.ts';
import { NETWORK_OPTIONS } from '../connection/connection-options.ts';
import { dialSettings, serverName } from '../connection/dial-settings.ts';
import { connectionFailure } from '../connection/failure.ts';
import { formatRows, limitRows } from '../connection/limits-report.ts';
import { TLS_OPTIONS } from '../connection/tls-options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Command } from './command.ts';
import { readServerSettings } from './server-argument.ts';

interface CheckSettings extends ConnectionSettings {
  mqtt: '5.0' | '3.1.1' | undefined;
  only: string | undefined;
  json: string | undefined;
  junit: string | undefined;
  html: string | undefined;
  limitsOnly: boolean;
}

const OPTIONS: OptionGroup<CheckSettings> = {
  title: 'Options',
  options: [
    {
      names: ['--mqtt'],
      values: ['VERSION'],
      help: 'Only the statements of 5.0 or of 3.1.1.',
      completes: ['5.0', '3.1.1'],
      apply: (settings, [version = ''], name) => {
        settings.mqtt = oneOf(name, version, ['5.0', '3.1.1']);
      },
    },
    {
      names: ['--only'],
      values: ['TEXT'],
      help: 'Only tests with this text in their name or statement ids.',
      apply: (settings, [text]) => {
        settings.only = text;
      },
    },
    report('json'),
    report('junit'),
    report('html'),
    {
      names: ['--limits'],
      values: [],
      help: 'Only the limits report, which comes first otherwise.',
      apply: (settings) => {
        settings.limitsOnly = true;
      },
    },
  ],
};

const GROUPS: readonly OptionGroup<CheckSettings>[] = [OPTIONS, NETWORK_OPTIONS, TLS_OPTIONS];

/** `skua check`: runs the conformance suite against a running broker. */
export const CHECK: Command = {
  usage: ['[options] URL'],
  description: [
    'Tells the limits of a broker that is running, and runs the conformance suite against it, at mqtt://host[:port], mqtts://, ws://, wss:// or' +
      ' unix:/path. It uses client identifiers and topics of its own and removes the retained messages that it makes, but' +
      ' it connects, floods and misbehaves on purpose: ask before you run it against a broker that others use.',
  ],
  options: GROUPS,
  exitCodes: [
    ['0', 'nothing failed'],
    ['1', 'the broker broke a statement'],
    ['2', 'wrong command line'],
    ['3', 'the broker cannot be reached'],
  ],
  examples: [
    ['skua check mqtt://127.0.0.1:1883', 'every test'],
    ['skua check --limits mqtt://127.0.0.1:1883', 'what the broker allows'],
    ['skua check mqtts://broker.example --cafile ca.pem --mqtt 5.0 --html report.html', 'one version, and a report'],
  ],
  usageExitCode: 2,
  run,
};

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { tests, settings } = parseCommandLine(argv);
  const url = serverName(settings);
  let factory: TargetFactory;
  try {
    terminal.write(await limitsReport(settings));
    if (settings.limitsOnly) return 0;
    factory = await remoteFactory(url, () =>
      dialSettings(settings, AbortSignal.timeout(settings.connectTimeout * 1000)),
    );
  } catch (error) {
    terminal.writeError(`Error: ${connectionFailure(error, settings).sentence}\n`);
    return 3;
  }
  let done = 0;
  const result = await runConformance(factory, {
    tests,
    unique: uniqueName(),
    onResult: ({ verdict, test, detail }) => {
      done += 1;
      if (verdict === 'fail') terminal.writeError(`${done}/${tests.length} ${test.id}: ${detail}\n`);
    },
  });
  terminal.write(`${reportAsText(result)}\n`);
  if (settings.json !== undefined) writeFileSync(settings.json, reportAsJson(result));
  if (settings.junit !== undefined) writeFileSync(settings.junit, reportAsJunit(result));
  if (settings.html !== undefined) writeFileSync(settings.html, reportAsHtml(result));
  return result.results.some(({ verdict }) => verdict === 'fail') ? 1 : 0;
}

interface CheckCommand {
  readonly tests: readonly ConformanceTest[];
  readonly settings: CheckSettings;
}

function parseCommandLine(argv: readonly string[]): CheckCommand {
  const settings: CheckSettings = {
    ...defaultConnection(5),
    mqtt: undefined,
    only: undefined,
    json: undefined,
    junit: undefined,
    html: undefined,
    limitsOnly: false,
  };
  const words = readServerSettings(argv, GROUPS, settings);
  const isNamed = settings.host !== undefined || settings.unixPath !== undefined;
  if (words.length > 0 || !isNamed) throw new UsageError('check takes one URL, such as mqtt://127.0.0.1:1883.');
  const { mqtt, only } = settings;
  const tests = ALL_TESTS.filter(
    (test) =>
      (mqtt === undefined || (test.version === 5) === (mqtt === '5.0')) &&
      (only === undefined || test.id.includes(only) || test.statements.some((id) => id.includes(only))),
  );
  if (tests.length === 0) throw new UsageError(`No test has "${only}" in its name or among its statements.`);
  return { tests, settings };
}

function report(kind: 'json' | 'junit' | 'html'): OptionGroup<CheckSettings>['options'][number] {
  return {
    names: [`--${kind}`],
    values: ['FILE'],
    help: `Also writes the report to a file, as ${kind === 'junit' ? 'JUnit XML' : kind.toUpperCase()}.`,
    completes: 'file',
    apply: (settings, [file]) => {
      settings[kind] = file;
    },
  };
}

/** Six letters and digits, so that what an earlier run left behind is not met again. */
function uniqueName(): string {
  return Date.now().toString(36).slice(-6);
}

/** What the broker says of itself, in the newest version that it speaks. */
async function limitsReport(settings: CheckSettings): Promise<string> {
  const { RawSession } = await import('../doctor/raw-session.ts');
  const versions = settings.mqtt === '3.1.1' ? ([4] as const) : ([5, 4] as const);
  let refused: unknown = new Error('no version was tried');
  for (const version of versions) {
    const signal = AbortSignal.timeout(settings.connectTimeout * 1000);
    const { session, connack } = await RawSession.open(settings, version, signal);
    session.close();
    if (connack.reasonCode === 0) {
      const heading = `Limits of ${serverName(settings)} (MQTT ${version === 5 ? '5.0' : '3.1.1'})`;
      return `${heading}\n${formatRows(limitRows(connack, version, settings))}\n`;
    }
    refused = { reasonCode: connack.reasonCode, ...connack.properties };
  }
  throw refused;
}
