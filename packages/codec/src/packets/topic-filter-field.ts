// A Topic Filter in SUBSCRIBE and UNSUBSCRIBE. In 5.0 it may be `$share/{ShareName}/{filter}`; in 3.1.1 such a text is
// an ordinary filter, since that version does not know shared subscriptions.

import { checkSubscriptionFilter, checkTopicFilter, type SubscriptionFilter, type TopicError } from '@skua/topics';
import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
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

/** The bytes of a Topic Filter with its length; checks it. `list`, `index` and `field` name it in the error. */
export function measureTopicFilter(
  text: unknown,
  writer: ByteWriter,
  list: string,
  index: number,
  field: string,
): number {
  const { format } = writer;
  const error = typeof text === 'string' ? checkFilter(text, format) : undefined;
  if (error !== undefined) {
    const statement = topicStatement(error, format);
    throw new EncodeError({ field: `${list}[${index}]${field}`, found: text, allowed: 'a Topic Filter', statement });
  }
  if (!writer.exact && typeof text === 'string') return 2 + text.length;
  const length = utf8Length(text);
  if (length < 0) throw stringError(text, `${list}[${index}]${field}`, format);
  return 2 + length;
}

/** Gives its type to a text that `checkFilter` has just found right. */
function assertFilter(_text: string): asserts _text is SubscriptionFilter {}

function checkFilter(text: string, format: WireFormat): TopicError | undefined {
  return format.hasProperties ? checkSubscriptionFilter(text) : checkTopicFilter(text);
}
