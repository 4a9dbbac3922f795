// A Topic Filter in SUBSCRIBE and UNSUBSCRIBE. In 5.0 it may be `$share/{ShareName}/{filter}`; in 3.1.1 such a text is
// an ordinary filter, since that version does not know shared subscriptions.
//
// The rules are those of `@skua/topics`, which the tests compare with. They are here once more because a codec wants only
// a statement of them: the functions of that package, which also tell rule and position, are a twelfth of a bundle.

import type { SubscriptionFilter } from '@skua/topics';
import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { refusal } from '../encode-refusal.ts';
import { cite, type WireFormat } from './wire-format.ts';

/** Reads a Topic Filter. */
export function decodeTopicFilter(reader: ByteReader): SubscriptionFilter {
  const { format, position } = reader;
  const text = reader.string('Topic Filter');
  const statement = filterFault(text, format);
  if (statement !== undefined)
    throw reader.malformed('Topic Filter', JSON.stringify(text), ALLOWED, position, statement);
  assertFilter(text);
  return text;
}

/** Writes a Topic Filter; `list`, `index` and `field` name it in the error. */
export function encodeTopicFilter(text: unknown, writer: ByteWriter, list: string, index: number, field: string): void {
  const name = `${list}[${index}]${field}`;
  const statement = typeof text === 'string' ? filterFault(text, writer.format) : undefined;
  if (statement !== undefined) throw refusal(name, text, ALLOWED, statement);
  writer.string(text, '', name);
}

/** The statement that a text violates as a Topic Filter, if its encoding is right. */
function filterFault(text: string, format: WireFormat): string | undefined {
  let start = 0;
  if (format.hasProperties && text.startsWith(SHARE_PREFIX)) {
    start = text.indexOf('/', SHARE_PREFIX.length) + 1;
    const shareName = text.slice(SHARE_PREFIX.length, start === 0 ? undefined : start - 1);
    if (shareName === '') return 'MQTT-4.8.2-1';
    if (start === 0 || start === text.length || /[+#]/.test(shareName)) return 'MQTT-4.8.2-2';
  }
  if (text === '') return cite(format, 'MQTT-4.7.3-1', 'v3 MQTT-4.7.3-1');
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code !== MULTI_LEVEL && code !== SINGLE_LEVEL) continue;
    const alone = i === start || text.charCodeAt(i - 1) === SEPARATOR;
    if (code === MULTI_LEVEL) {
      if (!alone || i + 1 < text.length) return cite(format, 'MQTT-4.7.1-1', 'v3 MQTT-4.7.1-2');
    } else if (!alone || (i + 1 < text.length && text.charCodeAt(i + 1) !== SEPARATOR)) {
      return cite(format, 'MQTT-4.7.1-2', 'v3 MQTT-4.7.1-3');
    }
  }
  return undefined;
}

/** Gives its type to a text that `filterFault` has just found right. */
function assertFilter(_text: string): asserts _text is SubscriptionFilter {}

const ALLOWED = 'a Topic Filter';
const SHARE_PREFIX = '$share/';
const SEPARATOR = 0x2f;
const MULTI_LEVEL = 0x23;
const SINGLE_LEVEL = 0x2b;
