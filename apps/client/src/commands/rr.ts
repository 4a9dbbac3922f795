import type { OptionGroup } from '../command-line/option.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { NETWORK_OPTIONS, SESSION_OPTIONS, TALK_OPTIONS } from '../connection/connection-options.ts';
import { defaultConnection } from '../connection/connection-settings.ts';
import { TLS_OPTIONS } from '../connection/tls-options.ts';
import { checkedTopicName } from '../connection/topic-argument.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Command } from './command.ts';
import { CONNECTION_EXIT_CODES } from './connection-exit-codes.ts';
import { defaultOutput, OUTPUT_OPTIONS } from './output-options.ts';
import { readPayload } from './payload.ts';
import { PAYLOAD_OPTIONS, TOPIC_OPTIONS } from './publish-options.ts';
import { readSettings } from './read-settings.ts';
import type { RequestSettings } from './requester.ts';
import { runConnected } from './run-connected.ts';
import { OPTIONS_FILE_OPTIONS, urlOption } from './url-option.ts';

const GROUPS: readonly OptionGroup<RequestSettings>[] = [
  TOPIC_OPTIONS,
  {
    title: 'Response',
    options: [
      {
        names: ['-e', '--response-topic'],
        values: ['TOPIC'],
        help: 'The topic where the response is expected.',
        apply: (settings, [topic = ''], name) => {
          settings.responseTopic = checkedTopicName(name, topic);
        },
      },
    ],
  },
  PAYLOAD_OPTIONS,
  OUTPUT_OPTIONS,
  {
    ...NETWORK_OPTIONS,
    options: [
      urlOption<RequestSettings>((settings, topic) => {
        settings.topic = checkedTopicName('-L', topic);
      }),
      ...NETWORK_OPTIONS.options,
    ],
  },
  SESSION_OPTIONS,
  TLS_OPTIONS,
  OPTIONS_FILE_OPTIONS,
  TALK_OPTIONS,
];

/** `skua rr`, which does what mosquitto_rr does. */
export const RR: Command = {
  usage: ['-t TOPIC -e TOPIC {-m TEXT | -f FILE | -n | -s} [options]', '-L URL -e TOPIC {-m TEXT | …} [options]'],
  description: [
    'Publishes a request, waits for one response, prints it and ends. With 5.0, which is the default, the request carries' +
      ' the Response Topic; with 3.1.1 the other side has to know it.',
    'Every option of mosquitto_rr has the same meaning here.',
  ],
  options: GROUPS,
  exitCodes: CONNECTION_EXIT_CODES,
  examples: [["skua rr -t light/7/get -e light/7/answer -m '{}' -W 3", 'asks, and gives up after three seconds']],
  usageExitCode: 1,
  run,
};

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const settings: RequestSettings = readSettings(
    'rr',
    argv,
    GROUPS,
    {
      ...defaultConnection(5),
      ...defaultOutput(),
      topic: undefined,
      responseTopic: undefined,
      qos: 0,
      retain: false,
      source: undefined,
      repeat: 1,
      repeatDelay: 0,
    },
    terminal,
  );
  const { topic, responseTopic, source } = settings;
  if (topic === undefined || responseTopic === undefined || source === undefined || source.kind === 'lines') {
    throw new UsageError('A topic, a message and a response topic are needed.');
  }
  const payload = await readPayload(source, terminal);
  const { ask } = await import('./requester.ts');
  return runConnected(settings, terminal, () => ask(settings, topic, responseTopic, payload, terminal));
}
