import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TransportRecorder } from '@skua/transport/contract';
import { afterAll, describe, expect, test } from 'vitest';
import { dialTcp, dialTls, dialUnix, tcpListener, tcpTransport, unixListener } from '../src/index.ts';
import { listening } from './connections.ts';

const host = '127.0.0.1';
const folder = mkdtempSync(join(tmpdir(), 'skua-sockets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('addresses', () => {
  test('port 0 is reported as the real port, with a URL', async () => {
    const at = await listening(tcpListener({ host, port: 0 }));
    expect(at.port).toBeGreaterThan(0);
    expect(at.addresses).toEqual([
      { protocol: 'tcp', encrypted: false, address: host, port: at.port, url: `mqtt://${host}:${at.port}` },
    ]);
    await at.close();
  });

  test('a name is listened on at each of its addresses, with one port', async () => {
    const at = await listening(tcpListener({ host: 'localhost', port: 0 }));
    expect(new Set(at.addresses.map((address) => address.port)).size).toBe(1);
    for (const { address } of at.addresses) {
      const transport = await dialTcp({ host: address, port: at.port });
      const accepted = await at.accepted();
      expect(accepted.info.remoteAddress).toBe(address);
      accepted.destroy();
      transport.destroy();
    }
    await at.close();
  });

  test('without a host every interface is listened on, IPv4 too', async () => {
    const at = await listening(tcpListener({ port: 0 }));
    const transport = await dialTcp({ host, port: at.port });
    const accepted = await at.accepted();
    expect(accepted.info.remoteAddress).toBe(host);
    accepted.destroy();
    transport.destroy();
    await at.close();
  });

  test('a taken port gives one sentence with the address, and none of the addresses is kept', async () => {
    const first = await listening(tcpListener({ host, port: 0 }));
    await expect(listening(tcpListener({ host: 'localhost', port: first.port }))).rejects.toMatchObject({
      name: 'ListenError',
      code: 'EADDRINUSE',
      message: `Cannot listen on ${host}:${first.port}: another program (or another listener) uses this address.`,
    });
    await first.close();
    const again = await listening(tcpListener({ host: 'localhost', port: first.port }));
    await again.close();
  });

  test('a name without address and an address of another machine are named', async () => {
    await expect(listening(tcpListener({ host: 'no-such-host.invalid', port: 1 }))).rejects.toMatchObject({
      message: 'Cannot listen on no-such-host.invalid:1: the name no-such-host.invalid has no address.',
    });
    await expect(listening(tcpListener({ host: '203.0.113.1', port: 1 }))).rejects.toMatchObject({
      code: 'EADDRNOTAVAIL',
      message: 'Cannot listen on 203.0.113.1:1: this machine does not have this address.',
    });
  });

  test('close frees the port while connections live on', async () => {
    const at = await listening(tcpListener({ host, port: 0 }));
    const client = new TransportRecorder(await dialTcp({ host, port: at.port }));
    const server = new TransportRecorder(await at.accepted());
    await at.close();
    await at.close();
    const again = await listening(tcpListener({ host, port: at.port }));
    server.transport.write(Uint8Array.of(1, 2, 3));
    await client.until(() => client.receivedBytes === 3);
    server.transport.destroy();
    client.transport.destroy();
    await again.close();
  });
});

