import { expect, test } from 'vitest';
import { documentLinks } from './document-links.ts';

const findings = (text: string): readonly string[] =>
  documentLinks(
    new Map([
      ['docs/a.md', text],
      ['docs/b.md', '# A `big` Title\n'],
      ['packages/codec/README.md', ''],
    ]),
  ).map(({ message }) => message);

test.each([
  '[b](b.md)',
  '[b](./b.md#a-big-title)',
  '[codec](../packages/codec)',
  '[codec](../packages/codec/ "The codec")',
  '[out](https://example.org/x)',
  '`[code](nowhere.md)`',
  '# Here\n[up](#here)',
])('%s passes', (text) => {
  expect(findings(text)).toEqual([]);
});

test.each([
  ['[c](c.md)', 'c.md leads nowhere'],
  ['[up](../../outside.md)', '../../outside.md leads nowhere'],
  ['[b](b.md#small)', 'b.md#small: no such heading'],
  ['[c]: c.md', 'c.md leads nowhere'],
])('%s is found', (text, expected) => {
  expect(findings(text)).toEqual([expected]);
});
