import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configurationLines } from './lexer.ts';

test.each([
  ['', []],
  ['listener 1883', [[1, 'listener', '1883']]],
  ['# a comment\nlistener 1883\n', [[2, 'listener', '1883']]],
  [' # not a comment', [[1, '#', 'not a comment']]],
  ['#', []],
  ['a # b', [[1, 'a', '# b']]],
  ['\n  \n\t\r\na  b  c \r\n', [[4, 'a', 'b  c']]],
  ['a\tb', [[1, 'a', 'b']]],
  ['alone', [[1, 'alone', '']]],
  ['\u{feff}a b', [[1, 'a', 'b']]],
  ['a \u00a0b\u00a0', [[1, 'a', '\u00a0b\u00a0']]],
])('%j', (text, expected) => {
  expect(configurationLines(text).map(({ line, name, value }) => [line, name, value])).toEqual(expected);
});

test('whatever the text, a name is one word and a value one trimmed line', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(' ', '\t', '\r', '\n', '#', 'a', '"', '\0') }), (text) => {
      for (const { line, name, value } of configurationLines(text)) {
        expect(text.split('\n')[line - 1]).toContain(name);
        expect(name).toMatch(/^[^ \t\n]+$/);
        expect(value).not.toMatch(/^[ \t\r]|[ \t\r]$|\n/);
      }
    }),
  );
});
