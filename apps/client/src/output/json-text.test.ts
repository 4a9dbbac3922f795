import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isJson, minifyJson, prettyJson } from './json-text.ts';

test('what is rewritten says the same', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom('', '\t', '  '), (json, indent) => {
      const spaced = JSON.stringify(JSON.parse(json), null, indent);
      const value: unknown = JSON.parse(json);
      expect(JSON.parse(minifyJson(spaced))).toEqual(value);
      expect(JSON.parse(prettyJson(spaced))).toEqual(value);
      expect(minifyJson(spaced)).toBe(JSON.stringify(value));
    }),
  );
});

test('order, repetition and long numbers stay', () => {
  expect(minifyJson('{ "2": 1, "1": 2, "a": 1.50, "a": 12345678901234567890, "b": -1E2 }')).toBe(
    '{"2":1,"1":2,"a":1.5,"a":12345678901234567890,"b":-100}',
  );
});

test('only one value in UTF-8 is JSON', () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  expect(isJson(encode(' {"a":1} '))).toBe(true);
  expect(isJson(encode('{"a":1} x'))).toBe(false);
  expect(isJson(Uint8Array.of(0x22, 0xff, 0x22))).toBe(false);
});
