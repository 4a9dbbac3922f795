import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkSubscriptionFilter,
  checkTopicFilter,
  checkTopicName,
  hasWildcard,
  isSubscriptionFilter,
  isTopicFilter,
  isTopicName,
  parseSharedSubscription,
  parseSubscriptionFilter,
  parseTopicFilter,
  parseTopicName,
} from '../src/index.ts';

// The rules once more, as plainly as they can be written.
const isText = (text: string): boolean =>
  text.length > 0 &&
  !text.includes('\0') &&
  !/\p{Surrogate}/u.test(text) &&
  new TextEncoder().encode(text).length <= 65_535;
const isName = (text: string): boolean => isText(text) && !/[+#]/.test(text);
const isFilter = (text: string): boolean =>
  isText(text) &&
  text
    .split('/')
    .every((level, i, levels) => !/[+#]/.test(level) || level === '+' || (level === '#' && i === levels.length - 1));
const isShared = (text: string): boolean => {
  const [, shareName, filter] = /^\$share\/([^/+#]+)\/(.*)$/su.exec(text) ?? [];
  return isText(text) && shareName !== undefined && filter !== undefined && isFilter(filter);
};

const piece = fc.constantFrom('/', '/', 'a', 'ä', '€', '🐦', '$', '+', '#', '/+', '/#', '\0', '\ud83d', '\udc26', ' ');
const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
const sharedText = fc.tuple(fc.constantFrom('$share/', '$share/g', '$share/g/', '$share'), text).map(([a, b]) => a + b);

describe('what is accepted is what the rules allow', () => {
  test('Topic Names', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (each) => {
        expect(isTopicName(each)).toBe(isName(each));
        if (isName(each)) expect(parseTopicName(each)).toBe(each);
        else expect(() => parseTopicName(each)).toThrow(checkTopicName(each)?.message);
      }),
      { numRuns: 1_000 },
    );
  });

  test('Topic Filters', () => {
    fc.assert(
      fc.property(fc.oneof(text, sharedText, fc.string({ unit: 'binary' })), (each) => {
        expect(isTopicFilter(each)).toBe(isFilter(each));
        if (isFilter(each)) expect(parseTopicFilter(each)).toBe(each);
        else expect(() => parseTopicFilter(each)).toThrow(checkTopicFilter(each)?.message);
        if (isTopicFilter(each)) expect(hasWildcard(each)).toBe(/[+#]/.test(each));
      }),
      { numRuns: 1_000 },
    );
  });

  test('filters of a SUBSCRIBE, shared or not', () => {
    fc.assert(
      fc.property(fc.oneof(text, sharedText), (each) => {
        const shared = each.startsWith('$share/');
        const valid = shared ? isShared(each) : isFilter(each);
        expect(isSubscriptionFilter(each)).toBe(valid);
        if (valid) {
          const { shareName, filter } = parseSubscriptionFilter(each);
          expect(shareName === undefined ? filter : `$share/${shareName}/${filter}`).toBe(each);
          expect(shareName !== undefined).toBe(shared);
          expect(parseSharedSubscription(each)).toEqual(shared ? { shareName, filter } : undefined);
        } else {
          expect(() => parseSubscriptionFilter(each)).toThrow(checkSubscriptionFilter(each)?.message);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('the longest texts', () => {
    for (const longest of ['x'.repeat(65_535), '€'.repeat(21_845), `${'🐦'.repeat(16_383)}xyz`, '/'.repeat(65_535)]) {
      expect(new TextEncoder().encode(longest)).toHaveLength(65_535);
      expect([isTopicName(longest), isTopicFilter(longest), isSubscriptionFilter(longest)]).toEqual([true, true, true]);
    }
  });

  test('what only looks like a Shared Subscription', () => {
    expect(parseSubscriptionFilter('$share')).toEqual({ shareName: undefined, filter: '$share' });
    expect(parseSubscriptionFilter('$shared/a/b')).toEqual({ shareName: undefined, filter: '$shared/a/b' });
    expect(parseSubscriptionFilter('/$share/a/b')).toEqual({ shareName: undefined, filter: '/$share/a/b' });
    expect(parseSubscriptionFilter('$share/a//finance')).toEqual({ shareName: 'a', filter: '/finance' });
    expect(parseSubscriptionFilter('$share/a/$share/b/c')).toEqual({ shareName: 'a', filter: '$share/b/c' });
    expect(parseTopicFilter('$share/a')).toBe('$share/a'); // 3.1.1 knows no shared subscriptions
  });
});
