import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DIRECTIVES, type Directive } from './directives.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test("the README's table of directives is the one that is read", () => {
  const [, found] = /<!-- directives -->\n(?<table>[^]*?)<!-- \/directives -->/.exec(readme) ?? [];
  expect(unaligned(found ?? '')).toBe(directiveTables());
});

/** The formatter aligns the columns. */
function unaligned(markdown: string): string {
  return markdown
    .trim()
    .replaceAll(/ +\|/g, ' |')
    .replaceAll(/\| -+ /g, '|---')
    .replaceAll('--- |', '---|');
}

function directiveTables(): string {
  const scopes: readonly (readonly [string, readonly Directive['scope'][]])[] = [
    ['Of a listener:', ['new listener', 'listener', 'implicit listener']],
    ['Of the broker:', ['general']],
  ];
  return scopes
    .map(([title, members]) => `${title}\n\n${table(DIRECTIVES.filter(({ scope }) => members.includes(scope)))}`)
    .join('\n\n');
}

function table(directives: readonly Directive[]): string {
  const rows = directives.map(({ name, allowed, default: initial, meaning, repeat }) => {
    const repeated = repeat === 'adds' ? ' May be repeated.' : '';
    return `| \`${name}\` | ${allowed} | ${initial} | ${meaning}${repeated} |`;
  });
  return ['| directive | value | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}
