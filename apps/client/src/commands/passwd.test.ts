import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runInProcess } from '../../test/run-in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'skua-passwd-'));
const hasMosquitto = spawnSync('mosquitto_passwd', ['--help']).error === undefined;
let files = 0;

function newFile(text?: string): string {
  files += 1;
  const path = join(folder, `${files}`);
  if (text !== undefined) writeFileSync(path, text);
  return path;
}

function passwd(...argv: readonly string[]) {
  return runInProcess(['passwd', ...argv]);
}

describe('skua passwd', () => {
  test('creates a file that its owner alone can read, adds, replaces and deletes users', async () => {
    const path = newFile();
    expect(await passwd('-c', '-b', path, 'ann', 'one')).toEqual({ code: 0, output: '', error: '' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o640);
    await passwd('-b', '-H', 'sha512', path, 'bob', 'two');
    await passwd('-b', path, 'ann', 'three');
    expect(readFileSync(path, 'utf8')).toMatch(/^ann:\$7\$101\$[^\n]+\nbob:\$6\$[^\n]+\n$/);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect((await passwd('--verify', '-b', path, 'ann', 'three')).code).toBe(0);
    expect((await passwd('--verify', '-b', path, 'ann', 'one')).code).toBe(1);
    expect((await passwd('--verify', '-b', path, 'bob', 'two')).code).toBe(0);
    expect((await passwd('-D', path, 'ann')).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toMatch(/^bob:[^\n]+\n$/);
  });

  test('-U hashes plain passwords and leaves comments and hashes', async () => {
    const path = newFile('# users\nann:one:two\n\nbob:$7$101$c2FsdA==$aGFzaA==\n');
    expect((await passwd('-U', path)).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toMatch(/^# users\nann:\$7\$101\$[^\n]+\n\nbob:\$7\$101\$c2FsdA==\$aGFzaA==\n$/);
    expect((await passwd('--verify', '-b', path, 'ann', 'one:two')).code).toBe(0);
  });

  test('takes a password from two lines of stdin', async () => {
    const path = newFile('');
    expect((await runInProcess(['passwd', path, 'ann'], 'one\none\n')).code).toBe(0);
    expect((await passwd('--verify', '-b', path, 'ann', 'one')).code).toBe(0);
    const differ = await runInProcess(['passwd', path, 'ann'], 'one\ntwo\n');
    expect(differ).toEqual({ code: 2, output: '', error: 'Error: The two passwords differ.\n' });
  });

  test.each([
    [['-c', '-D', 'f', 'u'], 'exclude each other'],
    [['-b', 'f', 'u'], 'takes FILE, USER and PASSWORD'],
    [['-b', 'f', 'u:v', 'p'], 'must not have a colon'],
    [['-b', '-H', 'md5', 'f', 'u', 'p'], 'found "md5"; allowed: sha512-pbkdf2, sha512'],
    [['-D', '/nowhere/f', 'u'], 'ENOENT'],
  ])('%j is refused in one sentence', async (argv, words) => {
    const { code, output, error } = await passwd(...argv);
    expect(error).toContain(words);
    expect(error.split('\n')).toHaveLength(2);
    expect({ code, output }).toEqual({ code: 1, output: '' });
  });

  test('a line that is none is named', async () => {
    const path = newFile('ann:one\nbob\n');
    expect((await passwd('-U', path)).error).toBe(`Error: ${path}: line 2 is "bob"; allowed: user:password\n`);
    expect(readFileSync(path, 'utf8')).toBe('ann:one\nbob\n');
  });
});

if (!hasMosquitto) test.skip('passwd beside mosquitto_passwd: mosquitto is not installed', () => {});

describe.runIf(hasMosquitto)('beside mosquitto_passwd', () => {
  test.each(['sha512-pbkdf2', 'sha512'])('%s of the other is verified here', async (type) => {
    const path = newFile();
    spawnSync('mosquitto_passwd', ['-H', type, '-c', '-b', path, 'ann', 'sécret']);
    expect((await passwd('--verify', '-b', path, 'ann', 'sécret')).code).toBe(0);
    expect((await passwd('--verify', '-b', path, 'ann', 'secret')).code).toBe(1);
  });
});
