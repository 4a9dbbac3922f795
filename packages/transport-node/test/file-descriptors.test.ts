import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { TransportRecorder } from '@skua/transport/contract';
import { expect, test } from 'vitest';
import { dialTcp, tcpListener } from '../src/index.ts';
import { listening } from './connections.ts';

const host = '127.0.0.1';
const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0;

// The limit of this very process is lowered until accept() fails. The shell is started before, since starting a program
// needs descriptors too.
test.skipIf(!hasPrlimit)('a listener survives that no file descriptor is left (needs prlimit)', async () => {
  const at = await listening(tcpListener({ host, port: 0 }));
  const shell = spawn('sh', [], { stdio: ['pipe', 'pipe', 'inherit'] });
  const setLimit = async (limit: string): Promise<void> => {
    shell.stdin.write(`prlimit --pid ${process.pid} --nofile=${limit}: ; echo done\n`);
    await once(shell.stdout, 'data');
  };
  const [soft] = spawnSync('prlimit', ['--nofile', '--output=SOFT', '--noheadings']).stdout.toString().split('\n');
  const sockets: Socket[] = [];
  await setLimit(String(readdirSync('/proc/self/fd').length + 12));
  const outcomes: Promise<unknown>[] = [];
  for (let count = 0; count < 30; count += 1) {
    const socket = connect(at.port, host);
    sockets.push(socket);
    outcomes.push(
      new Promise((resolve) => {
        socket.on('error', resolve);
        socket.once('end', resolve);
        socket.once('connect', resolve);
        socket.resume();
      }),
    );
  }
  await Promise.all(outcomes);
  for (const socket of sockets) socket.destroy();
  await setLimit((soft ?? '').trim());
  shell.stdin.end();

  // Connections of before are still queued: the new one is known by what it says.
  const client = await dialTcp({ host, port: at.port });
  client.write(Uint8Array.of(42));
  for (;;) {
    const server = new TransportRecorder(await at.accepted());
    await server.until(() => server.receivedBytes > 0 || server.closed > 0 || server.ended > 0);
    server.transport.destroy();
    if (server.received()[0] === 42) break;
  }
  client.destroy();
  await at.close();
  expect(sockets).toHaveLength(30);
});
