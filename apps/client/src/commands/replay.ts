import type { OptionGroup } from '../command-line/option.ts';
import { decimalNumber, wholeNumber } from '../command-line/parse-options.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { readQos } from '../connection/connection-options.ts';
import { defaultConnection } from '../connection/connection-settings.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Command } from './command.ts';
import { CONNECTION_EXIT_CODES } from './connection-exit-codes.ts';
import type { ReplaySettings } from './replayer.ts';
import { runConnected } from './run-connected.ts';
import { readServerSettings, SERVER_GROUPS } from './server-argument.ts';

const OPTIONS: OptionGroup<ReplaySettings> = {
  title: 'Replay',
  options: [
    {
      names: ['--speed'],
      values: ['FACTOR'],
      help: 'How much faster than it was recorded: 2 takes half the time; 1 unless given.',
      apply: (settings, [factor = ''], name) => {
        settings.speed = decimalNumber(name, factor, 0.001, 1_000_000);
      },
    },
    {
      names: ['--instant'],
      values: [],
      help: 'As fast as the server takes it.',
      apply: (settings) => {
        settings.speed = Number.POSITIVE_INFINITY;
      },
    },
    {
      names: ['--max-gap'],
      values: ['SECONDS'],
      help: 'Makes longer pauses this long.',
      apply: (settings, [seconds = ''], name) => {
        settings.gapMax = decimalNumber(name, seconds, 0, 1_000_000);
      },
    },
    {
      names: ['--repeat'],
      values: ['COUNT'],
      help: 'Plays the recording so many times; a file, not stdin.',
      apply: (settings, [count = ''], name) => {
        settings.repeat = wholeNumber(name, count, 1, 2_147_483_647);
      },
    },
    {
      names: ['--prefix'],
      values: ['TEXT'],
      help: 'Puts this before every topic, so that a test does not meet the real topics.',
      apply: (settings, [prefix = '']) => {
        settings.prefix = prefix;
      },
    },
    {
      names: ['-q', '--qos'],
      values: ['QOS'],
      help: 'The QoS of all messages; that of the recording unless given.',
      completes: ['0', '1', '2'],
      apply: (settings, [qos = ''], name) => {
        settings.qos = readQos(name, qos);
      },
    },
    {
      names: ['--no-retain'],
      values: [],
      help: 'Publishes without the retain flag.',
      apply: (settings) => {
        settings.keepRetain = false;
      },
    },
  ],
};
const GROUPS: readonly OptionGroup<ReplaySettings>[] = [OPTIONS, ...SERVER_GROUPS];

/** `skua replay`. */
export const REPLAY: Command = {
  usage: ['[FILE] [options] [URL]'],
  description: [
    'Publishes what skua record, skua sub --json or skua retained export have written, with the pauses that were between' +
      ' the messages. From stdin when no file is given.',
    'Message Expiry Intervals are those of the recording. A line that cannot be read is left out and told on stderr.',
  ],
  options: GROUPS,
  exitCodes: [...CONNECTION_EXIT_CODES, ['1', 'some lines could not be published']],
  examples: [
    ['skua replay monday.ndjson --speed 10 --prefix test/ mqtt://127.0.0.1', 'ten times as fast, below test/'],
  ],
  usageExitCode: 1,
  run,
};

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const settings: ReplaySettings = {
    ...defaultConnection(5),
    speed: 1,
    gapMax: Number.POSITIVE_INFINITY,
    repeat: 1,
    prefix: '',
    qos: undefined,
    keepRetain: true,
  };
  const [file = '-', ...more] = readServerSettings(argv, GROUPS, settings);
  if (more.length > 0) throw new UsageError('replay takes one file.');
  if (file === '-' && settings.repeat > 1) throw new UsageError('--repeat needs a file.');
  const { replay } = await import('./replayer.ts');
  return runConnected(settings, terminal, () => replay(file, settings, terminal));
}
