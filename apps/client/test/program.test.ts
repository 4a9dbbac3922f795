import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from '@skua/server';
import { tcpListener, unixListener, webSocketListener } from '@skua/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runInProcess } from './run-in-process.ts';
import { endChildren, PROGRAM, runSkua, startSkua, type Child } from './child.ts';

const folder = mkdtempSync(join(tmpdir(), 'skua-client-'));
const server = createServer();
let port = '';
let webSocketPort = '';
const socketPath = join(folder, 'mqtt.sock');

beforeAll(async () => {
  const addresses = await Promise.all([
    server.listen(tcpListener({ host: '127.0.0.1', port: 0 })),
    server.listen(webSocketListener({ host: '127.0.0.1', port: 0, path: '/mqtt' })),
    server.listen(unixListener({ path: socketPath })),
  ]);
  [port = '', webSocketPort = ''] = addresses.map(([address]) => `${address?.port ?? ''}`);
});

afterAll(async () => {
  endChildren();
  await server.close();
  rmSync(folder, { recursive: true });
});

/** A subscriber that is ready: it has printed the retained message of its topic. */
async function subscriber(topic: string, ...argv: readonly string[]): Promise<Child> {
  const ready = await runSkua(['pub', '-p', port, '-t', `${topic}/ready`, '-r', '-q', '1', '-m', 'ready']);
  expect(ready).toEqual({ code: 0, output: '', error: '' });
  const child = startSkua(['sub', '-p', port, '-t', `${topic}/#`, ...argv]);
  await child.until((stdout) => stdout.includes('ready'));
  return child;
}

describe('the program', () => {
  test('prints its version', async () => {
    const { code, output, error } = await runSkua(['--version']);
    expect(output).toMatch(/^skua version \d+\.\d+\.\d+\n$/);
    expect({ code, error }).toEqual({ code: 0, error: '' });
  });

  test('says so when it is not built', () => {
    const unbuilt = join(folder, 'unbuilt');
    mkdirSync(join(unbuilt, 'bin'), { recursive: true });
    writeFileSync(join(unbuilt, 'package.json'), '{ "type": "module" }');
    copyFileSync(PROGRAM, join(unbuilt, 'bin/skua'));
    const { status, stderr } = spawnSync(process.execPath, [join(unbuilt, 'bin/skua')], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^skua is not built yet: run `npm test`[^\n]*\n$/);
  });

  test('a reader that goes away is no error', () => {
    const { stdout, stderr } = spawnSync(
      '/bin/sh',
      ['-c', '"$0" "$1" help --markdown | head -n 1; echo $?', process.execPath, PROGRAM],
      {
        encoding: 'utf8',
      },
    );
    expect({ stdout, stderr }).toEqual({ stdout: '# The commands of skua\n0\n', stderr: '' });
  });
});

