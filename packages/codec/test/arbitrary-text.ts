import fc from 'fast-check';

/** Letters that every receiver must take: no control characters, no non-characters, no surrogates, no U+0000. */
const letter: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
    { weight: 1, arbitrary: fc.integer({ min: 0xa0, max: 0x2fff }) },
    { weight: 1, arbitrary: fc.integer({ min: 0xe000, max: 0xfdcf }) },
    { weight: 1, arbitrary: fc.constantFrom(0xfeff, 0xfffd, 0x1f600, 0x2a6d4, 0x10fffd) },
  )
  .map((codePoint) => String.fromCodePoint(codePoint));

/** Any UTF-8 Encoded String, the empty one included (section 1.5.4). */
export const text: fc.Arbitrary<string> = fc.array(letter, { maxLength: 20 }).map((letters) => letters.join(''));

const level: fc.Arbitrary<string> = text.map((level_) => level_.replaceAll(/[+#/$]/g, ''));

/** A Topic Name (section 4.7). */
export const topicName: fc.Arbitrary<string> = fc
  .array(level, { minLength: 1, maxLength: 4 })
  .map((levels) => levels.join('/'))
  .filter((name) => name !== '');

/** A Topic Filter (section 4.7.1). */
export const topicFilter: fc.Arbitrary<string> = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 4 }), fc.boolean())
  .map(([levels, hash]) => [...levels, ...(hash ? ['#'] : [])].join('/'))
  .filter((filter) => filter !== '');

/** A Shared Subscription (section 4.8.2). */
export const sharedFilter: fc.Arbitrary<string> = fc
  .tuple(
    level.filter((name) => name !== ''),
    topicFilter,
  )
  .map(([name, filter]) => `$share/${name}/${filter}`);

/** User Properties in their order. */
export const userProperties: fc.Arbitrary<[string, string][]> = fc.array(fc.tuple(text, text), {
  minLength: 1,
  maxLength: 4,
});

/** Binary Data and payloads. */
export const binary: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 40 });
