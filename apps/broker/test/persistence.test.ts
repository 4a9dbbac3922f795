import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BuiltBroker, runToEnd } from './built-broker.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'skua-broker-store-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A configuration file and the folder of its store. */
function configuration(): { file: string; store: string } {
  const place = mkdtempSync(join(folder, 'c'));
  const [file, store] = [join(place, 'm.conf'), join(place, 'skua-store')];
  const lines = ['listener 0 127.0.0.1', 'allow_anonymous true', 'persistence true', `persistence_location ${place}`];
  writeFileSync(file, [...lines, 'autosave_interval 1800', ''].join('\n'));
  return { file, store };
}

/** Sends packets over a connection of its own and gives what came back, when it is as long as that. */
async function exchange(port: number, packets: readonly string[], length: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(Buffer.from(packets.join(''), 'hex'));
  let answer = Buffer.alloc(0);
  while (answer.length < length) {
    const [chunk] = await once(socket, 'data');
    answer = Buffer.concat([answer, chunk]);
  }
  socket.destroy();
  return answer.toString('hex');
}

test('what was acknowledged is there after kill -9', async () => {
  const { file, store } = configuration();
  const first = new BuiltBroker(['-c', file]);
  await first.wrote(/ running\n/);
  expect(first.stderr).toContain(`Store ${store}: new, for sessions and retained messages\n`);
  expect(await exchange(first.port, [CONNECT_A, SUBSCRIBE_X], 9)).toBe(`${CONNACK}9003000101`);
  expect(await exchange(first.port, [CONNECT_P, PUBLISH_X], 8)).toBe(`${CONNACK}40020002`);
  first.kill('SIGKILL');
  await first.ended;

  const second = new BuiltBroker(['-c', file]);
  await second.wrote(/ running\n/);
  expect(second.stderr).toContain(
    `Store ${store}: 1 sessions with 1 subscriptions and 1 messages, 1 retained messages\n`,
  );
  const sessionPresent = '20020100';
  expect(await exchange(second.port, [CONNECT_A], 12)).toBe(`${sessionPresent}3206000178000131`);
});

test('a second process says who has the store', async () => {
  const { file, store } = configuration();
  const first = new BuiltBroker(['-c', file]);
  await first.wrote(/ running\n/);
  const pid = /"pid":(?<pid>\d+)/.exec(readFileSync(join(store, 'skua.lock'), 'utf8'))?.groups?.['pid'];
  const { code, stderr } = runToEnd('-c', file);
  expect(stderr).toContain(
    `Error: ${store} is used by the process ${pid}: end it, or give this one another directory.\n`,
  );
  expect(code).toBe(1);
});

test('a damaged store is said to be, and nothing begins anew', async () => {
  const { file, store } = configuration();
  const first = new BuiltBroker(['-c', file]);
  await first.wrote(/ running\n/);
  first.kill('SIGTERM');
  await first.ended;
  truncateSync(join(store, 'skua.mdb'), 5000);
  const { code, stderr } = runToEnd('-c', file);
  expect(stderr).toMatch(/Error: \S+skua\.mdb is damaged: page 1 is cut off: the file ends at byte 5000\./);
  expect(stderr).toContain('Put a backup in its place');
  expect(code).toBe(1);
});

const CONNACK = '20020000';
/** Client Identifier 'a', the session is kept. */
const CONNECT_A = '100d00044d515454040000000001'.concat('61');
/** Client Identifier 'p', Clean Session. */
const CONNECT_P = '100d00044d515454040200000001'.concat('70');
const SUBSCRIBE_X = '820600010001'.concat('7801');
/** QoS 1, RETAIN, '1' to 'x'. */
const PUBLISH_X = '330600017800'.concat('0231');
