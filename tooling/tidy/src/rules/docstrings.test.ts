import { expect, test } from 'vitest';
import { docstrings } from './docstrings.ts';

const findings = (text: string): readonly string[] =>
  docstrings(
    new Map([
      ['packages/a/src/a.ts', text],
      ['packages/a/src/index.ts', "export { A } from './a.ts';"],
    ]),
  ).map(({ line, message }) => `${line} ${message}`);

test.each([
  'class A {}',
  'abstract class A {}',
  'function A(): void {}',
  'const A = 1;',
  'interface A {}',
  'type A = 1;',
])('export %s needs one', (declaration) => {
  expect(findings(`\nexport ${declaration}`)).toEqual(['2 A has no docstring']);
  expect(findings(`/** What it is. */\nexport ${declaration}`)).toEqual([]);
  expect(findings(`// Not a docstring.\nexport ${declaration}`)).toEqual(['2 A has no docstring']);
  expect(findings(declaration)).toEqual([]);
});

test('public methods of exported classes need one', () => {
  const text = [
    '/** A class. */',
    'export class A {',
    '  #field = 1;',
    '  constructor(x: number) {}',
    '  bare(): void {',
    '    call();',
    '  }',
    '  get size(): number {}',
    '  private hidden(): void {}',
    '  override toString(): string {}',
    '  #secret(): void {}',
    '  /** Documented. */',
    '  fine(): void {}',
    '}',
    '/** Not in the index. */',
    'export class Inner {',
    '  bare(): void {}',
    '}',
  ].join('\n');
  expect(findings(text)).toEqual(['5 bare has no docstring', '8 size has no docstring']);
});

test('overloads are documented once', () => {
  expect(findings('/** Twice. */\nexport function f(a: 1): void;\nexport function f(a: 2): void;')).toEqual([]);
});

test('methods that an interface describes need none', () => {
  expect(findings('/** A class. */\nexport class A implements B {\n  bare(): void {}\n}')).toEqual([]);
});