describe('pub and sub', () => {
  test('lines, files, stdin, empty messages and repeats arrive in order', async () => {
    const sub = await subscriber('order', '-v', '-q', '2', '-C', '10');
    const file = join(folder, 'payload');
    writeFileSync(file, 'from a file');
    const to = ['pub', '-p', port, '-t', 'order/x', '-q', '1'];
    await runSkua([...to, '-l'], 'one\n\ntwo\r\nthree');
    await runSkua([...to, '-s'], 'all\nof it');
    await runSkua([...to, '-f', file]);
    await runSkua([...to, '-n', '-q', '2']);
    await runSkua([...to, '-m', 'again', '--repeat', '2', '--repeat-delay', '0.01']);
    expect(await sub.ended).toBe(0);
    const lines = [
      'ready ready',
      'x one',
      'x (null)',
      'x two\r',
      'x three',
      'x all',
      'of it',
      'x from a file',
      'x (null)',
      'x again',
      'x again',
    ];
    expect(sub.stdout.toString('utf8')).toBe(
      lines.map((line) => (line === 'of it' ? `${line}\n` : `order/${line}\n`)).join(''),
    );
    expect(sub.stderr).toBe('');
  });

  test('over a WebSocket, a Unix socket and a URL', async () => {
    const sub = await subscriber('ways', '-C', '4');
    const wire = ['-t', 'ways/x', '-q', '1'];
    const outcomes = [
      await runSkua(['pub', '-p', webSocketPort, '--ws', ...wire, '-m', 'a']),
      await runSkua(['pub', '--unix', socketPath, ...wire, '-m', 'b']),
      await runSkua(['pub', '-L', `ws://127.0.0.1:${webSocketPort}/ways/x`, '-q', '1', '-m', 'c', '-V', '5']),
    ];
    expect(outcomes.map(({ code, error }) => `${code}${error}`)).toEqual(['0', '0', '0']);
    expect(await sub.ended).toBe(0);
    expect(sub.stdout.toString('utf8')).toBe('ready\na\nb\nc\n');
  });

  test('properties of 5.0 leave by -D and come as JSON', async () => {
    const sub = await subscriber('properties', '-V', '5', '--json', '-C', '2');
    const properties = [
      'content-type text/plain',
      'user-property a b',
      'user-property a c',
      'message-expiry-interval 60',
    ];
    const flags = properties.flatMap((property) => ['-D', 'publish', ...property.split(' ')]);
    await runSkua(['pub', '-p', port, '-t', 'properties/x', '-m', 'héllo', '-q', '1', ...flags]);
    await sub.ended;
    const [, line = ''] = sub.stdout.toString('utf8').trimEnd().split('\n');
    expect(JSON.parse(line)).toMatchObject({
      topic: 'properties/x',
      qos: 0,
      retain: false,
      payload: 'héllo',
      properties: {
        contentType: 'text/plain',
        userProperties: [
          ['a', 'b'],
          ['a', 'c'],
        ],
      },
    });
  });

  test('-T and -R leave out, --diff and --hex show', async () => {
    const sub = await subscriber('views', '-T', 'views/no', '--diff', '-C', '3');
    const to = ['pub', '-p', port, '-q', '1'];
    await runSkua([...to, '-t', 'views/no', '-m', 'hidden']);
    await runSkua([...to, '-t', 'views/json', '-l'], '{"a":1,"b":2}\n{"a":3,"c":[]}\n');
    await sub.ended;
    const expected =
      'views/ready first: ready\nviews/json first: {"a":1,"b":2}\nviews/json\n  ~ a: 1 -> 3 (+2)\n  - b: 2\n  + c: []\n';
    expect(sub.stdout.toString('utf8')).toBe(expected);
    const hex = await runSkua(['sub', '-p', port, '-t', 'views/ready', '--hex', '-C', '1']);
    expect(hex.output).toContain('00000000  72 65 61 64 79 ');
  });

  test('--remove-retained with --retained-only empties and ends at the first fresh message', async () => {
    for (const topic of ['gone/1', 'gone/2'])
      await runSkua(['pub', '-p', port, '-t', topic, '-r', '-q', '1', '-m', 'x']);
    const remover = startSkua(['sub', '-p', port, '-t', 'gone/#', '--remove-retained', '--retained-only', '-v']);
    // What it removes comes back to it as fresh messages, of which the first ends it.
    expect(await remover.ended).toBe(0);
    expect(remover.stdout.toString('utf8').split('\n').toSorted()).toEqual(['', 'gone/1 x', 'gone/2 x']);
    await runSkua(['pub', '-p', port, '-t', 'left/over', '-r', '-q', '1', '-m', 'left over']);
    const rest = await runSkua(['sub', '-p', port, '-t', 'gone/#', '-t', 'left/over', '-C', '1']);
    expect(rest.output).toBe('left over\n');
  });

  test('a session is kept for -c, and its messages come later; -U ends a subscription', async () => {
    const session = ['sub', '-p', port, '-i', 'keeper', '-c', '-q', '1'];
    expect((await runSkua([...session, '-t', 'kept/#', '-E'])).code).toBe(0);
    await runSkua(['pub', '-p', port, '-t', 'kept/1', '-m', 'while away', '-q', '1']);
    expect((await runSkua([...session, '-t', 'kept/other', '-C', '1'])).output).toBe('while away\n');
    expect((await runSkua([...session, '-U', 'kept/#', '-E'])).code).toBe(0);
    await runSkua(['pub', '-p', port, '-t', 'kept/1', '-m', 'lost', '-q', '1']);
    await runSkua(['pub', '-p', port, '-t', 'kept/third', '-m', 'fresh', '-r', '-q', '1']);
    expect((await runSkua([...session, '-t', 'kept/third', '-C', '1'])).output).toBe('fresh\n');
  });

  test('Ctrl-C ends it with 0, and 5.0 lets the will speak', async () => {
    const watcher = await subscriber('will', '-C', '2');
    const will = ['--will-topic', 'will/x', '--will-payload', 'bye', '--will-qos', '1'];
    const child = startSkua(['sub', '-p', port, '-t', 'will/ready', '-V', '5', ...will]);
    await child.until((stdout) => stdout.includes('ready'));
    child.kill('SIGINT');
    expect(await child.ended).toBe(0);
    await watcher.ended;
    expect(watcher.stdout.toString('utf8')).toBe('ready\nbye\n');
  });

  test('an options file and the defaults of the user', async () => {
    const file = join(folder, 'options');
    writeFileSync(file, `# where\n-p ${port}\n-t from/file\n-m a text with blanks\r\n-r\n-q 1\n`);
    expect((await runSkua(['pub', '-o', file])).code).toBe(0);
    mkdirSync(join(folder, 'config'), { recursive: true });
    writeFileSync(join(folder, 'config', 'mosquitto_sub'), `-p ${port}\n-v\n`);
    const child = startSkua(['sub', '-t', 'from/file', '-C', '1'], { XDG_CONFIG_HOME: join(folder, 'config') });
    await child.ended;
    expect(child.stdout.toString('utf8')).toBe('from/file a text with blanks\n');
  });
});