describe('manners', () => {
  test('a peer that was reset costs only itself', async () => {
    const at = await listening(tcpListener({ host, port: 0 }));
    const socket = connect(at.port, host);
    await once(socket, 'connect');
    const server = new TransportRecorder(await at.accepted());
    socket.resetAndDestroy();
    await server.until(() => server.closed > 0);
    expect(server.error).toMatchObject({ code: 'ECONNRESET' });
    expect(server.transport.write(Uint8Array.of(1))).toBe(false);
    await at.close();
  });

  test('a connection that was lost before open is reported after it', async () => {
    const at = await listening(tcpListener({ host, port: 0 }));
    const socket = connect(at.port, host);
    await once(socket, 'connect');
    const transport = await at.accepted();
    transport.destroy();
    await once(socket, 'close');
    const server = new TransportRecorder(transport);
    expect(server.closed).toBe(0);
    await server.until(() => server.closed > 0);
    expect(server.calls).toEqual(['close']);
    await at.close();
  });

  test('without onEnd a transport ends itself when its peer does', async () => {
    const at = await listening(tcpListener({ host, port: 0 }));
    const socket = connect({ port: at.port, host, allowHalfOpen: true });
    const transport = await at.accepted();
    const closed = new Promise<Error | undefined>((resolve) => {
      transport.open({ onData: () => {}, onWritable: () => {}, onClose: resolve });
    });
    socket.end();
    socket.resume();
    await once(socket, 'end');
    expect(await closed).toBeUndefined();
    await at.close();
  });

  test('last words reach a peer that is in the middle of sending', async () => {
    const at = await listening(tcpListener({ host, port: 0 }));
    const socket = connect(at.port, host);
    await once(socket, 'connect');
    const server = new TransportRecorder(await at.accepted());
    const words: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => words.push(chunk));
    let socketError: Error | undefined;
    socket.on('error', (error) => {
      socketError = error;
    });
    socket.write(Buffer.alloc(200_000));
    server.transport.write(Buffer.from('goodbye'));
    server.transport.end();
    socket.write(Buffer.alloc(200_000));
    await once(socket, 'close');
    expect(Buffer.concat(words).toString()).toBe('goodbye');
    expect(socketError).toBeUndefined();
    await server.until(() => server.closed > 0);
    await at.close();
  });

  test('an ended transport reads on for a limited number of bytes', async () => {
    const endLimits = { flushMs: 60_000, drainMs: 60_000, drainBytes: 1_000_000 };
    const at = await listening(tcpListener({ host, port: 0, endLimits }));
    const socket = connect({ port: at.port, host, allowHalfOpen: true });
    const server = new TransportRecorder(await at.accepted());
    server.transport.end();
    socket.on('error', () => {});
    const flood = (): void => {
      while (socket.write(Buffer.alloc(65_536)));
    };
    socket.on('drain', flood);
    flood();
    await server.until(() => server.closed > 0);
    expect(socket.bytesWritten).toBeGreaterThan(1_000_000);
    socket.destroy();
    await at.close();
  });

  test('a socket of your own becomes a transport', async () => {
    const accepted: Promise<Socket> = new Promise((resolve) => {
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        server.close();
        resolve(socket);
      });
      server.listen(0, host, () => {
        const address = server.address();
        if (address !== null && typeof address !== 'string') client = dialTcp({ host, port: address.port });
      });
    });
    let client: ReturnType<typeof dialTcp> | undefined;
    const transport = tcpTransport(await accepted);
    const recorder = new TransportRecorder(transport);
    const other = await client;
    other?.write(Uint8Array.of(9));
    await recorder.until(() => recorder.receivedBytes === 1);
    expect(transport.info).toMatchObject({ protocol: 'tcp', remoteAddress: host, encrypted: false });
    other?.destroy();
    transport.destroy();
  });
});

describe('dialling', () => {
  test('a closed port, a passed deadline and an abort reject', async () => {
    const at = await listening(tcpListener({ host, port: 0 }));
    await at.close();
    await expect(dialTcp({ host, port: at.port })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(dialTcp({ host, port: at.port, signal })).rejects.toThrow('enough');
    // A server that accepts and says nothing: the TLS handshake never ends.
    const silent = await listening(tcpListener({ host, port: 0 }));
    await expect(dialTls({ host, port: silent.port, timeoutMs: 50 })).rejects.toThrow(
      `No connection to ${host}:${silent.port} within 50 ms.`,
    );
    (await silent.accepted()).destroy();
    await silent.close();
  });
});

describe('unix sockets', () => {
  test('a socket file that nobody listens on is replaced, and removed at close', async () => {
    const path = join(folder, 'stale');
    // A process that is killed leaves its socket file behind.
    const child = spawn(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('on'))`,
    ]);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(path)).toBe(true);
    const at = await listening(unixListener({ path }));
    expect(at.addresses).toEqual([
      { protocol: 'unix', encrypted: false, address: path, port: undefined, url: `unix:${path}` },
    ]);
    const client = await dialUnix({ path });
    expect((await at.accepted()).info).toMatchObject({ protocol: 'unix', remoteAddress: path, remotePort: undefined });
    client.destroy();
    await at.close();
    expect(existsSync(path)).toBe(false);
  });

  test('a socket that is answered is left alone', async () => {
    const path = join(folder, 'alive');
    const at = await listening(unixListener({ path }));
    await expect(listening(unixListener({ path }))).rejects.toMatchObject({
      name: 'ListenError',
      code: 'EADDRINUSE',
      message: `Cannot listen on ${path}: another program listens there.`,
    });
    const client = await dialUnix({ path });
    client.destroy();
    await at.close();
  });

  test('any other file is left alone', async () => {
    const path = join(folder, 'letter');
    writeFileSync(path, 'dear');
    await expect(listening(unixListener({ path }))).rejects.toThrow(
      `Cannot listen on ${path}: there is a file that is not a socket.`,
    );
    expect(existsSync(path)).toBe(true);
    await expect(listening(unixListener({ path: join(folder, 'nowhere/s') }))).rejects.toThrow('Cannot listen on');
  });
});
