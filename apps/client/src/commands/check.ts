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
import { oneOf, parseOptions } from '../command-line/parse-options.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { dialUrl, type Dial } from '../connection/dial-url.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Command } from './command.ts';

interface CheckSettings {
  mqtt: '5.0' | '3.1.1' | undefined;
  only: string | undefined;
  json: string | undefined;
  junit: string | undefined;
  html: string | undefined;
  caFile: string | undefined;
  insecure: boolean;
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
      names: ['--cafile'],
      values: ['FILE'],
      help: 'Authorities that may have issued the certificate of the broker; those of the system unless given.',
      completes: 'file',
      apply: (settings, [file]) => {
        settings.caFile = file;
      },
    },
    {
      names: ['--insecure'],
      values: [],
      help: 'Accepts any certificate.',
      apply: (settings) => {
        settings.insecure = true;
      },
    },
  ],
};

/** `skua check`: runs the conformance suite against a running broker. */
export const CHECK: Command = {
  usage: ['[options] URL'],
  description: [
    'Runs the conformance suite against a broker that is running, at mqtt://host[:port], mqtts://, ws://, wss:// or' +
      ' unix:/path. It uses client identifiers and topics of its own and removes the retained messages that it makes, but' +
      ' it connects, floods and misbehaves on purpose: ask before you run it against a broker that others use.',
  ],
  options: [OPTIONS],
  exitCodes: [
    ['0', 'nothing failed'],
    ['1', 'the broker broke a statement'],
    ['2', 'wrong command line'],
    ['3', 'the broker cannot be reached'],
  ],
  examples: [
    ['skua check mqtt://127.0.0.1:1883', 'every test'],
    ['skua check mqtts://broker.example --cafile ca.pem --mqtt 5.0 --html report.html', 'one version, and a report'],
  ],
  usageExitCode: 2,
  run,
};

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { url, tests, settings, dial } = parseCommandLine(argv);
  let factory: TargetFactory;
  try {
    factory = await remoteFactory(url, dial);
  } catch (error) {
    terminal.writeError(`Error: ${url} cannot be checked: ${messageOf(error)}.\n`);
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
  readonly url: string;
  readonly tests: readonly ConformanceTest[];
  readonly settings: CheckSettings;
  readonly dial: Dial;
}

function parseCommandLine(argv: readonly string[]): CheckCommand {
  const settings: CheckSettings = {
    mqtt: undefined,
    only: undefined,
    json: undefined,
    junit: undefined,
    html: undefined,
    caFile: undefined,
    insecure: false,
  };
  const [url, ...more] = parseOptions(argv, OPTIONS.options, settings);
  if (url === undefined || more.length > 0) {
    throw new UsageError('check takes one URL, such as mqtt://127.0.0.1:1883.');
  }
  const { mqtt, only } = settings;
  const tests = ALL_TESTS.filter(
    (test) =>
      (mqtt === undefined || (test.version === 5) === (mqtt === '5.0')) &&
      (only === undefined || test.id.includes(only) || test.statements.some((id) => id.includes(only))),
  );
  if (tests.length === 0) throw new UsageError(`No test has "${only}" in its name or among its statements.`);
  return { url, tests, settings, dial: dialUrl(url, settings) };
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}
