import type { TopicFilter } from '@skua/topics';
import type { OptionGroup } from '../command-line/option.ts';
import { decimalNumber, wholeNumber } from '../command-line/parse-options.ts';
import { readQos } from '../connection/connection-options.ts';
import type { ConnectionSettings } from '../connection/connection-settings.ts';
import { checkedSubscription, checkedTopicFilter } from '../connection/topic-argument.ts';
import type { OutputSettings } from './output-options.ts';

/** What is subscribed to, and when it ends. */
export interface SubscribeSettings extends ConnectionSettings, OutputSettings {
  readonly topics: string[];
  qos: 0 | 1 | 2;
  readonly unsubscribe: string[];
  readonly filterOut: TopicFilter[];
  retainAsPublished: boolean;
  noLocal: boolean;
  retainedOnly: boolean;
  removeRetained: boolean;
  /** Percent. */
  randomFilter: number;
  count: number | undefined;
  exitAfterSubscribe: boolean;
}

/** What only `sub` has. */
export const SUBSCRIBE_OPTIONS: OptionGroup<SubscribeSettings> = {
  title: 'Subscriptions',
  options: [
    {
      names: ['-t', '--topic'],
      values: ['FILTER'],
      help: 'Subscribes to these topics; + stands for one level, # at the end for all that follow. May be repeated.',
      apply: ({ topics }, [filter = ''], name) => {
        topics.push(checkedSubscription(name, filter));
      },
    },
    {
      names: ['-q', '--qos'],
      values: ['QOS'],
      help: 'The highest quality of service of the messages: 0, 1 or 2; 0 unless given.',
      completes: ['0', '1', '2'],
      apply: (settings, [qos = ''], name) => {
        settings.qos = readQos(name, qos);
      },
    },
    {
      names: ['-T', '--filter-out'],
      values: ['FILTER'],
      help: 'Leaves out what matches. May be repeated.',
      apply: ({ filterOut }, [filter = ''], name) => {
        filterOut.push(checkedTopicFilter(name, filter));
      },
    },
    {
      names: ['-U', '--unsubscribe'],
      values: ['FILTER'],
      help: 'Unsubscribes, after it has subscribed: for the session of -c. May be repeated.',
      apply: ({ unsubscribe }, [filter = ''], name) => {
        unsubscribe.push(checkedSubscription(name, filter));
      },
    },
    {
      names: ['--retained-only'],
      values: [],
      help: 'Takes only what the server has kept, and ends at the first message that is fresh.',
      apply: (settings) => {
        settings.retainedOnly = true;
      },
    },
    {
      names: ['--remove-retained'],
      values: [],
      help: 'Deletes each retained message that comes, except those that -T leaves out.',
      apply: (settings) => {
        settings.removeRetained = true;
      },
    },
    {
      names: ['--retain-as-published'],
      values: [],
      help: 'Keeps the retain flag as it was published (5.0).',
      apply: (settings) => {
        settings.retainAsPublished = true;
      },
    },
    {
      names: ['--no-local'],
      values: [],
      help: 'Does not get back what this client publishes itself (5.0).',
      apply: (settings) => {
        settings.noLocal = true;
      },
    },
    {
      names: ['--random-filter'],
      values: ['PERCENT'],
      help: 'Prints this share of the messages, drawn by lot; 0.1 to 100.',
      apply: (settings, [percent = ''], name) => {
        settings.randomFilter = decimalNumber(name, percent, 0.1, 100);
      },
    },
    {
      names: ['-C', '--count'],
      values: ['COUNT'],
      help: 'Ends after so many messages.',
      apply: (settings, [count = ''], name) => {
        settings.count = wholeNumber(name, count, 1, 2_147_483_647);
      },
    },
    {
      names: ['-E', '--exit-after-subscribe'],
      values: [],
      help: 'Ends as soon as the server has acknowledged the subscriptions.',
      apply: (settings) => {
        settings.exitAfterSubscribe = true;
      },
    },
  ],
};
