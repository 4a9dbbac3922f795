import { setImmediate as turn } from 'node:timers/promises';
import { createServer } from '@skua/server';
import { tcpListener } from '@skua/transport-node';
import { expect, test } from 'vitest';
import { quickStart } from '../examples/node.ts';
import { measure } from '../examples/typed-topics.ts';
import { connect } from '../src/index.ts';
import { inProcessServer } from './in-process-server.ts';

test('the quick start for Node.js, over TCP', async () => {
  const server = createServer();
  const [address] = await server.listen(tcpListener({ host: '127.0.0.1', port: 0 }));
  const lines: string[] = [];
  await quickStart(`mqtt://127.0.0.1:${address?.port}`, (line) => lines.push(line));
  expect(lines).toEqual(['21.5', 'alarms/fire {"floor":3}']);
  await server.close();
});

test('typed topics', async () => {
  const { server, dial } = inProcessServer();
  await using client = await connect({ dial });
  const lines: string[] = [];
  await measure(client, (line) => lines.push(line));
  while (lines.length === 0) await turn();
  expect(lines).toEqual(['kitchen: 21.5 °C']);
  await client.close();
  await server.close();
});

test('the quick start for browsers compiles, and needs a browser', async () => {
  const { startPage } = await import('../examples/browser.ts');
  await expect(startPage('ws://127.0.0.1:1', () => {})).rejects.toThrow('indexedDB');
});
