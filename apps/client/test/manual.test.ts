import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runInProcess } from './run-in-process.ts';

test('manual.md is what the program prints; skua help --markdown > manual.md renews it', async () => {
  const { output } = await runInProcess(['help', '--markdown']);
  expect(readFileSync(new URL('../manual.md', import.meta.url), 'utf8')).toBe(output);
});

test('every option of every command is completed by bash, and its values', async () => {
  const { output: script } = await runInProcess(['completion', 'bash']);
  const complete = (...words: readonly string[]): string => {
    const line = `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _skua; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', line, 'bash', ...words], { encoding: 'utf8' });
    return stdout + stderr;
  };
  expect(complete('skua', 're').trim().split('\n').toSorted()).toEqual(['record', 'replay', 'retained']);
  expect(complete('skua', 'sub', '--retain')).toBe('--retained-only\n--retain-as-published\n');
  expect(complete('skua', 'pub', '-q', '')).toBe('0\n1\n2\n');
  expect(complete('skua', 'retained', 'ex')).toBe('export\n');
});

test('the completion for zsh is made of the same tables', async () => {
  const { output } = await runInProcess(['completion', 'zsh']);
  expect(output).toContain("'pub:publish messages, as mosquitto_pub does'");
  expect(output).toContain("'*--will-qos[The QoS of the will]:qos:(0 1 2)'");
});

test.each([[['fish']], [[]], [['bash', 'zsh']]])('completion %j is refused', async (words) => {
  const { code, error } = await runInProcess(['completion', ...words]);
  expect({ code, error }).toEqual({
    code: 2,
    error: 'Error: completion takes bash or zsh. See skua completion --help.\n',
  });
});
