import type { BenchKind, BenchSettings } from '../bench/bench-settings.ts';
import { compileTemplate } from '../bench/text-template.ts';
import { nearName } from '../command-line/near-name.ts';
import type { OptionGroup } from '../command-line/option.ts';
import { decimalNumber, wholeNumber } from '../command-line/parse-options.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { readQos } from '../connection/connection-options.ts';
import { defaultConnection } from '../connection/connection-settings.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Command } from './command.ts';
import { CONNECTION_EXIT_CODES } from './connection-exit-codes.ts';
import { runConnected } from './run-connected.ts';
import { readServerSettings, SERVER_GROUPS } from './server-argument.ts';

const LOAD: OptionGroup<BenchSettings> = {
  title: 'Load',
  options: [
    {
      names: ['--clients'],
      values: ['COUNT'],
      help: 'Clients; pair: pairs. 1 unless given, 100 for conn.',
      apply: (settings, [count = ''], name) => {
        settings.clients = wholeNumber(name, count, 1, 1_000_000);
      },
    },
    {
      names: ['--connect-rate'],
      values: ['PER-SECOND'],
      help: 'Connections a second; as fast as possible unless given.',
      apply: (settings, [rate = ''], name) => {
        settings.connectRate = decimalNumber(name, rate, 0.01, 1_000_000);
      },
    },
    {
      names: ['--subscribers'],
      values: ['COUNT'],
      help: 'pair: subscribers of each publisher; 1 unless given.',
      apply: (settings, [count = ''], name) => {
        settings.subscribers = wholeNumber(name, count, 1, 100_000);
      },
    },
    {
      names: ['--rate'],
      values: ['PER-SECOND'],
      help: 'Messages a second of all clients together; as fast as they are taken unless given.',
      apply: (settings, [rate = ''], name) => {
        settings.rate = decimalNumber(name, rate, 0.001, 100_000_000);
      },
    },
    {
      names: ['--ramp'],
      values: ['SECONDS'],
      help: 'The rate rises from 0 for so long.',
      apply: (settings, [seconds = ''], name) => {
        settings.ramp = decimalNumber(name, seconds, 0, 1_000_000);
      },
    },
    {
      names: ['-t', '--topic'],
      values: ['TEMPLATE'],
      help:
        'Topic, for sub a filter; skua/bench/… unless given. In topics and payloads %c is the number of the client, %i that' +
        ' of the message, %n the time in milliseconds, %r a random number, %u a random identifier, %% a percent sign.',
      apply: (settings, [text = ''], name) => {
        settings.topic = compileTemplate(name, text);
      },
    },
    {
      names: ['-q', '--qos'],
      values: ['QOS'],
      help: '0, 1 or 2; 0 unless given.',
      completes: ['0', '1', '2'],
      apply: (settings, [qos = ''], name) => {
        settings.qos = readQos(name, qos);
      },
    },
    {
      names: ['-r', '--retain'],
      values: [],
      help: 'Publishes retained messages.',
      apply: (settings) => {
        settings.retain = true;
      },
    },
    {
      names: ['-s', '--size'],
      values: ['BYTES'],
      help: 'Payload; 128 unless given. From 24 bytes it has a stamp, from which latency and loss are told.',
      apply: (settings, [bytes = ''], name) => {
        settings.size = wholeNumber(name, bytes, 0, 268_435_455);
      },
    },
    {
      names: ['-m', '--payload'],
      values: ['TEMPLATE'],
      help: 'A text as payload, without a stamp.',
      apply: (settings, [text = ''], name) => {
        settings.payload = compileTemplate(name, text);
      },
    },
  ],
};

