import fc from 'fast-check';
import { parseTopicFilter, type TopicFilter } from '../src/topic-filter.ts';
import { parseTopicName, type TopicName } from '../src/topic-name.ts';

// Few levels to choose from, and few of them at a time, so that names and filters meet often.
const nameLevel = fc.constantFrom('', 'a', 'b', '$', '$a', 'aa', 'a$');
const filterLevel = fc.constantFrom('', 'a', 'b', '$', '$a', 'aa', '+', '+');

const notEmpty = (text: string): boolean => text !== '';

/** Topic Names of one to six levels, some empty, some beginning with `$`. */
export const topicName: fc.Arbitrary<TopicName> = fc
  .array(nameLevel, { minLength: 1, maxLength: 6 })
  .map((levels) => levels.join('/'))
  .filter(notEmpty)
  .map((text) => parseTopicName(text));

/** Topic Filters of one to seven levels, half of them with `+`, a third with `#`. */
export const topicFilter: fc.Arbitrary<TopicFilter> = fc
  .tuple(fc.array(filterLevel, { maxLength: 6 }), fc.constantFrom('', '', '#'))
  .map(([levels, last]) => (last === '' ? levels : [...levels, last]).join('/'))
  .filter(notEmpty)
  .map((text) => parseTopicFilter(text));

// Enough for an index on two levels, one below the other.
const wideLevel = fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 12 }));
const wideTail = fc.integer({ min: 0, max: 12 }).map((level) => `/${level}`);

/** Filters of which many share a parent, so that nodes have enough children to be indexed. */
export const wideTopicFilter: fc.Arbitrary<TopicFilter> = fc
  .tuple(fc.constantFrom('a', '+', 'a/b', ''), wideLevel, fc.oneof(fc.constantFrom('', '/#', '/+', '/c'), wideTail))
  .map(([parent, child, tail]) => parseTopicFilter(`${parent}/${child}${tail}`));

/** Filters of two levels to choose from, so that many are the beginning of others. */
export const narrowTopicFilter: fc.Arbitrary<TopicFilter> = fc
  .array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 4 })
  .map((levels) => parseTopicFilter(levels.join('/')));

/** Names that the wide filters meet. */
export const wideTopicName: fc.Arbitrary<TopicName> = fc
  .tuple(fc.constantFrom('a', 'x', 'a/b', ''), wideLevel, fc.oneof(fc.constantFrom('', '/c', '/d/e'), wideTail))
  .map(([parent, child, tail]) => parseTopicName(`${parent}/${child}${tail}`));
