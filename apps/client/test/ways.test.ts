import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificateFiles } from './certificates.ts';
import { endChildren, isInstalled, startMosquitto } from './child.ts';
import { runInProcess } from './run-in-process.ts';
import { startProxy } from './socks-proxy.ts';

const files = makeCertificateFiles();
const isPossible = files !== undefined && isInstalled('mosquitto');
if (!isPossible)
  test.skip('TLS, keys, proxies and users of mosquitto: mosquitto or openssl is not installed', () => {});

/** Publishes; the exit code and what was said. */
async function pub(...argv: readonly string[]): Promise<string> {
  const { code, error } = await runInProcess(['pub', '-t', 'a', '-m', 'b', '-q', '1', ...argv]);
  return `${code} ${error}`.trim();
}

describe.runIf(isPossible)('TLS of mosquitto', () => {
  let tls = '';
  let mutual = '';
  let key = '';
  const { folder = '', ca = '', serverCert = '', serverKey = '', clientCert = '', clientKey = '' } = files ?? {};
  const pskFile = join(folder, 'psk');
  const pair = `certfile ${serverCert}\nkeyfile ${serverKey}\n`;

  beforeAll(async () => {
    writeFileSync(pskFile, 'ann:0badcafe\n');
    for (const file of [ca, serverCert, serverKey, pskFile]) chmodSync(file, 0o644);
    chmodSync(folder, 0o755);
    const configurations = [
      `listener PORT 127.0.0.1\nallow_anonymous true\n${pair}`,
      `listener PORT 127.0.0.1\nallow_anonymous true\n${pair}cafile ${ca}\nrequire_certificate true\n`,
      `listener PORT 127.0.0.1\nallow_anonymous true\npsk_file ${pskFile}\npsk_hint hint\n`,
    ];
    const brokers = await Promise.all(configurations.map((configuration) => startMosquitto(configuration)));
    [tls = '', mutual = '', key = ''] = brokers.map(({ port }) => `${port}`);
  });

  afterAll(endChildren);

  test('the authority is given, the name has to fit', async () => {
    expect(await pub('-h', '127.0.0.1', '-p', tls, '--cafile', ca)).toBe('0');
    expect(await pub('-h', 'localhost', '-p', tls, '--capath', folder, '--tls-version', 'tlsv1.2')).toBe('0');
    const proxy = await startProxy();
    const misnamed = ['-h', 'another.name', '-p', tls, '--cafile', ca, '--proxy', `socks5h://127.0.0.1:${proxy.port}`];
    expect(await pub(...misnamed)).toMatch(/^8 Error: The certificate of .* is for another name/);
    expect(await pub(...misnamed, '--insecure')).toBe('0');
    proxy.server.close();
    expect(await pub('-L', `mqtts://localhost:${tls}/a`)).toMatch(/^8 Error: Nobody known here has signed .*--cafile/);
    expect(await pub('-h', '127.0.0.1', '-p', tls)).toMatch(/^1 Error: .*Does it want TLS/);
    expect(await pub('-h', '127.0.0.1', '-p', tls, '--cafile', '/nowhere')).toMatch(
      /^1 Error: --cafile: \/nowhere cannot be read/,
    );
  });

  test('a client certificate', async () => {
    const at = ['-h', 'localhost', '-p', mutual, '--cafile', ca];
    expect(await pub(...at, '--cert', clientCert, '--key', clientKey)).toBe('0');
    expect(await pub(...at, '--cert', clientCert)).toMatch(/^1 Error: --cert and --key go together/);
    expect(await pub(...at)).toMatch(/^[18] Error: /);
  });

  test('a pre-shared key', async () => {
    const at = ['-h', 'localhost', '-p', key, '--psk-identity', 'ann'];
    expect(await pub(...at, '--psk', '0badcafe')).toBe('0');
    expect(await pub(...at, '--psk', '0badcaff')).toMatch(/^8 Error: /);
    expect(await pub(...at, '--psk', 'xyz')).toMatch(/^1 Error: --psk: found "xyz"; allowed: pairs/);
  });

  test('doctor shows the chain of a server that is not to be trusted, and of one that is', async () => {
    const stranger = await runInProcess(['doctor', `mqtts://localhost:${tls}`]);
    expect(stranger.code).toBe(1);
    expect(stranger.output).toContain('BAD  Nobody known here has signed the certificate');
    expect(stranger.output).toMatch(
      /note certificate localhost by test authority, valid for 4 days, for DNS:localhost/,
    );
    const known = await runInProcess(['doctor', `mqtts://localhost:${tls}`, '--cafile', ca, '--tls-alpn', 'mqtt']);
    expect(known.output).toMatch(/ok {3}TLSv1\.3 with TLS_/);
    expect(known.output).toContain('ALPN: mqtt was asked for');
    expect(known.output).toContain('authority test authority, signed by itself');
    expect(known.output).toContain('ok   5.0: the server lets us in');
    expect(known.output).toMatch(/No problem found; \d+ things to know\.\n$/);
    expect(known.code).toBe(0);
  });
});

