import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { SharedReadBuffer } from './shared-read-buffer.ts';

async function acceptedSocket(): Promise<{ accepted: Socket; peer: Socket; close: () => void }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const peer = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
  const [accepted] = await once(server, 'connection');
  return {
    accepted,
    peer,
    close: () => {
      peer.destroy();
      accepted.destroy();
      server.close();
    },
  };
}

test('an accepted socket reads into the shared buffer on every Node that is supported', async () => {
  const { accepted, close } = await acceptedSocket();
  expect(new SharedReadBuffer().attach(accepted, () => {}, false)).toBe(true);
  close();
});

test('a chunk keeps its bytes when the next socket reads into the same buffer', async () => {
  const shared = new SharedReadBuffer();
  const [first, second] = [await acceptedSocket(), await acceptedSocket()];
  const chunks: Uint8Array[] = [];
  for (const { accepted } of [first, second]) shared.attach(accepted, (chunk) => chunks.push(chunk), false);
  first.peer.write('one');
  while (chunks.length < 1) await new Promise(setImmediate);
  second.peer.write('two');
  while (chunks.length < 2) await new Promise(setImmediate);
  expect(chunks.map((chunk) => Buffer.from(chunk).toString())).toEqual(['one', 'two']);
  first.close();
  second.close();
});

test('a socket that has bytes already, or no handle, is left to be read in the usual way', async () => {
  const { accepted, peer, close } = await acceptedSocket();
  peer.write('early');
  while (accepted.readableLength === 0) await new Promise(setImmediate);
  expect(new SharedReadBuffer().attach(accepted, () => {}, false)).toBe(false);
  close();
  expect(new SharedReadBuffer().attach(peer, () => {}, false)).toBe(false);
});
