// A Topic Filter in SUBSCRIBE and UNSUBSCRIBE. In 5.0 it may be `$share/{ShareName}/{filter}`; in 3.1.1 such a text is
// an ordinary filter, since that version does not know shared subscriptions.
//
// The rules are those of `@skua/topics`, which the tests compare with. They are here once more because a codec wants only
// a statement of them: the functions of that package, which also tell rule and position, are a twelfth of a bundle.

import type { SubscriptionFilter } from '@skua/topics';
import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { refusal, stringRefusal } from '../encode-refusal.ts';
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
  const { format } = writer;
  const statement = typeof text === 'string' ? filterFault(text, format) : undefined;
  if (statement === undefined && writer.text(text)) return;
  const name = `${list}[${index}]${field}`;
  throw statement === undefined ? stringRefusal(name, text, format) : refusal(name, text, ALLOWED, statement);
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
  // Wildcards are rare, so they are looked for instead of looking at each character.
  const multiLevel = text.indexOf('#', start);
  if (multiLevel >= 0 && (multiLevel + 1 < text.length || !startsLevel(text, multiLevel, start))) {
    return cite(format, 'MQTT-4.7.1-1', 'v3 MQTT-4.7.1-2');
  }
  for (let i = text.indexOf('+', start); i >= 0; i = text.indexOf('+', i + 1)) {
    if (!startsLevel(text, i, start) || (i + 1 < text.length && text[i + 1] !== '/')) {
      return cite(format, 'MQTT-4.7.1-2', 'v3 MQTT-4.7.1-3');
    }
  }
  return undefined;
}

function startsLevel(text: string, position: number, start: number): boolean {
  return position === start || text[position - 1] === '/';
}

/** Gives its type to a text that `filterFault` has just found right. */
function assertFilter(_text: string): asserts _text is SubscriptionFilter {}

const ALLOWED = 'a Topic Filter';
const SHARE_PREFIX = '$share/';
