import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from '@skua/server';
import { tcpListener } from '@skua/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInProcess } from '../../test/run-in-process.ts';

const server = createServer();
let url = '';

beforeAll(async () => {
  const [address] = await server.listen(tcpListener({ host: '127.0.0.1', port: 0 }));
  url = address?.url ?? '';
});

afterAll(() => server.close());

describe('skua check', () => {
  it('runs tests against a broker and writes its reports', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'skua-check-'));
    const files = ['json', 'junit', 'html'].map((kind) => join(folder, `report.${kind}`));
    const [json = '', junit = '', html = ''] = files;
    const result = await runInProcess([
      'check',
      url,
      '--mqtt',
      '5.0',
      '--only',
      'ping/',
      '--json',
      json,
      '--junit',
      junit,
      '--html',
      html,
    ]);
    expect(result).toMatchObject({ code: 0, error: '' });
    expect(result.output).toMatch(/^Limits of mqtt:[^\n]* \(MQTT 5\.0\)\n  Maximum QoS +2\n/);
    expect(result.output).toContain('1 passed, 0 failed');
    expect(readFileSync(json, 'utf8')).toContain('"verdict": "pass"');
    expect(readFileSync(junit, 'utf8')).toContain('<testcase classname="ping/answered"');
    expect(readFileSync(html, 'utf8')).toContain('PINGREQ is answered by PINGRESP');
  });

  it('prints the limits alone', async () => {
    const { code, output } = await runInProcess(['check', '--limits', '--mqtt', '3.1.1', url]);
    expect(code).toBe(0);
    expect(output).toMatch(/\(MQTT 3\.1\.1\)\n  limits  versions before 5\.0 do not tell them\n\n$/);
  });

  it('says that a broker cannot be reached', async () => {
    const closed = createTcpServer();
    await new Promise<void>((resolve) => {
      closed.listen(0, '127.0.0.1', resolve);
    });
    const address = closed.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve) => {
      closed.close(resolve);
    });
    const result = await runInProcess(['check', `mqtt://127.0.0.1:${port}`]);
    expect(result.code).toBe(3);
    expect(result.error).toContain('nothing listens there');
  });

  it.each([
    [[], 'check takes one URL'],
    [['not a url'], 'check takes one URL'],
    [['mqtt://:1883'], 'names no host'],
    [['http://127.0.0.1'], 'allowed: mqtt:'],
    [['mqtt://127.0.0.1', '--mqtt', '4'], 'allowed: 5.0, 3.1.1'],
    [['mqtt://127.0.0.1', '--only', 'nothing like this'], 'No test has'],
    [['mqtt://127.0.0.1', '--nope'], 'Unknown option --nope'],
  ])('refuses %j in one sentence', async (argv, words) => {
    const result = await runInProcess(['check', ...argv]);
    expect(result.code).toBe(2);
    expect(result.error).toContain(words);
    expect(result.output).toBe('');
  });
});
