import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, assert, beforeAll, describe, expect, test } from 'vitest';
import { BuiltBroker, PROGRAM, runToEnd } from './built-broker.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'skua-broker-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function configuration(...lines: readonly string[]): string {
  const file = join(mkdtempSync(join(folder, 'c')), 'm.conf');
  writeFileSync(file, lines.join('\n'));
  return file;
}

describe('what ends by itself', () => {
  test('--version', () => {
    const { code, stdout, stderr } = runToEnd('--version');
    expect(stdout).toMatch(/^skua-broker version \d+\.\d+\.\d+\n$/);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('--help', () => {
    const { code, stdout } = runToEnd('--help');
    expect(stdout).toContain('Usage: skua-broker');
    expect(code).toBe(0);
  });

  test('a wrong option names the near one', () => {
    expect(runToEnd('--verbos')).toEqual({
      code: 3,
      stdout: '',
      stderr: 'Error: Unknown option --verbos; did you mean --verbose? See skua-broker --help.\n',
    });
  });

  test.each([[[]], [['--test-config']]])('all errors of a file at once, with %j', (options) => {
    const file = configuration('listner 0 127.0.0.1', 'listener 0 127.0.0.1', 'certfile absent', 'keyfile absent');
    const { code, stdout, stderr } = runToEnd('-c', file, ...options);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe(`Error: ${file}:1: "listner" is not an option; did you mean "listener"?\n`);
    writeFileSync(file, 'listener 0 127.0.0.1\ncertfile absent\nkeyfile absent');
    expect(runToEnd('-c', file, ...options).stderr.split('\n')).toEqual([
      `Error: ${file}:2: certfile: "absent" cannot be read: there is no such file or folder`,
      `Error: ${file}:3: keyfile: "absent" cannot be read: there is no such file or folder`,
      '',
    ]);
  });

  test('a file that is not there', () => {
    const file = join(folder, 'absent.conf');
    expect(runToEnd('-c', file)).toMatchObject({
      code: 3,
      stderr: `Error: ${file}: cannot be read: there is no such file or folder\n`,
    });
  });

  test('a log file that cannot be opened', () => {
    const file = configuration('listener 0 127.0.0.1', '', `log_dest file ${folder}/no/log`);
    expect(runToEnd('-c', file)).toMatchObject({
      code: 3,
      stderr: `Error: ${file}:3: log_dest: the file cannot be opened: there is no such file or folder\n`,
    });
  });

  test('--test-config with a good file', () => {
    const file = configuration('listener 1883');
    expect(runToEnd('--test-config', '-c', file)).toEqual({
      code: 0,
      stdout: `${file}: the configuration can be used.\n`,
      stderr: '',
    });
  });

  test('control characters of a file are not sent to the terminal', () => {
    expect(runToEnd('-c', configuration('\u001b[31m x')).stderr).toContain('"\\u001b[31m" is not an option');
  });

  test('a program that is not built says so', () => {
    const copy = join(folder, 'unbuilt/bin/skua-broker');
    mkdirSync(join(folder, 'unbuilt/bin'), { recursive: true });
    writeFileSync(join(folder, 'unbuilt/package.json'), '{ "type": "module" }');
    copyFileSync(PROGRAM, copy);
    const { status, stderr } = spawnSync(process.execPath, [copy], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^skua-broker is not built yet: run `npm start`[^\n]*\n$/);
  });
});

describe('a taken port', () => {
  test.each([
    ['of the command line', (port: number) => ['-p', `${port}`], 'choose another port with -p PORT'],
    ['of a file', (port: number) => ['-c', configuration('', `listener ${port} 127.0.0.1`)], 'change line 2 of '],
  ])('%s: one sentence and exit code 1, in the log or on stderr', async (_name, argv, advice) => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    assert(typeof address === 'object' && address !== null);
    const { port } = address;
    for (const quiet of [[], ['-q']]) {
      const { code, stderr } = runToEnd(...argv(port), ...quiet);
      const lines = stderr.split('\n').filter((line) => line.includes('Error'));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(new RegExp(`Error: Cannot listen on 127\\.0\\.0\\.1:${port}: .*${advice}`));
      expect(code).toBe(1);
    }
    other.close();
  });
});

describe('the running program', () => {
  test('says where it listens and what to try, and ends on SIGTERM', async () => {
    const broker = new BuiltBroker(['-p', '0']);
    await broker.wrote(/ running\n/);
    expect(broker.stderr).toContain(`Try: mosquitto_sub -h 127.0.0.1 -p ${broker.port} -t '#' -v\n`);
    broker.kill('SIGTERM');
    expect(await broker.ended).toEqual({ code: 0, signal: null });
    for (const line of broker.stderr.trim().split('\n')) expect(line).toMatch(/^\d{10,}: \S/);
  });

  test.each(['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const)('%s is answered in the log and ends nothing', async (signal) => {
    const broker = new BuiltBroker(['-p', '0']);
    await broker.wrote(/ running\n/);
    broker.kill(signal);
    await broker.wrote(new RegExp(`${signal}: `));
    broker.kill('SIGINT');
    expect(await broker.ended).toEqual({ code: 0, signal: null });
    expect(broker.stderr).not.toContain('Debugger');
  });

  test('a second signal ends it at once', async () => {
    const broker = new BuiltBroker(['-p', '0']);
    await broker.wrote(/ running\n/);
    const socket = connect({ port: broker.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {});
    socket.write(CONNECT);
    await once(socket, 'data');
    broker.kill('SIGTERM');
    await broker.wrote(/SIGTERM: /);
    broker.kill('SIGINT');
    expect(await broker.ended).toEqual({ code: 130, signal: null });
    socket.destroy();
  });

  test.each([[[]], [['-q']]])(
    'an exception that nobody caught is written down and ends it with 1, with %j',
    async (argv) => {
      const defect =
        'process.on("newListener", (e) => e === "SIGUSR2" && setImmediate(() => { throw new Error("planted") }))';
      const broker = new BuiltBroker(['-p', '0', ...argv], ['--import', `data:text/javascript,${defect}`]);
      expect(await broker.ended).toEqual({ code: 1, signal: null });
      expect(broker.stderr).toContain('Error: defect in the broker, which ends now.');
      expect(broker.stderr).toContain('Error: planted');
    },
  );

  test('log_dest file and log_type', async () => {
    const log = join(folder, 'the.log');
    const file = configuration(
      'listener 0 127.0.0.1',
      'allow_anonymous true',
      `log_dest file ${log}`,
      'log_dest stderr',
    );
    const broker = new BuiltBroker(['-c', file]);
    await broker.wrote(/ running\n/);
    broker.kill('SIGTERM');
    await broker.ended;
    expect(readFileSync(log, 'utf8')).toBe(broker.stderr);
  });

  test('says what an operator should know', async () => {
    const file = configuration('require_certificate 0', 'listener 0 127.0.0.1', 'store data');
    const broker = new BuiltBroker(['-c', file, '-p', '1999']);
    await broker.wrote(/ running\n/);
    expect(broker.stderr).toContain(`Warning: -p 1999 is ignored, because ${file} opens a listener.\n`);
    expect(broker.stderr).toContain(`Warning: store (line 3 of ${file}) does nothing without persistence true.\n`);
    expect(broker.stderr).toContain(
      'Warning: no client can connect: allow_anonymous is not true, and there are no users.\n',
    );
    expect(broker.stderr).not.toContain('Try:');
  });

  test.each([
    ['without a user name', CONNECT],
    ['with one that nobody knows', Buffer.from('101200044d515454048200000001610003626f62', 'hex')],
  ])('a listener of a file refuses clients %s', async (_name, connectPacket) => {
    const broker = new BuiltBroker(['-c', configuration('listener 0 127.0.0.1'), '-v']);
    await broker.wrote(/ running\n/);
    const socket = connect(broker.port, '127.0.0.1');
    socket.write(connectPacket);
    const [answer] = await once(socket, 'data');
    expect(answer).toEqual(Buffer.from('20020005', 'hex'));
    await broker.wrote(/Client \S+ from 127\.0\.0\.1 was refused: .*\(0x87\)/);
    socket.destroy();
  });

  test('-v logs connections, subscriptions and their ends', async () => {
    const broker = new BuiltBroker(['-p', '0', '-v']);
    await broker.wrote(/ running\n/);
    const socket = connect(broker.port, '127.0.0.1');
    socket.write(
      Buffer.concat([CONNECT, Buffer.from('820800010003622f2301', 'hex'), Buffer.from('a20700020003622f23', 'hex')]),
    );
    socket.write(Buffer.from('e000', 'hex'));
    await broker.wrote(/Client a disconnected\./);
    expect(broker.stderr).toContain(': New client connected from 127.0.0.1 as a (p2, c1, k0).\n');
    expect(broker.stderr).toContain(': a 1 b/#\n');
    expect(broker.stderr).toContain(': a b/#\n');
    socket.destroy();
  });
});

/** MQTT 3.1.1, Clean Session, no Keep Alive, Client Identifier 'a'. */
const CONNECT = Buffer.from('100d00044d51545404020000000161', 'hex');
