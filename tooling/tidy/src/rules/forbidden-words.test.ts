import { expect, test } from 'vitest';
import { forbiddenWords } from './forbidden-words.ts';

const count = (text: string): number => forbiddenWords(new Map([['docs/a.md', text]])).length;

test.each(['see /work/shared', '"/root/.cache"', '/tmp/skua/x', 'resolved https://registry.npmjs.org/ws'])(
  '%s',
  (text) => {
    expect(count(text)).toBe(1);
  },
);

test('schemas, own paths and topic names pass', () => {
  expect(count('https://unpkg.com/@changesets/config/schema.json a/work/b ./root/x')).toBe(0);
});
