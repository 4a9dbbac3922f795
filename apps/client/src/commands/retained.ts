import type { OptionGroup } from '../command-line/option.ts';
import { decimalNumber } from '../command-line/parse-options.ts';
import { nearName } from '../command-line/near-name.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { defaultConnection, type ConnectionSettings } from '../connection/connection-settings.ts';
import { checkedTopicFilter, checkedTopicName } from '../connection/topic-argument.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Command } from './command.ts';
import { CONNECTION_EXIT_CODES } from './connection-exit-codes.ts';
import type { RetainedTask } from './retained-actions.ts';
import { runConnected } from './run-connected.ts';
import { readServerSettings, SERVER_GROUPS } from './server-argument.ts';

/** What `skua retained` is told. */
export interface RetainedSettings extends ConnectionSettings {
  json: boolean;
  dryRun: boolean;
  /** Seconds. */
  wait: number;
}

const OPTIONS: OptionGroup<RetainedSettings> = {
  title: 'Options',
  options: [
    {
      names: ['--json'],
      values: [],
      help: 'ls prints JSON lines, as export does.',
      apply: (settings) => {
        settings.json = true;
      },
    },
    {
      names: ['--dry-run'],
      values: [],
      help: 'rm prints what it would delete, and deletes nothing.',
      apply: (settings) => {
        settings.dryRun = true;
      },
    },
    {
      names: ['--wait'],
      values: ['SECONDS'],
      help: 'How long the server has to be silent before the list counts as complete; 0.3 unless given.',
      apply: (settings, [seconds = ''], name) => {
        settings.wait = decimalNumber(name, seconds, 0.05, 3600);
      },
    },
  ],
};
const GROUPS: readonly OptionGroup<RetainedSettings>[] = [OPTIONS, ...SERVER_GROUPS];
const ACTIONS: readonly RetainedTask['action'][] = ['ls', 'get', 'rm', 'export', 'import'];

/** `skua retained`. */
export const RETAINED: Command = {
  usage: [
    'ls [FILTER...] [URL]',
    'get TOPIC [URL]',
    'rm FILTER... [--dry-run] [URL]',
    'export [FILTER...] [URL] > FILE',
    'import [FILE] [URL]',
  ],
  description: [
    'Lists, reads, deletes, saves and restores the messages that a server has retained. export writes one JSON object a' +
      ' line with payload and 5.0 properties; import publishes such lines again. Without a filter all topics are meant,' +
      ' those that begin with $ excepted; rm always wants one.',
  ],
  options: GROUPS,
  words: ACTIONS,
  exitCodes: [...CONNECTION_EXIT_CODES, ['1', 'get: there is none; rm, import: some could not be done']],
  examples: [
    ["skua retained ls 'config/#' mqtt://broker.example", 'what is there'],
    ["skua retained rm 'old/#' --dry-run", 'what would go'],
    ['skua retained export mqtt://a.example | skua retained import mqtt://b.example', 'from one broker to another'],
  ],
  usageExitCode: 1,
  run,
};

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const settings: RetainedSettings = { ...defaultConnection(5), json: false, dryRun: false, wait: 0.3 };
  const [word, ...words] = readServerSettings(argv, GROUPS, settings);
  const action = ACTIONS.find((known) => known === word);
  if (action === undefined) {
    const near = word === undefined ? undefined : nearName(word, ACTIONS);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    throw new UsageError(`Found "${word ?? ''}"; allowed: ${ACTIONS.join(', ')}${hint === '' ? '.' : hint}`);
  }
  checkWords(action, words);
  const { runRetained } = await import('./retained-actions.ts');
  return runConnected(settings, terminal, () => runRetained({ action, words }, settings, terminal));
}

function checkWords(action: RetainedTask['action'], words: readonly string[]): void {
  if (action === 'import') {
    if (words.length > 1) throw new UsageError('import takes one file.');
  } else if (action === 'get') {
    if (words.length !== 1) throw new UsageError('get takes one topic.');
    checkedTopicName('get', words[0] ?? '');
  } else {
    if (action === 'rm' && words.length === 0) throw new UsageError('rm takes the topics to delete, such as old/#.');
    for (const word of words) checkedTopicFilter(action, word);
  }
}