const END: OptionGroup<BenchSettings> = {
  title: 'End',
  options: [
    {
      names: ['--duration'],
      values: ['SECONDS'],
      help: 'How long, from the last connection on; 10 unless given.',
      apply: (settings, [seconds = ''], name) => {
        settings.duration = decimalNumber(name, seconds, 0.1, 10_000_000);
      },
    },
    {
      names: ['-C', '--count'],
      values: ['COUNT'],
      help: 'Ends after so many messages in all.',
      apply: (settings, [count = ''], name) => {
        settings.count = wholeNumber(name, count, 1, Number.MAX_SAFE_INTEGER);
      },
    },
    {
      names: ['--max-latency'],
      values: ['MILLISECONDS'],
      help: 'Ends, with exit code 1, when 99 of 100 messages of a second took longer.',
      apply: (settings, [milliseconds = ''], name) => {
        settings.latencyMax = decimalNumber(name, milliseconds, 0.001, 1_000_000);
      },
    },
    {
      names: ['--max-loss'],
      values: ['PERCENT'],
      help: 'Ends, with exit code 1, when more was lost or refused.',
      apply: (settings, [percent = ''], name) => {
        settings.lossMax = decimalNumber(name, percent, 0, 100);
      },
    },
    {
      names: ['--json'],
      values: [],
      help: 'Prints the summary as one JSON object, durations in milliseconds, and shows nothing before.',
      apply: (settings) => {
        settings.json = true;
      },
    },
  ],
};
const GROUPS: readonly OptionGroup<BenchSettings>[] = [LOAD, END, ...SERVER_GROUPS];
const KINDS: readonly BenchKind[] = ['pub', 'sub', 'conn', 'pair'];

/** `skua bench`. */
export const BENCH: Command = {
  usage: ['pub [options] [URL]', 'sub [options] [URL]', 'conn [options] [URL]', 'pair [options] [URL]'],
  description: [
    'Loads a server and measures. pub publishes; sub subscribes and counts; conn only connects and stays; pair does both' +
      ' ends, so that it can tell latency and loss from end to end. In a terminal the figures are shown while they grow;' +
      ' otherwise a line a second goes to stderr. The summary goes to stdout.',
    'One process is one core: for more load start several. Stamps of bench pub are understood by bench sub in another' +
      ' process; their latency is right when both have the same clock.',
  ],
  options: GROUPS,
  words: KINDS,
  exitCodes: [
    ...CONNECTION_EXIT_CODES,
    ['1', 'a limit was reached, connections failed or messages were refused; or no connection at all'],
  ],
  examples: [
    ['skua bench pair --clients 100 --rate 10000 -q 1 --duration 30', '100 pairs, 10,000 messages a second'],
    ['skua bench conn --clients 5000 --connect-rate 500 --duration 60 mqtt://broker.example', 'many connections'],
    [`skua bench pub -t 'plant/%c/value' -m '{"id":%i,"v":%r}' --rate 500 --ramp 20`, 'payloads of your own'],
  ],
  usageExitCode: 1,
  run,
};

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const settings: BenchSettings = {
    ...defaultConnection(5),
    clients: 0,
    connectRate: Number.POSITIVE_INFINITY,
    subscribers: 1,
    topic: undefined,
    qos: 0,
    retain: false,
    size: 128,
    payload: undefined,
    rate: Number.POSITIVE_INFINITY,
    ramp: 0,
    count: Number.POSITIVE_INFINITY,
    duration: 10,
    latencyMax: Number.POSITIVE_INFINITY,
    lossMax: Number.POSITIVE_INFINITY,
    json: false,
    maximumInflight: 100,
  };
  const [word, ...more] = readServerSettings(argv, GROUPS, settings);
  const kind = KINDS.find((known) => known === word);
  if (kind === undefined) {
    const near = word === undefined ? undefined : nearName(word, KINDS);
    throw new UsageError(
      `Found "${word ?? ''}"; allowed: ${KINDS.join(', ')}${near === undefined ? '.' : `; did you mean ${near}?`}`,
    );
  }
  if (more.length > 0) throw new UsageError(`Unexpected argument "${more[0]}".`);
  if (settings.clients === 0) settings.clients = kind === 'conn' ? 100 : 1;
  const { BenchRun } = await import('../bench/bench-run.ts');
  return runConnected(settings, terminal, () => new BenchRun(kind, settings, terminal).run());
}
