// A Topic Filter in SUBSCRIBE and UNSUBSCRIBE. In 5.0 it may be `$share/{ShareName}/{filter}`; in 3.1.1 such a text is
// an ordinary filter, since that version does not know shared subscriptions.

import { checkSubscriptionFilter, checkTopicFilter, type SubscriptionFilter, type TopicError } from '@skua/topics';
import type { ByteReader } from '../byte-reader.ts';
import { EncodeError } from '../errors.ts';
import { stringError, topicStatement, utf8Length } from '../measure-fields.ts';
import type { WireFormat } from './wire-format.ts';

/** Reads a Topic Filter. */
export function decodeTopicFilter(reader: ByteReader): SubscriptionFilter {
  const offset = reader.position;
  const text = reader.string('Topic Filter');
  const error = checkFilter(text, reader.format);
  if (error !== undefined) {
    const statement = topicStatement(error, reader.format) ?? reader.format.statements.unreadable;
    throw reader.malformed(error.message, offset, statement);
  }
  assertFilter(text);
  return text;
}

/** The bytes of a Topic Filter with its length; checks it. `field` is called only for the message of an error. */
export function measureTopicFilter(text: unknown, format: WireFormat, field: () => string): number {
  const error = typeof text === 'string' ? checkFilter(text, format) : undefined;
  if (error !== undefined) {
    const statement = topicStatement(error, format);
    throw new EncodeError({ field: field(), found: text, allowed: 'a Topic Filter', statement });
  }
  const length = utf8Length(text);
  if (length < 0) throw stringError(text, field(), format);
  return 2 + length;
}

/** Gives its type to a text that `checkFilter` has just found right. */
function assertFilter(_text: string): asserts _text is SubscriptionFilter {}

function checkFilter(text: string, format: WireFormat): TopicError | undefined {
  return format.hasProperties ? checkSubscriptionFilter(text) : checkTopicFilter(text);
}
