import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('../bin/skua', import.meta.url));

function skua(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...argv], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('the built program prints its version', () => {
  const { status, stdout, stderr } = skua('--version');
  expect(stdout).toMatch(/^skua version \d+\.\d+\.\d+\n$/);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('a wrong command is one sentence and exit code 2', () => {
  expect(skua('hepl')).toEqual({
    status: 2,
    stdout: '',
    stderr: 'Unknown command "hepl"; did you mean help? See skua --help.\n',
  });
});

test('a program that is not built says so', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skua-client-'));
  try {
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    copyFileSync(program, join(folder, 'bin/skua'));
    const { status, stderr } = spawnSync(process.execPath, [join(folder, 'bin/skua')], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^skua is not built yet: run `npm test`[^\n]*\n$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
