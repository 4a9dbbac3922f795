import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ConfigurationError } from '../configuration/configuration-error.ts';
import { LMDB_FILES } from './lmdb-files.ts';
import { runStoreCommand } from './run-store-command.ts';
import { parseStoreArguments } from './store-arguments.ts';

let root: string;
let folder: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'skua-store-'));
});
beforeEach(() => {
  folder = mkdtempSync(join(root, 's'));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** Two sessions that wait for the same message, one of them in the middle of taking it, and a retained message. */
const LINES = [
  '{"type":"header","format":"skua-store","version":1,"exportedAt":"2026-01-01T00:00:00.000Z"}',
  '{"type":"retained","topicName":"kept","qos":1,"retain":true,"publisher":"p","payload":"hello","receivedAt":"2026-01-01T00:00:00.000Z"}',
  '{"type":"session","clientIdentifier":"a","protocolVersion":5,"sessionExpiryInterval":4294967295,"subscriptions":[{"subscriptionFilter":"b/#","qos":2,"noLocal":false,"retainAsPublished":false,"retainHandling":0}],"awaitingPubrel":[7],"disconnectedAt":"2026-01-01T00:00:00.000Z"}',
  '{"type":"message","messageId":1,"topicName":"b/c","qos":2,"retain":false,"publisher":"p","payload":{"base64":"/wA="},"receivedAt":"2026-01-01T00:00:00.000Z"}',
  '{"type":"delivery","clientIdentifier":"a","deliveryId":2,"messageId":1,"qos":2,"retain":false,"step":"awaitingPubcomp","packetIdentifier":3}',
  '{"type":"session","clientIdentifier":"b","protocolVersion":4,"sessionExpiryInterval":4294967295,"subscriptions":[],"awaitingPubrel":[],"disconnectedAt":"2026-01-01T00:00:00.000Z"}',
  '{"type":"delivery","clientIdentifier":"b","deliveryId":3,"messageId":1,"qos":1,"retain":false,"step":"queued"}',
  '{"type":"end","retained":1,"sessions":2,"messages":1,"deliveries":2}',
];

function linesFile(lines: readonly string[] = LINES): string {
  const file = join(folder, 'in.ndjson');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(...argv: readonly string[]): Promise<Outcome> {
  const output = { stdout: new PassThrough(), stderr: new PassThrough() };
  const written = Promise.all([text(output.stdout), text(output.stderr)]);
  const code = await runStoreCommand(parseStoreArguments(argv), LMDB_FILES, output);
  output.stdout.end();
  output.stderr.end();
  const [stdout, stderr] = await written;
  return { code, stdout, stderr };
}

async function store(command: string, ...argv: readonly string[]): Promise<Outcome> {
  return await run(command, '-l', join(folder, 'store'), ...argv);
}

/** What export writes, without the line that has the time in it. */
async function exported(from = 'store'): Promise<string[]> {
  const { code, stdout, stderr } = await run('export', '-l', join(folder, from));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trimEnd().split('\n').slice(1);
}

describe('import and export', () => {
  test('what was imported is exported again, and importing again changes nothing', async () => {
    const file = linesFile();
    for (let time = 0; time < 2; time += 1) {
      expect(await store('import', file)).toEqual({
        code: 0,
        stdout: `${file}: 2 sessions, 2 waiting messages (1 different ones) and 1 retained messages imported.\n`,
        stderr: '',
      });
    }
    const identifiers = /"(?:messageId|deliveryId)":\d+/g;
    const bare = (lines: readonly string[]): object[] =>
      lines.map((line): object => JSON.parse(line.replaceAll(identifiers, '"id":0')));
    expect(bare(await exported())).toEqual(bare(LINES.slice(1)));
    expect((await store('info')).stdout).toMatch(
      /skua\.mdb: \d+ bytes\n2 sessions with 1 subscriptions\n2 waiting messages \(1 different ones\)\n1 retained messages\n$/,
    );
  });

  test('export writes a file that import takes, and no file twice', async () => {
    expect((await store('import', linesFile())).code).toBe(0);
    const file = join(folder, 'out.ndjson');
    expect(await store('export', '-o', file)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await run('import', '-l', join(folder, 'other'), file)).code).toBe(0);
    expect(await exported('other')).toEqual(await exported());
    expect(await store('export', '-o', file)).toMatchObject({
      code: 1,
      stderr: `Error: ${file} cannot be written: there is a file already\n`,
    });
  });

  test('a file that is wrong further down changes nothing', async () => {
    const file = linesFile([...LINES.slice(0, 4), '{"type":"delivery"}']);
    expect(await store('import', file)).toEqual({
      code: 1,
      stdout: '',
      stderr: `Error: ${file}: line 5: clientIdentifier: found nothing; allowed: a text\n`,
    });
    expect(existsSync(join(folder, 'store'))).toBe(false);
  });

  test('a file that is not there, and one that is no mosquitto.db', async () => {
    const file = join(folder, 'absent');
    const stderr = `Error: ${file} cannot be read: there is no such file or folder\n`;
    expect(await store('import', file)).toEqual({ code: 1, stdout: '', stderr });
    expect(await store('import', '--from-mosquitto', file)).toEqual({ code: 1, stdout: '', stderr });
    const other = linesFile();
    expect(await store('import', '--from-mosquitto', other)).toMatchObject({
      code: 1,
      stderr: `Error: ${other}: byte 0: this is not a persistence file of mosquitto\n`,
    });
  });
});

describe('the store', () => {
  test('verify says that it is whole, or what is damaged', async () => {
    expect((await store('import', linesFile())).code).toBe(0);
    expect(await store('verify')).toEqual({
      code: 0,
      stdout: `${join(folder, 'store')}: the store is whole.\n`,
      stderr: '',
    });
    const file = join(folder, 'store', 'skua.mdb');
    truncateSync(file, 9_000);
    const { code, stdout, stderr } = await store('verify');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Error: [^\n]*skua\.mdb[^\n]*\n$/);
    expect((await store('export')).stderr).toBe(stderr);
    expect(readFileSync(file)).toHaveLength(9_000);
  });

  test('compact keeps everything and gives room back', async () => {
    const payload = 'x'.repeat(60_000);
    const retained = (topic: number, content: string): string =>
      `{"type":"retained","topicName":"t/${topic}","qos":1,"retain":true,"publisher":"p","payload":"${content}","receivedAt":0}`;
    const fill = (content: string): string =>
      linesFile([
        LINES[0] ?? '',
        ...Array.from({ length: 200 }, (_, topic) => retained(topic, content)),
        '{"type":"end","retained":200,"sessions":0,"messages":0,"deliveries":0}',
      ]);
    expect((await store('import', fill(payload))).code).toBe(0);
    expect((await store('import', fill('small'))).code).toBe(0);
    const before = await exported();
    const { code, stdout } = await store('compact');
    expect(code).toBe(0);
    const [, bytesBefore, bytesAfter] = /: (\d+) bytes before, (\d+) bytes after\./.exec(stdout) ?? [];
    expect(Number(bytesAfter)).toBeLessThan(Number(bytesBefore) / 5);
    expect(await exported()).toEqual(before);
    expect((await store('verify')).code).toBe(0);
  });

  test('backup makes a store that can be used, and writes over nothing', async () => {
    expect((await store('import', linesFile())).code).toBe(0);
    const target = join(folder, 'copy');
    expect((await store('backup', target)).stdout).toMatch(/copy: \d+ bytes written\.\n$/);
    expect(await exported('copy')).toEqual(await exported());
    expect(await store('backup', target)).toMatchObject({ code: 1, stderr: expect.stringContaining('is not empty') });
  });

  test.each(['info', 'verify', 'export', 'compact'])('%s makes no store where there is none', async (command) => {
    expect(await store(command)).toEqual({
      code: 1,
      stdout: '',
      stderr: `Error: ${join(folder, 'store')} has no store: there is no file skua.mdb in it.\n`,
    });
    expect(existsSync(join(folder, 'store'))).toBe(false);
  });

  test('-c takes the folder from a configuration', async () => {
    const file = join(folder, 'm.conf');
    writeFileSync(file, `store ${join(folder, 'store')}\n`);
    expect((await store('import', linesFile())).code).toBe(0);
    expect(await run('info', '-c', file)).toEqual(await store('info'));
    writeFileSync(file, 'persistense true\n');
    await expect(run('info', '-c', file)).rejects.toThrow(ConfigurationError);
  });
});
