import { expect, test } from 'vitest';
import { purePackages } from './pure-packages.ts';

const findings = (file: string, text: string): readonly string[] =>
  purePackages(new Map([[file, text]])).map(({ line, message }) => `${line} ${message}`);

test.each([
  ['const now = Date.now();', '1 a clock'],
  ['const now = new Date();', '1 a clock'],
  ['const now = +new Date;', '1 a clock'],
  ['const roll = Math.random();', '1 randomness'],
  ['\nsetTimeout(f, 1);', '2 a timer'],
  ['class A extends EventEmitter {}', '1 an emitter'],
  ['let count = 0;', '1 state of a module'],
  ['export let count = 0;', '1 state of a module'],
  ['function f(): Promise<void>;', '1 a promise'],
])('%s is found in the core', (text, expected) => {
  expect(findings('packages/session/src/a.ts', text)).toEqual([expected]);
});

test('a neutral package may have promises but no clock', () => {
  expect(findings('packages/store/src/a.ts', 'function f(): Promise<void>;\nDate.now();')).toEqual(['2 a clock']);
});

test('a package that has a runtime may have a clock but no state of a module', () => {
  expect(findings('packages/server/src/a.ts', 'Date.now();\nlet count = 0;')).toEqual(['2 state of a module']);
});

test('comments, strings, local variables and tests are no findings', () => {
  const text =
    "// Date.now()\nconst date = new Date(0);\nconst name = 'Math.random';\nfunction f() {\n  let count = 0;\n}";
  expect(findings('packages/session/src/a.ts', text)).toEqual([]);
  expect(findings('packages/session/src/a.test.ts', 'let count = Date.now();')).toEqual([]);
});
