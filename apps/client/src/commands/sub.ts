import type { OptionGroup } from '../command-line/option.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { NETWORK_OPTIONS, SESSION_OPTIONS, TALK_OPTIONS } from '../connection/connection-options.ts';
import { defaultConnection } from '../connection/connection-settings.ts';
import { TLS_OPTIONS } from '../connection/tls-options.ts';
import { checkedSubscription } from '../connection/topic-argument.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Command } from './command.ts';
import { CONNECTION_EXIT_CODES } from './connection-exit-codes.ts';
import { defaultOutput, OUTPUT_OPTIONS } from './output-options.ts';
import { readSettings } from './read-settings.ts';
import { runConnected } from './run-connected.ts';
import { SUBSCRIBE_OPTIONS, type SubscribeSettings } from './subscribe-options.ts';
import { OPTIONS_FILE_OPTIONS, urlOption } from './url-option.ts';

const GROUPS: readonly OptionGroup<SubscribeSettings>[] = [
  SUBSCRIBE_OPTIONS,
  OUTPUT_OPTIONS,
  {
    ...NETWORK_OPTIONS,
    options: [
      urlOption<SubscribeSettings>(({ topics }, topic) => {
        topics.push(checkedSubscription('-L', topic));
      }),
      ...NETWORK_OPTIONS.options,
    ],
  },
  SESSION_OPTIONS,
  TLS_OPTIONS,
  OPTIONS_FILE_OPTIONS,
  TALK_OPTIONS,
];

/** `skua sub`, which does what mosquitto_sub does. */
export const SUB: Command = {
  usage: ['-t FILTER... [options]', '-L URL [-t FILTER...] [options]'],
  description: [
    'Subscribes and prints what comes, each payload with a newline behind it, until it is stopped. A lost connection is' +
      ' made again, and subscriptions with it.',
    'Every option of mosquitto_sub has the same meaning here.',
  ],
  options: GROUPS,
  exitCodes: CONNECTION_EXIT_CODES,
  examples: [
    ["skua sub -t 'greenhouse/+/temperature' -v", 'topic and payload of each message'],
    ["skua sub -t 'orders/#' -V 5 --json", 'with properties, a JSON object a line'],
    ['skua sub -t config/7 --diff', 'what changes in a document'],
    ["skua sub -t '#' -F '%I %-30.30t %q %x'", 'a table of your own'],
    ['skua sub -t status/7 -C 1 -W 5', 'one value, or exit code 27 after five seconds'],
    ["skua sub -t 'old/#' --remove-retained --retained-only", 'deletes retained messages'],
  ],
  usageExitCode: 1,
  run,
};

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const settings = readSettings(
    'sub',
    argv,
    GROUPS,
    {
      ...defaultConnection(4),
      ...defaultOutput(),
      topics: [],
      qos: 0,
      unsubscribe: [],
      filterOut: [],
      retainAsPublished: false,
      noLocal: false,
      retainedOnly: false,
      removeRetained: false,
      randomFilter: 100,
      count: undefined,
      exitAfterSubscribe: false,
    } satisfies SubscribeSettings,
    terminal,
  );
  if (settings.topics.length === 0 && settings.unsubscribe.length === 0) {
    throw new UsageError('A topic to subscribe to (-t) or to unsubscribe from (-U) is needed.');
  }
  if (settings.skipRetained && settings.retainedOnly)
    throw new UsageError('-R and --retained-only leave nothing over.');
  const { Subscriber } = await import('./subscriber.ts');
  return runConnected(settings, terminal, () => new Subscriber(settings, terminal).run());
}
