import { expect, test } from 'vitest';
import { unfinishedWork } from './unfinished-work.ts';

const findings = (text: string): readonly string[] =>
  unfinishedWork(new Map([['packages/a/src/a.test.ts', text]])).map(({ message }) => message);

test.each([
  ['// TODO: later', 'TODO'],
  ['/* FIXME */', 'FIXME'],
  ['// @ts-ignore', '@ts-ignore'],
  ["test.skip('a', f);", 'test.skip'],
  ["describe.only('a', f);", 'describe.only'],
  ["it.concurrent.only('a', f);", 'it.concurrent.only'],
  ['debugger;', 'debugger'],
])('%s', (text, expected) => {
  expect(findings(text)).toEqual([expected]);
});

test('a skip whose title gives the reason passes', () => {
  expect(
    findings("describe.skip(`${name}, skipped: ${sentence}`, define);\ntest.skip('tls: openssl is missing', f);"),
  ).toEqual([]);
});

test('a skip while it runs, and words in strings, pass', () => {
  expect(
    findings("test('a', (context) => context.skip('mosquitto is not installed'));\nconst a = 'test.only';"),
  ).toEqual([]);
});
