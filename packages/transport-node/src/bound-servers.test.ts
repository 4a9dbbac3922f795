import { createServer, type Server } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { BoundServers } from './bound-servers.ts';

const lookup = vi.hoisted(() => vi.fn<() => Promise<{ address: string; family: number }[]>>());
vi.mock('node:dns/promises', () => ({ lookup }));
afterEach(() => lookup.mockReset());

/** All of 127.0.0.0/8 is this machine on Linux; elsewhere only the first. */
const severalAddresses = test.skipIf(process.platform !== 'linux');

function track(): { servers: Server[]; problems: Error[]; bound: BoundServers } {
  const servers: Server[] = [];
  const problems: Error[] = [];
  const create = (): Server => {
    const server = createServer((socket) => socket.destroy());
    servers.push(server);
    return server;
  };
  return { servers, problems, bound: new BoundServers(create, (error) => problems.push(error)) };
}

severalAddresses('every address of a name gets the same port', async () => {
  lookup.mockResolvedValue(['127.0.0.1', '127.0.0.2', '127.0.0.1'].map((address) => ({ address, family: 4 })));
  const { bound, servers } = track();
  const addresses = await bound.listen({ host: 'somewhere', port: 0 });
  expect(addresses.map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.2']);
  expect(addresses[0]?.port).toBe(addresses[1]?.port);
  await bound.close();
  expect(servers.map((server) => server.listening)).toEqual([false, false]);
});

severalAddresses('when one of the addresses is taken, none is kept', async () => {
  const blocker = track();
  const [taken] = await blocker.bound.listen({ host: '127.0.0.2', port: 0 });
  lookup.mockResolvedValue(['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 })));
  const { bound, servers } = track();
  const port = taken?.port ?? 0;
  await expect(bound.listen({ host: 'somewhere', port })).rejects.toThrow(`Cannot listen on 127.0.0.2:${port}`);
  expect(servers.map((server) => server.listening)).toEqual([false, false]);
  await blocker.bound.close();
});

severalAddresses('an address that this machine does not have is left out, unless there is no other', async () => {
  lookup.mockResolvedValue(['203.0.113.1', '127.0.0.1'].map((address) => ({ address, family: 4 })));
  const { bound } = track();
  expect((await bound.listen({ host: 'somewhere', port: 0 })).map(({ address }) => address)).toEqual(['127.0.0.1']);
  await bound.close();
  lookup.mockResolvedValue(['203.0.113.1', '203.0.113.2'].map((address) => ({ address, family: 4 })));
  await expect(track().bound.listen({ host: 'somewhere', port: 0 })).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
});

test('an error of a listening server is a problem, not the end', async () => {
  const { bound, servers, problems } = track();
  await bound.listen({ host: '127.0.0.1', port: 0 });
  const error = Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' });
  servers[0]?.emit('error', error);
  expect(problems).toEqual([error]);
  expect(servers[0]?.listening).toBe(true);
  await bound.close();
});
