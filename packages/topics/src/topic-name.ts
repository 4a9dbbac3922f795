import { checkEncoding, LENGTH_BYTES_MAX, levelLimitPosition } from './topic-text.ts';
import { TopicError } from './topic-error.ts';

declare const topicNameBrand: unique symbol;

/** A text that is known to obey section 4.7 as a Topic Name: 1 to 65,535 bytes, no wildcard, no U+0000, encodable as UTF-8. */
export type TopicName = string & { readonly [topicNameBrand]: true };

/**
 * Reads a text as a Topic Name (section 4.7). The result is the text itself, never normalised [MQTT-4.7.3-4].
 *
 * @param levelsMax the most levels that the caller accepts (separators plus one); no limit of its own by default
 * @throws TopicError naming rule, position and statement
 */
export function parseTopicName(text: string, levelsMax: number = Infinity): TopicName {
  assertTopicName(text, levelsMax);
  return text;
}

/** Whether a text is a Topic Name (section 4.7); as cheap as {@link checkTopicName}, and narrows the type. */
export function isTopicName(text: string): text is TopicName {
  return checkTopicName(text) === undefined;
}

/**
 * What is wrong with a text as a Topic Name, or undefined when nothing is. One pass over the text, nothing allocated unless
 * it is wrong: made for a decoder's hot path.
 *
 * @param levelsMax the most levels that the caller accepts; no limit of its own by default
 */
export function checkTopicName(text: string, levelsMax: number = Infinity): TopicError | undefined {
  const { length } = text;
  if (length === 0) return new TopicError('empty', 'Topic Name', text, 0); // [MQTT-4.7.3-1]
  // Each code unit is at least one byte, so a text this long need not be read [MQTT-4.7.3-3].
  if (length > LENGTH_BYTES_MAX) return checkEncoding(text, 'Topic Name');
  let ascii = true;
  let levels = 1;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) ascii = false;
    else if (code === 0x2f) levels++;
    else if (code === 0x23 || code === 0x2b) return new TopicError('wildcardInTopicName', 'Topic Name', text, i); // [MQTT-4.7.0-1]
    else if (code === 0) return new TopicError('nullCharacter', 'Topic Name', text, i); // [MQTT-4.7.3-2]
  }
  if (!ascii) {
    const error = checkEncoding(text, 'Topic Name');
    if (error !== undefined) return error;
  }
  if (levels > levelsMax) {
    return new TopicError('tooManyLevels', 'Topic Name', text, levelLimitPosition(text, 0, levelsMax));
  }
  return undefined;
}

function assertTopicName(text: string, levelsMax: number): asserts text is TopicName {
  const error = checkTopicName(text, levelsMax);
  if (error !== undefined) throw error;
}
