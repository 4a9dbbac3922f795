import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DEFAULT_LOG_TYPES, escapeControls, LOG_TYPES, openLog } from './log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skua-log-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('lines of the wanted kinds, with the time in front, appended', () => {
  const path = join(folder, 'log');
  for (const round of [1, 2]) {
    const log = openLog(new Set(['error', 'subscribe']), [{ kind: 'file', path }], () => 1_700_000_000_999);
    log.write('error', `broken ${round}`);
    log.write('debug', 'unheard');
    log.write('subscribe', 'a 1 b');
    log.close();
    log.write('error', 'too late');
  }
  const stamp = '1700000000: ';
  expect(readFileSync(path, 'utf8').split('\n')).toEqual([
    `${stamp}broken 1`,
    `${stamp}a 1 b`,
    `${stamp}broken 2`,
    `${stamp}a 1 b`,
    '',
  ]);
});

test('every destination gets the line', () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    const path = join(folder, 'log');
    const log = openLog(DEFAULT_LOG_TYPES, [{ kind: 'stdout' }, { kind: 'file', path }], () => 0);
    log.write('notice', 'both');
    log.close();
    expect(write.mock.calls).toEqual([['0: both\n']]);
    expect(readFileSync(path, 'utf8')).toBe('0: both\n');
  } finally {
    write.mockRestore();
  }
});

test('says which kinds are written', () => {
  const everywhere = openLog(new Set(LOG_TYPES), [{ kind: 'stderr' }]);
  expect(everywhere.writes('debug')).toBe(true);
  expect(openLog(new Set(['error']), [{ kind: 'stderr' }]).writes('debug')).toBe(false);
  expect(openLog(new Set(LOG_TYPES), []).writes('error')).toBe(false);
});

test('a file that cannot be opened throws', () => {
  expect(() => openLog(DEFAULT_LOG_TYPES, [{ kind: 'file', path: join(folder, 'a/b') }])).toThrow('ENOENT');
});

test('what a client chose cannot forge a line or drive a terminal', () => {
  expect(escapeControls('a\nb\u001b[31m\u0085\u2028é😀')).toBe('a\\u000ab\\u001b[31m\\u0085\\u2028é😀');
});
