import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Listener, Transport } from '@skua/transport';
import { transportContract } from '@skua/transport/contract';
import { afterAll, test } from 'vitest';
import {
  dialTcp,
  dialTls,
  dialUnix,
  dialWebSocket,
  tcpListener,
  unixListener,
  webSocketListener,
  webSocketUpgrade,
} from '../src/index.ts';
import { makeCertificates } from './certificates.ts';
import { listening, type Listening } from './connections.ts';

// Deadlines of the tests that wait for a transport to close by itself; everything else ends by events.
const endLimits = { flushMs: 150, drainMs: 100, drainBytes: 300_000 };
const host = '127.0.0.1';
const maxPayload = 1_000_000;
const certificates = makeCertificates();
const folder = mkdtempSync(join(tmpdir(), 'skua-contract-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the suite with either side as the server's. */
function contract(name: string, create: () => Listener, dial: (at: Listening) => Promise<Transport>): void {
  for (const serverIsLeft of [true, false]) {
    const connect = async (): Promise<{ left: Transport; right: Transport; dispose: () => Promise<void> }> => {
      const at = await listening(create());
      const [client, server] = await Promise.all([dial(at), at.accepted()]);
      const [left, right] = serverIsLeft ? [server, client] : [client, server];
      return { left, right, dispose: () => at.close() };
    };
    transportContract({ test }, { name: `${name}, ${serverIsLeft ? 'server' : 'client'} first`, connect });
  }
}

contract(
  'tcp',
  () => tcpListener({ host, port: 0, endLimits }),
  ({ port }) => dialTcp({ host, port, endLimits }),
);

let paths = 0;
contract(
  'unix',
  () => unixListener({ path: join(folder, `s${(paths += 1)}`), endLimits }),
  ({ addresses }) => dialUnix({ path: addresses[0]?.address ?? '', endLimits }),
);

contract(
  'websocket',
  () => webSocketListener({ host, port: 0, path: '/mqtt', maxPayload, endLimits }),
  ({ addresses }) => dialWebSocket({ url: addresses[0]?.url ?? '', endLimits }),
);

contract(
  'websocket on a foreign HTTP server',
  () => {
    const httpServer = createServer();
    const upgrade = webSocketUpgrade(httpServer, { path: '/mqtt', maxPayload, endLimits });
    return {
      listen: async (accept) => {
        await new Promise<void>((resolve) => {
          httpServer.listen(0, host, resolve);
        });
        return upgrade.listen(accept);
      },
      close: async () => {
        await upgrade.close();
        httpServer.close();
      },
    };
  },
  ({ addresses }) => dialWebSocket({ url: addresses[0]?.url ?? '', endLimits }),
);

if (certificates === undefined) {
  test.skip('tls and secure websocket: the openssl program is missing', () => {});
} else {
  const { ca, server: tls } = certificates;
  contract(
    'tls',
    () => tcpListener({ host, port: 0, tls, endLimits }),
    ({ port }) => dialTls({ host, port, ca, endLimits }),
  );
  contract(
    'secure websocket',
    () => webSocketListener({ host, port: 0, tls, maxPayload, endLimits }),
    ({ addresses }) => dialWebSocket({ url: addresses[0]?.url ?? '', ca, endLimits }),
  );
}
