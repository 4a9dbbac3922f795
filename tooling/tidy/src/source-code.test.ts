import { describe, expect, test } from 'vitest';
import { importsOf, isShippedSource, isTest, withoutComments } from './source-code.ts';

describe('withoutComments', () => {
  test('blanks comments and keeps every offset', () => {
    expect(withoutComments('a // b\n/* c\nd */ e')).toBe('a     \n    \n     e');
  });

  test('leaves what looks like a comment in a string, a template or a regular expression', () => {
    const text = "const a = 'x // y'; const b = `/* */`; const c = /\\/\\/[/*]/; const d = 4 / 2; // gone";
    expect(withoutComments(text)).toBe(text.replace('// gone', '       '));
  });

  test('blanks strings on request', () => {
    expect(withoutComments("f('Date.now()')", { blankStrings: true })).toBe("f('          ')");
  });
});

describe('importsOf', () => {
  const specifiers = (text: string): readonly string[] => importsOf(text).map(({ specifier }) => specifier);

  test('finds each form', () => {
    const text = `
      import a from 'a';
      import { b,
        c } from "b";
      import 'd';
      export { e } from 'e';
      export * from 'f';
      const g = await import('g');
    `;
    expect(specifiers(text)).toEqual(['a', 'b', 'd', 'e', 'f', 'g']);
  });

  test('finds none in comments, and none in exports that are declarations', () => {
    expect(specifiers("// import 'a'\nexport const from = 'b';\nexport function f(): string { return 'c'; }")).toEqual(
      [],
    );
  });

  test('tells what is left at run time', () => {
    const typeOnly = (text: string): readonly boolean[] => importsOf(text).map((found) => found.typeOnly);
    expect(typeOnly("import type { A } from 'a';\nexport type { B } from 'b';")).toEqual([true, true]);
    expect(typeOnly("import { type A, type B } from 'a';")).toEqual([true]);
    expect(typeOnly("import { type A, b } from 'a';\nimport 'c';\nimport type from 'd';")).toEqual([
      false,
      false,
      false,
    ]);
  });
});

test('tests are not shipped', () => {
  expect(isShippedSource('packages/codec/src/a.ts')).toBe(true);
  expect(isShippedSource('packages/codec/src/a.test.ts')).toBe(false);
  expect(isShippedSource('tooling/tidy/src/a.ts')).toBe(false);
  expect(isTest('packages/codec/test/fixtures.ts')).toBe(true);
});
