import type { TopicName } from '@skua/topics';
import type { OptionGroup } from '../command-line/option.ts';
import { decimalNumber, wholeNumber } from '../command-line/parse-options.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { readQos } from '../connection/connection-options.ts';
import type { ConnectionSettings } from '../connection/connection-settings.ts';
import { checkedTopicName } from '../connection/topic-argument.ts';

/** Where the payload comes from. */
export type PayloadSource =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stdin' }
  | { readonly kind: 'lines' }
  | { readonly kind: 'empty' };

/** What is published. */
export interface PublishSettings extends ConnectionSettings {
  topic: TopicName | undefined;
  qos: 0 | 1 | 2;
  retain: boolean;
  source: PayloadSource | undefined;
  repeat: number;
  /** Seconds. */
  repeatDelay: number;
}

/** `-t` and `-q`. */
export const TOPIC_OPTIONS: OptionGroup<Pick<PublishSettings, 'topic' | 'qos'>> = {
  title: 'Message',
  options: [
    {
      names: ['-t', '--topic'],
      values: ['TOPIC'],
      help: 'The topic to publish to.',
      apply: (settings, [topic = ''], name) => {
        settings.topic = checkedTopicName(name, topic);
      },
    },
    {
      names: ['-q', '--qos'],
      values: ['QOS'],
      help: 'Quality of service: 0, 1 or 2; 0 unless given.',
      completes: ['0', '1', '2'],
      apply: (settings, [qos = ''], name) => {
        settings.qos = readQos(name, qos);
      },
    },
  ],
};

/** Where the payload comes from; one of them is given. */
export const PAYLOAD_OPTIONS: OptionGroup<Pick<PublishSettings, 'source'>> = {
  title: 'Payload, one of',
  options: [
    {
      names: ['-m', '--message'],
      values: ['TEXT'],
      help: 'This text.',
      apply: (settings, [text = '']) => setSource(settings, { kind: 'text', text }),
    },
    {
      names: ['-f', '--file'],
      values: ['FILE'],
      help: 'The bytes of a file.',
      completes: 'file',
      apply: (settings, [path = '']) => setSource(settings, { kind: 'file', path }),
    },
    {
      names: ['-n', '--null-message'],
      values: [],
      help: 'No bytes.',
      apply: (settings) => setSource(settings, { kind: 'empty' }),
    },
    {
      names: ['-s', '--stdin-file'],
      values: [],
      help: 'All of stdin as one message.',
      apply: (settings) => setSource(settings, { kind: 'stdin' }),
    },
  ],
};

/** What only `pub` has. */
export const PUBLISH_OPTIONS: OptionGroup<PublishSettings> = {
  title: 'More messages than one',
  options: [
    {
      names: ['-l', '--stdin-line'],
      values: [],
      help: 'Each line of stdin is a message.',
      apply: (settings) => setSource(settings, { kind: 'lines' }),
    },
    {
      names: ['-r', '--retain'],
      values: [],
      help: 'The server keeps the message and gives it to later subscribers; an empty one deletes what it kept.',
      apply: (settings) => {
        settings.retain = true;
      },
    },
    {
      names: ['--repeat'],
      values: ['COUNT'],
      help: 'Publishes so many times; with -m, -f, -n and -s.',
      apply: (settings, [count = ''], name) => {
        settings.repeat = wholeNumber(name, count, 1, 2_147_483_647);
      },
    },
    {
      names: ['--repeat-delay'],
      values: ['SECONDS'],
      help: 'Waits between them, from the delivery of one to the next; fractions are allowed.',
      apply: (settings, [seconds = ''], name) => {
        settings.repeatDelay = decimalNumber(name, seconds, 0, 2_000_000);
      },
    },
  ],
};

function setSource(settings: Pick<PublishSettings, 'source'>, source: PayloadSource): void {
  if (settings.source !== undefined) throw new UsageError('Only one of -m, -f, -n, -s and -l is possible.');
  settings.source = source;
}