describe.runIf(isPossible)('users and proxies', () => {
  let users = '';

  beforeAll(async () => {
    const passwords = join(files?.folder ?? '', 'passwd');
    for (const argv of [
      ['-c', '-b', passwords, 'ann', 'sécret'],
      ['-b', '-H', 'sha512', passwords, 'bob', 'two'],
    ]) {
      expect(await runInProcess(['passwd', ...argv])).toEqual({ code: 0, output: '', error: '' });
    }
    chmodSync(passwords, 0o644);
    const { port } = await startMosquitto(`listener PORT 127.0.0.1\npassword_file ${passwords}\n`);
    users = `${port}`;
  });

  afterAll(endChildren);

  test('mosquitto reads password files of skua, and its refusals are exit codes', async () => {
    const at = ['-h', '127.0.0.1', '-p', users];
    expect(await pub(...at, '-u', 'ann', '-P', 'sécret')).toBe('0');
    expect(await pub(...at, '-u', 'bob', '-P', 'two', '-V', '5')).toBe('0');
    expect(await pub(...at, '-u', 'ann', '-P', 'secret')).toMatch(/^5 Error: .* code 5: this client is not authorized/);
    expect(await pub(...at, '-u', 'ann', '-P', 'x', '-V', '5')).toMatch(/^135 Error: .* code 0x87: /);
    expect(await pub(...at, '-P', 'x')).toMatch(/^1 Error: A password without a user name/);
  });

  test('a proxy resolves the name, may want a user, and may refuse', async () => {
    const open = await startProxy();
    const guarded = await startProxy({ userName: 'a@b', password: 'p:w' });
    const at = ['-h', 'broker.behind.proxy', '-p', users, '-u', 'ann', '-P', 'sécret'];
    expect(await pub(...at, '--proxy', `socks5h://127.0.0.1:${open.port}`)).toBe('0');
    expect(open.asked).toEqual(['broker.behind.proxy']);
    expect(await pub(...at, '--proxy', `socks5h://a%40b:p%3aw@127.0.0.1:${guarded.port}`)).toBe('0');
    expect(await pub(...at, '--proxy', `socks5h://a%40b:no@127.0.0.1:${guarded.port}`)).toBe(
      '16 Error: The proxy refused the user name or the password.',
    );
    expect(await pub(...at, '-h', 'forbidden', '--proxy', `socks5h://127.0.0.1:${open.port}`)).toMatch(
      /^16 Error: The proxy cannot reach forbidden:\d+: not allowed by its rules\.$/,
    );
    expect(await pub(...at, '--proxy', 'http://127.0.0.1')).toMatch(/^1 Error: --proxy: found "http:/);
    open.server.close();
    guarded.server.close();
  });
});
