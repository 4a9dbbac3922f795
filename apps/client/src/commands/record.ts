import { closeSync, openSync, writeSync } from 'node:fs';
import type { OptionGroup } from '../command-line/option.ts';
import { wholeNumber } from '../command-line/parse-options.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { defaultConnection } from '../connection/connection-settings.ts';
import { checkedSubscription } from '../connection/topic-argument.ts';
import { Progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Command } from './command.ts';
import { CONNECTION_EXIT_CODES } from './connection-exit-codes.ts';
import { defaultOutput } from './output-options.ts';
import { runConnected } from './run-connected.ts';
import { readServerSettings, SERVER_GROUPS } from './server-argument.ts';
import type { SubscribeSettings } from './subscribe-options.ts';
import { SUBSCRIBE_OPTIONS } from './subscribe-options.ts';

interface RecordSettings extends SubscribeSettings {
  file: string | undefined;
}

const OPTIONS: OptionGroup<RecordSettings> = {
  title: 'Recording',
  options: [
    ...SUBSCRIBE_OPTIONS.options.filter(({ names }) => ['-t', '-q', '-T', '-C'].includes(names[0] ?? '')),
    {
      names: ['--file'],
      values: ['FILE'],
      help: 'Adds to a file; stdout unless given.',
      completes: 'file',
      apply: (settings, [file]) => {
        settings.file = file;
      },
    },
    {
      names: ['-W', '--timeout'],
      values: ['SECONDS'],
      help: 'Ends after so many seconds.',
      apply: (settings, [seconds = ''], name) => {
        settings.timeout = wholeNumber(name, seconds, 1, 2_000_000);
      },
    },
  ],
};
const GROUPS: readonly OptionGroup<RecordSettings>[] = [OPTIONS, ...SERVER_GROUPS];

/** `skua record`. */
export const RECORD: Command = {
  usage: ['[FILTER...] [-t FILTER...] [options] [URL]'],
  description: [
    'Subscribes and writes every message with its time as one JSON object a line, until it is stopped; all topics unless' +
      ' filters are given. skua replay publishes them again.',
    'A line has time, topic, qos, retain, payload (payloadBase64 when it is no UTF-8 text) and the properties of 5.0.',
  ],
  options: GROUPS,
  exitCodes: CONNECTION_EXIT_CODES,
  examples: [["skua record 'plant/#' --file monday.ndjson -W 3600 mqtt://broker.example", 'one hour']],
  usageExitCode: 1,
  run,
};

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const settings: RecordSettings = {
    ...defaultConnection(5),
    ...defaultOutput(),
    view: 'json',
    topics: [],
    qos: 2,
    unsubscribe: [],
    filterOut: [],
    retainAsPublished: false,
    noLocal: false,
    retainedOnly: false,
    removeRetained: false,
    randomFilter: 100,
    count: undefined,
    exitAfterSubscribe: false,
    file: undefined,
  };
  const words = readServerSettings(argv, GROUPS, settings);
  for (const word of words) settings.topics.push(checkedSubscription('record', word));
  if (settings.topics.length === 0) settings.topics.push('#');
  const { Subscriber } = await import('./subscriber.ts');
  return runConnected(settings, terminal, async () => {
    const file = settings.file === undefined ? undefined : openFile(settings.file);
    const progress = new Progress(terminal);
    let count = 0;
    const tape: Terminal = {
      ...terminal,
      write: (chunk) => {
        count += 1;
        if (file === undefined) terminal.write(chunk);
        else writeSync(file, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
        progress.tell(() => `${count} messages recorded`);
      },
    };
    try {
      const exitCode = await new Subscriber({ ...settings, quiet: true }, tape).run();
      progress.clear();
      if (!settings.quiet) terminal.writeError(`${count} ${count === 1 ? 'message' : 'messages'} recorded.\n`);
      // The end of the time is the end that was asked for.
      return exitCode === TIMED_OUT ? 0 : exitCode;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  });
}

function openFile(path: string): number {
  try {
    return openSync(path, 'a');
  } catch (error) {
    throw new UsageError(`--file: ${path} cannot be written: ${error instanceof Error ? error.message : ''}.`);
  }
}

const TIMED_OUT = 27;
