import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@skua/client/node';
import { createServer } from '@skua/server';
import { tcpListener } from '@skua/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runInProcess } from './run-in-process.ts';

const server = createServer();
let url = '';

beforeAll(async () => {
  const [address] = await server.listen(tcpListener({ host: '127.0.0.1', port: 0 }));
  url = address?.url ?? '';
});

afterAll(() => server.close());

describe('skua retained', () => {
  test('export and import bring messages from one server to another, bytes and properties with them', async () => {
    const other = createServer();
    const [address] = await other.listen(tcpListener({ host: '127.0.0.1', port: 0 }));
    const client = await connect(url);
    const properties = { contentType: 'text/plain', userProperties: [['a', 'b']] } as const;
    const receipts = [
      await client.publish('keep/text', 'one', { qos: 1, retain: true, properties }),
      await client.publish('keep/bytes', Uint8Array.of(0, 255), { qos: 1, retain: true }),
      await client.publish('leave/it', 'two', { qos: 1, retain: true }),
    ];
    await Promise.all(receipts.map((receipt) => receipt.acknowledged));
    await client.close();
    const exported = await runInProcess(['retained', 'export', 'keep/#', '--wait', '0.1', url]);
    expect(exported).toMatchObject({ code: 0, error: '2 retained messages exported.\n' });
    const imported = await runInProcess(['retained', 'import', address?.url ?? ''], `${exported.output}\nnonsense\n`);
    expect(imported).toEqual({
      code: 1,
      output: '',
      error: 'Line 4 is left out: found "nonsense"; allowed: one JSON object.\n2 retained messages imported.\n',
    });
    const again = await runInProcess(['retained', 'export', '--wait', '0.1', address?.url ?? '']);
    const withoutTime = (text: string) =>
      text
        .replaceAll(/"time":"[^"]*"/g, '')
        .split('\n')
        .toSorted();
    expect(withoutTime(again.output)).toEqual(withoutTime(exported.output));
    expect(again.output).toContain('"payloadBase64":"AP8="');
    await other.close();
  });

  test('ls, get and rm', async () => {
    const at = ['--wait', '0.1', url];
    expect((await runInProcess(['retained', 'ls', 'leave/#', ...at])).output).toBe('leave/it\t3 bytes\tQoS 1\ttwo\n');
    expect((await runInProcess(['retained', 'get', 'leave/it', ...at])).output).toBe('two');
    expect(await runInProcess(['retained', 'rm', 'leave/+', '--dry-run', ...at])).toEqual({
      code: 0,
      output: 'leave/it\n',
      error: '1 retained message would be deleted.\n',
    });
    expect((await runInProcess(['retained', 'rm', 'leave/+', ...at])).code).toBe(0);
    expect(await runInProcess(['retained', 'get', 'leave/it', ...at])).toEqual({
      code: 1,
      output: '',
      error: 'There is no retained message at leave/it.\n',
    });
  });
});

describe('skua record and replay', () => {
  test('a recording is published again below another topic', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'skua-record-')), 'tape.ndjson');
    const recording = runInProcess(['record', 'live/#', '--file', file, '-C', '3', url]);
    const client = await connect(url);
    // Retained, so that it makes no difference which of the two comes first.
    for (const [topic, payload] of [
      ['live/1', 'a'],
      ['live/2', 'b'],
      ['live/3', 'c'],
    ] as const) {
      await (
        await client.publish(topic, payload, { qos: 1, retain: true })
      ).acknowledged;
    }
    expect(await recording).toEqual({ code: 0, output: '', error: '3 messages recorded.\n' });
    const topics = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => String(JSON.parse(line).topic));
    expect(topics.toSorted()).toEqual(['live/1', 'live/2', 'live/3']);
    const replayed: string[] = [];
    await client.subscribe('again/#', (message) => {
      replayed.push(`${message.topicName} ${message.text()}`);
    });
    const outcome = await runInProcess(['replay', file, '--instant', '--prefix', 'again/', '--no-retain', url]);
    expect(outcome).toEqual({ code: 0, output: '', error: '3 messages published.\n' });
    await client.close();
    expect(replayed.toSorted()).toEqual(['again/live/1 a', 'again/live/2 b', 'again/live/3 c']);
  });

  test('a line that is none is told and left out', async () => {
    const outcome = await runInProcess(['replay', '-', '--instant', url], '{"topic":"x","payload":"y"}\n{"topic":5}\n');
    expect(outcome).toEqual({
      code: 1,
      output: '',
      error: 'Line 2 is left out: topic is 5; allowed: a text.\n1 messages published, 1 left out.\n',
    });
  });
});

describe('skua bench', () => {
  test('pairs lose nothing, and the summary adds up', async () => {
    const { code, output, error } = await runInProcess([
      'bench',
      'pair',
      '--clients',
      '3',
      '--subscribers',
      '2',
      '-C',
      '300',
      '-q',
      '1',
      '--json',
      url,
    ]);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(JSON.parse(output)).toMatchObject({
      test: 'pair',
      connections: { asked: 9, made: 9, failed: 0, lost: 0, latency: { count: 9 } },
      messages: {
        sent: 300,
        acknowledged: 300,
        refused: 0,
        received: 600,
        lost: 0,
        repeated: 0,
        deliveryLatency: { count: 600 },
      },
      errors: {},
    });
  });

  test('pub sends templates; sub counts until its number', async () => {
    const counting = runInProcess(['bench', 'sub', '-t', 'bench/#', '-C', '20', '--duration', '20', '--json', url]);
    const client = await connect(url);
    await (
      await client.publish('bench/ready', 'retained', { qos: 1, retain: true })
    ).acknowledged;
    const pub = await runInProcess([
      'bench',
      'pub',
      '-t',
      'bench/%c/%i',
      '-m',
      '{"i":%i}',
      '-C',
      '40',
      '--rate',
      '200',
      '-r',
      url,
    ]);
    expect(pub.code).toBe(0);
    expect(pub.output).toMatch(/^test +pub, [\d.]+ s\nconnections +1 of 1, 0 failed, 0 lost\nsent +40 at QoS 0, /);
    expect(JSON.parse((await counting).output).messages.received).toBeGreaterThanOrEqual(20);
  });

  test('without a server it is one sentence', async () => {
    const { code, output, error } = await runInProcess(['bench', 'conn', '--clients', '2', 'mqtt://127.0.0.1:1']);
    expect(error).toMatch(/^Error: mqtt:\/\/127\.0\.0\.1:1 refused the connection: nothing listens there[^\n]*\n$/);
    expect({ code, output }).toEqual({ code: 1, output: '' });
  });
});

test('skua tree prints a picture', async () => {
  const { code, output } = await runInProcess(['tree', 'live/#', '--once', '0.5', url]);
  expect(code).toBe(0);
  const lines = output.replaceAll(/ \d+, [\d.]+\/s/g, '').split('\n');
  expect(lines.slice(1, 5)).toEqual([
    '└─ live',
    '   ├─ 1 = a retained',
    '   ├─ 2 = b retained',
    '   └─ 3 = c retained',
  ]);
});

test('skua doctor finds nothing wrong with a broker on this machine', async () => {
  const { code, output } = await runInProcess(['doctor', '--json', url]);
  expect(code).toBe(0);
  const { problems, findings } = JSON.parse(output);
  expect(problems).toBe(0);
  const areas = new Set(findings.map(({ area }: { readonly area: string }) => area));
  expect([...areas]).toEqual(['Network', 'TLS', 'Clock', 'MQTT', 'Keep alive', 'Limits', 'Round trips']);
});
