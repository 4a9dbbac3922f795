import { TopicError, type TopicSubject } from './topic-error.ts';

/** The most bytes that a UTF-8 Encoded String can have, since its length is two bytes on the wire (section 1.5.4) [MQTT-4.7.3-3]. */
export const LENGTH_BYTES_MAX = 65_535;

/** The rules of a text that is not plain ASCII: it must be encodable as UTF-8, in at most 65,535 bytes. */
export function checkEncoding(text: string, subject: TopicSubject): TopicError | undefined {
  const { length } = text;
  let bytes = 0;
  for (let i = 0; i < length; i++) {
    const start = i;
    const code = text.charCodeAt(i);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (code < 0xd800 || code > 0xdfff) bytes += 3;
    else {
      const low = text.charCodeAt(i + 1); // NaN at the end of the text, which is no low surrogate
      if (code > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return new TopicError('loneSurrogate', subject, text, i); // [MQTT-1.5.4-1]
      bytes += 4;
      i++;
    }
    if (bytes > LENGTH_BYTES_MAX) return new TopicError('tooLong', subject, text, start); // [MQTT-4.7.3-3]
  }
  return undefined;
}

/** Where the first separator beyond the limit is: the position to report for a text with more than `levelsMax` levels. */
export function levelLimitPosition(text: string, start: number, levelsMax: number): number {
  let levels = 1;
  for (let i = start; i < text.length; i++) {
    if (text.charCodeAt(i) === 0x2f && ++levels > levelsMax) return i;
  }
  return start; // reached only when the limit is below one level
}
