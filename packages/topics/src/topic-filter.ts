import { checkEncoding, LENGTH_BYTES_MAX, levelLimitPosition } from './topic-text.ts';
import { TopicError, type TopicSubject } from './topic-error.ts';

declare const topicFilterBrand: unique symbol;

/** A text that is known to obey section 4.7 as a Topic Filter: 1 to 65,535 bytes, wildcards only as whole levels, `#` only last. */
export type TopicFilter = string & { readonly [topicFilterBrand]: true };

/**
 * Reads a text as a Topic Filter (section 4.7 alone). The result is the text itself, never normalised [MQTT-4.7.3-4].
 *
 * A text that begins with `$share/` is judged as the ordinary filter that it is in 3.1.1 and takes part in matching as
 * such. What a SUBSCRIBE of 5.0 carries is read by `parseSubscriptionFilter`.
 *
 * @param levelsMax the most levels that the caller accepts (separators plus one); no limit of its own by default
 * @throws TopicError naming rule, position and statement
 */
export function parseTopicFilter(text: string, levelsMax: number = Infinity): TopicFilter {
  assertTopicFilter(text, levelsMax);
  return text;
}

/** Whether a text is a Topic Filter (section 4.7 alone, see {@link parseTopicFilter}); narrows the type. */
export function isTopicFilter(text: string): text is TopicFilter {
  return checkTopicFilter(text) === undefined;
}

/**
 * What is wrong with a text as a Topic Filter (section 4.7 alone), or undefined when nothing is. One pass, nothing
 * allocated unless it is wrong.
 *
 * @param levelsMax the most levels that the caller accepts; no limit of its own by default
 */
export function checkTopicFilter(text: string, levelsMax: number = Infinity): TopicError | undefined {
  return checkFilterFrom(text, 0, 'Topic Filter', levelsMax);
}

/** Whether a filter has a `+` or `#` level, so that it can match more than the one Topic Name that it spells. */
export function hasWildcard(filter: TopicFilter): boolean {
  return filter.includes('+') || filter.endsWith('#');
}

/** The rules of a Topic Filter for what stands in `text` from `start`; the encoding is judged for the whole text. */
export function checkFilterFrom(
  text: string,
  start: number,
  subject: TopicSubject,
  levelsMax: number,
): TopicError | undefined {
  const { length } = text;
  if (length === 0) return new TopicError('empty', subject, text, 0); // [MQTT-4.7.3-1]
  if (length > LENGTH_BYTES_MAX) return checkEncoding(text, subject); // [MQTT-4.7.3-3]
  let ascii = true;
  let levels = 1;
  for (let i = start; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) ascii = false;
    else if (code === 0x2f) levels++;
    else if (code === 0x23) {
      // [MQTT-4.7.1-1]
      if (i > start && text.charCodeAt(i - 1) !== 0x2f) {
        return new TopicError('multiLevelWildcardNotAlone', subject, text, i);
      }
      if (i + 1 < length) return new TopicError('multiLevelWildcardNotLast', subject, text, i);
    } else if (code === 0x2b) {
      const aloneBefore = i === start || text.charCodeAt(i - 1) === 0x2f;
      const aloneAfter = i + 1 === length || text.charCodeAt(i + 1) === 0x2f;
      if (!aloneBefore || !aloneAfter) return new TopicError('singleLevelWildcardNotAlone', subject, text, i); // [MQTT-4.7.1-2]
    } else if (code === 0) return new TopicError('nullCharacter', subject, text, i); // [MQTT-4.7.3-2]
  }
  if (!ascii || start > 0) {
    const error = checkEncoding(text, subject);
    if (error !== undefined) return error;
  }
  if (levels > levelsMax) {
    return new TopicError('tooManyLevels', subject, text, levelLimitPosition(text, start, levelsMax));
  }
  return undefined;
}

function assertTopicFilter(text: string, levelsMax: number): asserts text is TopicFilter {
  const error = checkTopicFilter(text, levelsMax);
  if (error !== undefined) throw error;
}
