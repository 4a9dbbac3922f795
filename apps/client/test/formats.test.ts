import type { Client, MessageProperties } from '@skua/client';
import { connect } from '@skua/client/node';
import { createServer, type Server } from '@skua/server';
import { tcpListener } from '@skua/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Child, endChildren, isInstalled, startMosquitto, startSkua } from './child.ts';

/** Every code of -F, alone and with flags, width and maximum; what depends on the clock is compared elsewhere. */
const CODES = `%t %10t %-10t %010t %.3t %10.3t %-10.3t %.t %0t %-t
%p %10p %-10p %010p %3p %.3p %5.p %x %X %4x %20x %-20x %020x %5x %20X
%l %5l %05l %-5l %-05l %m %5m %05m %q %5q %r %3r
%A %5A %05A %C %12C %.2C %-12.2C %12.2C %D %9D %E %8E %08E %-8E %F %3F %03F
%P %30P %R %12R %.2R %S %5S %05S %% %5% %-% @@ @% @n @t @q \\0 \\a \\e \\n \\r \\t \\v \\\\`.split(/\s+/);

const BLOCK_END = '\\n=end=\\n';
const FORMAT = `${CODES.map((code) => `${code.replaceAll('\\', '\\\\').replace(/[%@]/g, '$&$&')} [${code}]`).join('\\n')}\\n%j\\n%J${BLOCK_END}`;

const MESSAGES = [
  // QoS 0 first: the acknowledgements of the others tell that it has arrived.
  {
    topic: 'f/empty/\u00e9\u00fc',
    payload: ' ',
    qos: 0,
    properties: {
      userProperties: [
        ['k', ''],
        ['k', 'v'],
      ],
    },
  },
  { topic: 'f/full', payload: '{"a":[1,2.5,{"b":null}],"c":"\\u00e9\\"/"}', qos: 1, properties: FULL() },
  { topic: 'f/text', payload: 'hello "w\u00f6rld"', qos: 2, properties: {} },
] as const;

function FULL() {
  return {
    contentType: 'text/plain',
    correlationData: new TextEncoder().encode('cor'),
    messageExpiryInterval: 30_000,
    payloadFormatIndicator: 1,
    responseTopic: 're/sp',
    userProperties: [
      ['k', 'v'],
      ['k2', 'v 2'],
    ],
  } as const;
}

const isComparable = isInstalled('mosquitto') && isInstalled('mosquitto_sub');
if (!isComparable) test.skip('-F beside mosquitto_sub: mosquitto is not installed', () => {});

describe.runIf(isComparable)('-F beside mosquitto_sub', () => {
  const ports: Record<string, number> = {};
  let server: Server;

  beforeAll(async () => {
    ports['mosquitto'] = (await startMosquitto('listener PORT 127.0.0.1\nallow_anonymous true\n')).port;
    server = createServer();
    const [address] = await server.listen(tcpListener({ host: '127.0.0.1', port: 0 }));
    ports['skua'] = address?.port ?? 0;
  });

  afterAll(async () => {
    endChildren();
    await server.close();
  });

  test.each(['mosquitto', 'skua'])('every code prints the same, at the broker %s', async (broker) => {
    const port = ports[broker]!;
    const client = await connect(`mqtt://127.0.0.1:${port}`);
    for (const message of MESSAGES) await publish(client, message, true);
    const argv = ['-h', '127.0.0.1', '-p', `${port}`, '-V', '5', '-t', 'f/#', '-q', '2', '-N', '-F', FORMAT];
    argv.push('-D', 'subscribe', 'subscription-identifier', '7', '-C', `${MESSAGES.length + 1}`);
    const both = [new Child('mosquitto_sub', argv, { LC_ALL: 'C.UTF-8' }), startSkua(['sub', ...argv])];
    for (const child of both) await child.until((stdout) => blocks(stdout).length === MESSAGES.length);
    await publish(client, { topic: 'f/fresh', payload: 'fresh', qos: 1, properties: {} }, false);
    expect(await Promise.all(both.map((child) => child.ended))).toEqual([0, 0]);
    await client.close();
    const [theirs = [], ours = []] = both.map((child) => blocks(child.stdout).map(comparable));
    expect(ours).toHaveLength(MESSAGES.length + 1);
    expect(ours.toSorted(byTopic)).toEqual(theirs.toSorted(byTopic));
    expect(both.map(({ stderr }) => stderr.split('\n').length)).toEqual([4, 4]);
  });

  test('--pretty and -v, and payloads that are no text', async () => {
    const port = ports['mosquitto']!;
    const client = await connect(`mqtt://127.0.0.1:${port}`);
    await publish(
      client,
      { topic: 'p/json', payload: '{"a":{"b":[1,{"c":{}}]},"e":[],"z":-1e30}', qos: 1, properties: FULL() },
      true,
    );
    await publish(client, { topic: 'b/1', payload: Uint8Array.of(0, 255, 10, 13, 65), qos: 0, properties: {} }, true);
    const at = ['-h', '127.0.0.1', '-p', `${port}`, '-V', '5', '-C', '1'];
    for (const argv of [
      [...at, '-t', 'p/#', '-q', '1', '--pretty', '-F', '%J'],
      [...at, '-t', 'b/#', '-v'],
      [...at, '-t', 'b/#', '-N'],
      [...at, '-t', 'b/#', '-F', '%p %x'],
    ]) {
      const both = [new Child('mosquitto_sub', argv), startSkua(['sub', ...argv])];
      await Promise.all(both.map((child) => child.ended));
      const [theirs, ours] = both.map((child) => withoutExpiry(child.stdout.toString('latin1')));
      expect(ours).toBe(theirs);
    }
    await client.close();
  });
});

interface TestMessage {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly properties: MessageProperties;
}

async function publish(
  client: Client,
  { topic, payload, qos, properties }: TestMessage,
  retain: boolean,
): Promise<void> {
  const receipt = await client.publish(topic, payload, { qos, retain, properties });
  await receipt.acknowledged;
}

function blocks(stdout: Buffer): readonly string[] {
  return stdout.toString('utf8').split('\n=end=\n').slice(0, -1);
}

/** The lines of a block, its two JSON objects parsed and without their time, and what counts down without its number. */
function comparable(block: string): readonly unknown[] {
  const lines = withoutExpiry(block).split('\n');
  return lines.map((line) => {
    if (!line.startsWith('{')) return line;
    const parsed: Readonly<Record<string, unknown>> = JSON.parse(line);
    const { tst, ...rest } = parsed;
    expect(tst).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\+0530$/);
    return rest;
  });
}

function withoutExpiry(text: string): string {
  return text
    .replaceAll(/(?:29\d{3}|30000)(?!\d)/g, '30000')
    .replaceAll(/"tst":\s*"[^"]*"/g, '"tst":"2026-11-23T00:00:00.000000Z+0530"');
}

function byTopic(first: readonly unknown[], second: readonly unknown[]): number {
  return String(first[0]).localeCompare(String(second[0]));
}
