import {
  checkSubscriptionFilter,
  parseTopicFilter,
  parseTopicName,
  TopicError,
  type TopicFilter,
  type TopicName,
} from '@skua/topics';
import { UsageError } from '../command-line/usage-error.ts';

/**
 * A Topic Name that came on the command line.
 *
 * @throws {UsageError}
 */
export function checkedTopicName(option: string, text: string): TopicName {
  return checked(option, () => parseTopicName(text));
}

/**
 * A Topic Filter, or `$share/{ShareName}/{filter}`, that came on the command line.
 *
 * @throws {UsageError}
 */
export function checkedSubscription(option: string, text: string): string {
  return checked(option, () => {
    const error = checkSubscriptionFilter(text);
    if (error !== undefined) throw error;
    return text;
  });
}

/**
 * A Topic Filter that came on the command line.
 *
 * @throws {UsageError}
 */
export function checkedTopicFilter(option: string, text: string): TopicFilter {
  return checked(option, () => parseTopicFilter(text));
}

function checked<T>(option: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof TopicError) throw new UsageError(`${option}: ${error.message}.`);
    throw error;
  }
}
