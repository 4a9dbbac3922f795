import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { formatDate } from './strftime.ts';

const CODES = 'aAbBcCdDeFgGhHIjklmMpPrRsSTuUVwWxXyYzZ'.split('');

// Summer and winter, around the turn of the year, leap years, week 53.
const SECONDS = [
  0, 951_782_400, 1_230_768_000, 1_419_984_000, 1_593_561_599, 1_609_459_200, 1_735_689_599, 1_795_423_000,
];

/** What `date` of the system makes of every code at every moment. */
function oracle(): readonly string[] | undefined {
  const lines: string[] = [];
  for (const seconds of SECONDS) {
    const format = `+${CODES.map((code) => `%${code}`).join('\n')}`;
    const { status, stdout } = spawnSync('date', ['-d', `@${seconds}`, format], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    });
    if (status !== 0) return undefined;
    lines.push(...stdout.trimEnd().split('\n'));
  }
  return lines;
}

const expected = oracle();
if (expected === undefined) test.skip('strftime: date of coreutils is not installed', () => {});

test.runIf(expected !== undefined)('every code is as date prints it', () => {
  const found = SECONDS.flatMap((seconds) => {
    const instant = { date: new Date(seconds * 1000), nanoseconds: 0 };
    return CODES.map((code) => formatDate(code, instant));
  });
  expect(found).toEqual(expected);
});

test('nanoseconds, a percent sign and what is not known', () => {
  const instant = { date: new Date(0), nanoseconds: 5_000 };
  expect(['N', '%', 'n', 't', 'q', 'E'].map((code) => formatDate(code, instant))).toEqual([
    '000005000',
    '%',
    '\n',
    '\t',
    '%q',
    '%E',
  ]);
});