describe('rr', () => {
  test('asks and prints the answer', async () => {
    const child = startSkua(['sub', '-p', port, '-t', 'ask/me', '-C', '1', '-V', '5', '-F', '%R %p', '-d']);
    await child.until((_, stderr) => stderr.includes('received SUBACK'));
    const asking = startSkua(['rr', '-p', port, '-t', 'ask/me', '-e', 'answer/me', '-m', 'how much?', '-v']);
    await child.ended;
    expect(child.stdout.toString('utf8')).toBe('answer/me how much?\n');
    await runSkua(['pub', '-p', port, '-t', 'answer/me', '-m', 'much', '-q', '1']);
    expect(await asking.ended).toBe(0);
    expect(asking.stdout.toString('utf8')).toBe('answer/me much\n');
  });

  test('gives up', async () => {
    const outcome = await runSkua(['rr', '-p', port, '-t', 'nobody', '-e', 'nothing', '-m', '', '-W', '1']);
    expect(outcome).toEqual({ code: 27, output: '', error: 'Timed out\n' });
  });
});

describe('bad input is one sentence', () => {
  test.each([
    [['pub', '-t', 'a'], 1, 'Both a topic and a message are needed.'],
    [['pub', '-t', 'a/#', '-m', 'x'], 1, '-t: Topic Name'],
    [['pub', '-t', 'a', '-m', 'x', '-n'], 1, 'Only one of -m, -f, -n, -s and -l'],
    [['pub', '-t', 'a', '-m', 'x', '-q', '3'], 1, '-q: found "3"; allowed: 0, 1, 2.'],
    [['pub', '-t', 'a', '-f', '/nowhere'], 1, '-f: /nowhere cannot be read'],
    [['pub', '-t', 'a', '-m', 'x', '-D', 'publish', 'colour', 'red'], 1, 'found "colour"; allowed:'],
    [['pub', '-t', 'a', '-m', 'x', '-D', 'subscribe', 'content-type', 'x'], 1, 'is not a property of SUBSCRIBE'],
    [['pub', '-t', 'a', '-m', 'x', '--tls-engine', 'e'], 1, 'Node.js gives no access to the engines'],
    [['sub', '--topc', 'a'], 1, 'Unknown option --topc; did you mean --topic?'],
    [['sub', '-t', 'a', '-F', '%Z'], 1, '-F: found "%Z"; allowed after %:'],
    [['sub', '-t', 'a', '-F', 'x%'], 1, 'is not complete'],
    [['sub', '-t', 'a', '-R', '--retained-only'], 1, 'leave nothing over'],
    [['sub', '-t', 'a', '-c'], 1, 'needs a client identifier'],
    [['sub', '-L', 'http://x/y'], 1, 'allowed: mqtt:'],
    [['sub', '-L', 'mqtt://x'], 1, 'has no topic'],
    [['rr', '-t', 'a', '-m', 'x'], 1, 'a response topic are needed'],
    [['sub', '-t', 'a', '-h', 'nowhere.invalid'], 1, 'The name nowhere.invalid is not known.'],
    [['sub', '-t', 'a', '--unix', '/nowhere.sock'], 1, 'unix:/nowhere.sock does not exist.'],
    [['retained', 'lss'], 1, 'did you mean ls?'],
    [['bench', 'pbu'], 1, 'did you mean pub?'],
  ])('%j', async (argv, expected, words) => {
    const { code, output, error } = await runInProcess(argv);
    expect(error).toContain(words);
    expect(error).toMatch(/^Error: [^\n]*\n$/);
    expect({ code, output }).toEqual({ code: expected, output: '' });
  });

  test('a port where nobody listens', async () => {
    const { code, error } = await runSkua(['pub', '-p', '1', '-t', 'a', '-m', 'x']);
    expect(error).toBe(
      'Error: mqtt://localhost:1 refused the connection: nothing listens there. Is the broker running, and is the port right?\n',
    );
    expect(code).toBe(1);
  });
});
