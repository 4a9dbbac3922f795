import type { OptionGroup } from '../command-line/option.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { NETWORK_OPTIONS, SESSION_OPTIONS, TALK_OPTIONS } from '../connection/connection-options.ts';
import { defaultConnection } from '../connection/connection-settings.ts';
import { TLS_OPTIONS } from '../connection/tls-options.ts';
import { checkedTopicName } from '../connection/topic-argument.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Command } from './command.ts';
import { CONNECTION_EXIT_CODES } from './connection-exit-codes.ts';
import { readPayload } from './payload.ts';
import { PAYLOAD_OPTIONS, PUBLISH_OPTIONS, TOPIC_OPTIONS, type PublishSettings } from './publish-options.ts';
import { readSettings } from './read-settings.ts';
import { runConnected } from './run-connected.ts';
import { OPTIONS_FILE_OPTIONS, urlOption } from './url-option.ts';

const GROUPS: readonly OptionGroup<PublishSettings>[] = [
  TOPIC_OPTIONS,
  PAYLOAD_OPTIONS,
  PUBLISH_OPTIONS,
  {
    ...NETWORK_OPTIONS,
    options: [
      urlOption<PublishSettings>((settings, topic) => {
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

/** `skua pub`, which does what mosquitto_pub does. */
export const PUB: Command = {
  usage: ['-t TOPIC {-m TEXT | -f FILE | -l | -n | -s} [options]', '-L URL {-m TEXT | …} [options]'],
  description: [
    'Publishes a message and ends when the server has it: at QoS 0 when it was sent, at 1 and 2 when it was acknowledged.',
    'Every option of mosquitto_pub has the same meaning here. A message that the server refuses is a warning, as there.',
  ],
  options: GROUPS,
  exitCodes: CONNECTION_EXIT_CODES,
  examples: [
    ["skua pub -t greenhouse/1/set -m '22.5' -q 1", 'one message'],
    ['sensor | skua pub -h broker.example -t measures -l', 'a message for each line'],
    ['skua pub -t device/7/config -f config.json -r -D publish content-type application/json', 'a file, retained'],
  ],
  usageExitCode: 1,
  run,
};

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const settings = readSettings(
    'pub',
    argv,
    GROUPS,
    {
      ...defaultConnection(4),
      topic: undefined,
      qos: 0,
      retain: false,
      source: undefined,
      repeat: 1,
      repeatDelay: 0,
    },
    terminal,
  );
  const { topic, source } = settings;
  if (topic === undefined || source === undefined) throw new UsageError('Both a topic and a message are needed.');
  if (source.kind === 'lines' && settings.repeat > 1) throw new UsageError('--repeat does not go with -l.');
  const payload = source.kind === 'lines' ? undefined : await readPayload(source, terminal);
  const { publishAll } = await import('./publisher.ts');
  return runConnected(settings, terminal, () => publishAll(settings, topic, payload, terminal));
}
