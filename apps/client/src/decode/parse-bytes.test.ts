import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hexView } from '../output/hex-view.ts';
import { parseHexBytes } from './parse-bytes.ts';

test.each(['c000', 'c0 00', '0xc0, 0x00', 'C0:00', '\\xc0\\x00', '<Buffer c0 00>', '[0xc0,0x0]', 'c0\n00\n'])(
  '%s',
  (text) => {
    expect([...parseHexBytes(text)]).toEqual([0xc0, 0x00]);
  },
);

test('a hex dump gives its bytes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 70 }), (bytes) => {
      expect([...parseHexBytes(hexView(bytes))]).toEqual([...bytes]);
    }),
  );
});

test.each([
  ['', 'There are no bytes'],
  ['c0 0g', 'Found "g"'],
  ['c00', 'Found 3 hexadecimal digits'],
])('%j is refused', (text, words) => {
  expect(() => parseHexBytes(text)).toThrow(words);
});
