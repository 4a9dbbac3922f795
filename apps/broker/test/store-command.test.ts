import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BuiltBroker, runToEnd } from './built-broker.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'skua-store-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const LINES = [
  '{"type":"header","format":"skua-store","version":1,"exportedAt":"2026-01-01T00:00:00.000Z"}',
  '{"type":"retained","topicName":"kept","qos":1,"retain":true,"publisher":"p","payload":"hello","receivedAt":"2026-01-01T00:00:00.000Z"}',
  '{"type":"end","retained":1,"sessions":0,"messages":0,"deliveries":0}',
];

test('store --help, and a wrong command', () => {
  expect(runToEnd('store', '--help')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Usage: skua-broker store COMMAND'),
  });
  expect(runToEnd('store', 'exprot')).toEqual({
    code: 3,
    stdout: '',
    stderr: 'Error: Unknown command store exprot; did you mean export?\n',
  });
});

test('while a broker uses the store info and backup read it, and the others say who has it', async () => {
  const store = join(folder, 'store');
  const lines = join(folder, 'in.ndjson');
  writeFileSync(lines, `${LINES.join('\n')}\n`);
  expect(runToEnd('store', 'import', '-l', store, lines)).toEqual({
    code: 0,
    stdout: `${lines}: 0 sessions, 0 waiting messages (0 different ones) and 1 retained messages imported.\n`,
    stderr: '',
  });
  const configuration = join(folder, 'm.conf');
  writeFileSync(configuration, ['listener 0 127.0.0.1', 'persistence true', `store ${store}`, ''].join('\n'));
  const broker = new BuiltBroker(['-c', configuration]);
  await broker.wrote(/ running\n/);
  const used = `Error: ${store} is used by the process ${broker.pid}: end it, or give this one another directory.\n`;
  expect(runToEnd('store', 'info', '-c', configuration)).toMatchObject({ code: 0, stderr: '' });
  for (const command of ['verify', 'export', 'compact']) {
    expect(runToEnd('store', command, '-c', configuration)).toEqual({ code: 1, stdout: '', stderr: used });
  }
  expect(runToEnd('store', 'import', '-c', configuration, lines)).toEqual({ code: 1, stdout: '', stderr: used });
  const copy = join(folder, 'copy');
  expect(runToEnd('store', 'backup', '-c', configuration, copy)).toMatchObject({ code: 0, stderr: '' });
  broker.kill('SIGTERM');
  await broker.ended;
  const exported = runToEnd('store', 'export', '-l', copy).stdout.trimEnd().split('\n');
  expect(exported.slice(1).map((line): unknown => JSON.parse(line))).toEqual(
    LINES.slice(1).map((line): unknown => JSON.parse(line)),
  );
});
