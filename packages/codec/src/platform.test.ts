import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type * as platform from './platform.ts';

// The file looks for Buffer when it is loaded, so it is loaded once with it and once without.
async function load(withBuffer: boolean): Promise<typeof platform> {
  vi.resetModules();
  if (!withBuffer) vi.stubGlobal('Buffer', undefined);
  return import('./platform.ts');
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const texts = fc.string({ unit: 'binary', maxLength: 300 });
const isPlain = (text: string): boolean =>
  Array.from(text).every((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0 && code < 0x80;
  });

describe.each([
  ['with Buffer', true],
  ['without Buffer', false],
])('%s', (_name, withBuffer) => {
  test('bytes are allocated in their length, as a plain Uint8Array', async () => {
    const { allocateBytes } = await load(withBuffer);
    for (const length of [0, 1, 64, 65, 4096, 100_000]) {
      const found = allocateBytes(length);
      expect(found.length).toBe(length);
      expect(Object.getPrototypeOf(found)).toBe(Uint8Array.prototype);
    }
  });

  test('text survives writing and reading', async () => {
    const { readAscii, readUtf8, writePlain, writeUtf8 } = await load(withBuffer);
    fc.assert(
      fc.property(texts, (text) => {
        const expected = new TextEncoder().encode(text);
        const target = new Uint8Array(expected.length + 10);
        const end = writeUtf8(text, target, 5);
        expect(target.subarray(5, end)).toEqual(expected);
        expect(readUtf8(target, 5, end)).toBe(text);
        const plain = isPlain(text);
        expect(writePlain(text, target, 3)).toBe(plain);
        if (plain) expect(readAscii(target, 3, 3 + text.length)).toBe(text);
      }),
    );
  });

  test('what is there before a text is left alone, whether it turns out to be plain or not', async () => {
    const { writePlain } = await load(withBuffer);
    for (const text of [
      'é',
      'a'.repeat(100) + 'é',
      'é'.repeat(100),
      'a'.repeat(16),
      'a'.repeat(17),
      'a\0'.repeat(20),
    ]) {
      for (const room of [text.length, text.length * 3]) {
        const target = new Uint8Array(1 + room).fill(0xee);
        expect(writePlain(text, target, 1)).toBe(isPlain(text));
        expect(target[0]).toBe(0xee);
      }
    }
  });

  test('ill-formed UTF-8 is refused and a byte order mark is kept', async () => {
    const { readUtf8 } = await load(withBuffer);
    for (const bytes of [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff], [0xc3], [0xe2, 0x82]]) {
      expect(readUtf8(Uint8Array.from(bytes), 0, bytes.length)).toBeUndefined();
    }
    expect(readUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), 0, 4)).toBe('\ufeffa');
  });
});
