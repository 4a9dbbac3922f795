import { expect, test } from 'vitest';
import { changesets } from './changesets.ts';

const findings = (text: string): readonly string[] =>
  changesets(
    new Map([
      ['.changeset/brave-terns.md', text],
      ['packages/codec/package.json', '{}'],
      ['packages/hidden/package.json', '{ "private": true }'],
    ]),
  ).map(({ message }) => message);

test('a whole changeset passes', () => {
  expect(findings("---\n'@skua/codec': minor\n---\n\nWhat changed, and who has to act.\n")).toEqual([]);
});

test.each([
  ['Only words.', 'does not begin with packages between two lines of ---'],
  ["---\n'@skua/codec': minor\n---\n", 'says nothing to users'],
  ["---\n'@skua/codec': huge\n---\nWhy.", "cannot be read: '@skua/codec': huge"],
  ["---\n'@skua/kodec': minor\n---\nWhy.", '@skua/kodec is not published'],
  ["---\n'@skua/hidden': minor\n---\nWhy.", '@skua/hidden is not published'],
])('%s', (text, expected) => {
  expect(findings(text)).toEqual([expected]);
});
