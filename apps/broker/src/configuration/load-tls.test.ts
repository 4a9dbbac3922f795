import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigurationError } from './configuration-error.ts';
import { loadConfiguration } from './load-configuration.ts';
import { loadTls } from './load-tls.ts';
import { parseConfiguration } from './parse-configuration.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'skua-tls-'));
  const pem = { type: 'pkcs8', format: 'pem' } as const;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  write('certificate.pem', CERTIFICATE);
  write('other.key', privateKey.export(pem));
  write('locked.key', privateKey.export({ ...pem, cipher: 'aes-256-cbc', passphrase: 'secret' }));
  write('text', 'hello\n');
  write('garbage.pem', '-----BEGIN CERTIFICATE-----\naaaa\n-----END CERTIFICATE-----\n');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each([
  [['certfile absent', 'keyfile other.key'], ['m.conf:2: certfile: "absent" cannot be read: there is no such file']],
  [
    ['certfile text', 'keyfile .'],
    ['m.conf:2: certfile: "text" is not a PEM file', 'm.conf:3: keyfile: "." cannot be read: it is a folder'],
  ],
  [['certfile garbage.pem', 'keyfile other.key'], ['m.conf:2: certfile: "garbage.pem" cannot be used: ']],
  [
    ['certfile certificate.pem', 'keyfile other.key'],
    ['m.conf:3: keyfile: "other.key" cannot be used: it is not the private key of certfile'],
  ],
  [
    ['certfile certificate.pem', 'keyfile locked.key'],
    ['m.conf:3: keyfile: "locked.key" is encrypted with a passphrase'],
  ],
  [['certfile certificate.pem', 'keyfile certificate.pem'], ['m.conf:3: keyfile: "certificate.pem" cannot be used: ']],
  [
    ['certfile absent', 'keyfile absent', 'cafile absent'],
    ['m.conf:2: ', 'm.conf:3: ', 'm.conf:4: cafile: "absent"'],
  ],
])('%j', (lines, expected) => {
  const found = problems(['listener 8883', ...lines]);
  expect(found).toHaveLength(expected.length);
  for (const [index, start] of expected.entries()) expect(found[index]).toContain(start);
});

test('the problems of all listeners at once', () => {
  const listener = ['certfile absent', 'keyfile other.key'];
  expect(problems(['listener 8883', ...listener, 'listener 8884', ...listener])).toHaveLength(2);
});

test('a listener without TLS needs no files', () => {
  expect(loadTls(parseConfiguration('listener 1883', 'm.conf'), 'm.conf').size).toBe(0);
});

test.each([
  ['absent', 'cannot be read: there is no such file or folder'],
  ['', 'cannot be read: it is a folder'],
  ['binary', 'is not UTF-8 text'],
])('the configuration file "%s" %s', (name, text) => {
  writeFileSync(join(folder, 'binary'), Buffer.from([0x6c, 0xff, 0xfe]));
  const file = join(folder, name);
  expect(() => loadConfiguration(file)).toThrow(new ConfigurationError([{ file, line: undefined, text }]));
});

function write(name: string, content: string | Buffer): void {
  writeFileSync(join(folder, name), content);
}

/** With the folder taken out of the paths again. */
function problems(lines: readonly string[]): string[] {
  const text = lines.join('\n').replaceAll(/file (?<name>\S+)/g, `file ${folder}/$<name>`);
  try {
    loadTls(parseConfiguration(text, 'm.conf'), 'm.conf');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.replaceAll(`${folder}/`, '').split('\n');
    throw error;
  }
  return [];
}

/** Of a key that nobody has. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIUQ33g9acDfWvtEg/n5SsprSq0x0wwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHZml4dHVyZTAgFw0yNjExMjMwNjAwNTFaGA8yMTI2MTAzMDA2
MDA1MVowEjEQMA4GA1UEAwwHZml4dHVyZTBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABJN1pYUcbdA2ljH2BUs8kNX+T1dlQxzQoc2P7ei+ESfwVsTrf5sCv1t6FE9Q
q2DNUpCB46EGmAgiIQqyBR7UCzWjUzBRMB0GA1UdDgQWBBRJRhmVuE+2fnPgLTRF
vwtgnO6KPzAfBgNVHSMEGDAWgBRJRhmVuE+2fnPgLTRFvwtgnO6KPzAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIH6Dpq7PxUMuDbmkzMIP5X9SnHpI
z5Aj5gRS3Fbb2ZPFAiEAy3BnalaX5jDaoAfI/RZ0ugdgkGUyIoNjUBUPyFxGsu0=
-----END CERTIFICATE-----
`;
