import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { TransportRecorder } from '@skua/transport/contract';
import { describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { dialWebSocket, webSocketListener, webSocketUpgrade, type WebSocketListenerOptions } from '../src/index.ts';
import { listening, type Listening } from './connections.ts';

const host = '127.0.0.1';
const endLimits = { flushMs: 150, drainMs: 100, drainBytes: 300_000 };

const listen = (options: Partial<WebSocketListenerOptions> = {}): Promise<Listening> =>
  listening(webSocketListener({ host, port: 0, path: '/mqtt', endLimits, ...options }));

async function httpServerOn(): Promise<{ httpServer: Server; port: number }> {
  const httpServer = createServer((_request, response) => response.end('a page'));
  httpServer.listen(0, host);
  await once(httpServer, 'listening');
  const address = httpServer.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { httpServer, port: address.port };
}

describe('the handshake', () => {
  test('mqtt is chosen, also when it is not the first that is offered', async () => {
    const at = await listen();
    for (const [offered, chosen] of [
      [['mqtt'], 'mqtt'],
      [['mqttv3.1'], 'mqttv3.1'],
      [['chat', 'mqttv3.1', 'mqtt'], 'mqtt'],
    ] as const) {
      const webSocket = new WebSocket(`ws://${host}:${at.port}/mqtt?token=7`, [...offered]);
      await once(webSocket, 'open');
      expect(webSocket.protocol).toBe(chosen);
      expect(webSocket.extensions).toBe('');
      (await at.accepted()).destroy();
      webSocket.terminate();
    }
    await at.close();
  });

  test('no subprotocol or only others: 400, and the reason is reported', async () => {
    const at = await listen();
    for (const offered of [[], ['chat']]) {
      const webSocket = new WebSocket(`ws://${host}:${at.port}/mqtt`, offered);
      const [error] = await once(webSocket, 'error');
      expect(String(error)).toContain('400');
      expect(String(await at.problem())).toContain("without the subprotocol 'mqtt'");
    }
    await at.close();
  });

  test('another path gets 404, a plain request 426, nonsense 400', async () => {
    const at = await listen();
    await expect(dialWebSocket({ url: `ws://${host}:${at.port}/other` })).rejects.toThrow('404');
    const response = await fetch(`http://${host}:${at.port}/mqtt`);
    expect(response.status).toBe(426);
    const socket = connect(at.port, host, () => socket.write('\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00\r\n\r\n'));
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toContain('400');
    await at.problem();
    socket.destroy();
    await at.close();
  });

  test('a client that offers no subprotocol can dial a server that asks for none', async () => {
    const plain = new WebSocketServer({ host, port: 0 });
    await once(plain, 'listening');
    const address = plain.address();
    const port = address !== null && typeof address !== 'string' ? address.port : 0;
    const transport = await dialWebSocket({ url: `ws://${host}:${port}`, subprotocols: [] });
    transport.destroy();
    plain.close();
  });

  test('an answer that never comes ends at the deadline, and an abort at once', async () => {
    const sockets: Socket[] = [];
    const { httpServer, port } = await httpServerOn();
    httpServer.on('upgrade', (_request, socket: Socket) => sockets.push(socket));
    await expect(dialWebSocket({ url: `ws://${host}:${port}`, timeoutMs: 50 })).rejects.toThrow('within 50 ms');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(dialWebSocket({ url: `ws://${host}:${port}`, signal })).rejects.toThrow('enough');
    for (const socket of sockets) socket.destroy();
    httpServer.close();
  });
});

async function pair(at: Listening): Promise<{ webSocket: WebSocket; server: TransportRecorder }> {
  const webSocket = new WebSocket(`ws://${host}:${at.port}/mqtt`, 'mqtt');
  await once(webSocket, 'open');
  return { webSocket, server: new TransportRecorder(await at.accepted()) };
}

describe('frames', () => {
  test('a text frame closes the connection [MQTT-6.0.0-1]', async () => {
    const at = await listen();
    const { webSocket, server } = await pair(at);
    webSocket.send(Uint8Array.of(1, 2));
    webSocket.send('text');
    webSocket.send(Uint8Array.of(3));
    const [code] = await once(webSocket, 'close');
    expect(code).toBe(1003);
    await server.until(() => server.closed > 0);
    expect(server.received()).toEqual(Uint8Array.of(1, 2));
    expect(server.calls).toEqual(['data', 'close']);
    expect(server.error?.message).toContain('text frame');
    await at.close();
  });

  test('bytes are a stream over any frames: fragments, empty ones, one byte each [MQTT-6.0.0-2]', async () => {
    const at = await listen();
    const { webSocket, server } = await pair(at);
    webSocket.send(Uint8Array.of(1, 2), { fin: false });
    webSocket.send(Uint8Array.of(), { fin: false });
    webSocket.send(Uint8Array.of(3), { fin: true });
    webSocket.send(Uint8Array.of());
    for (const byte of [4, 5, 6]) webSocket.send(Uint8Array.of(byte));
    await server.until(() => server.receivedBytes === 6);
    expect(server.received()).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6));
    expect(server.chunks.every((chunk) => chunk.length > 0)).toBe(true);
    webSocket.terminate();
    await server.until(() => server.closed > 0);
    expect(server.calls).toEqual(['data', 'close']);
    expect(server.error?.message).toContain('without a closing handshake');
    await at.close();
  });

  test('a message above the limit closes with 1009', async () => {
    const at = await listen({ maxPayload: 1000 });
    const { webSocket, server } = await pair(at);
    webSocket.send(new Uint8Array(1000));
    webSocket.send(new Uint8Array(1001));
    const [code] = await once(webSocket, 'close');
    expect(code).toBe(1009);
    await server.until(() => server.closed > 0);
    expect(server.receivedBytes).toBe(1000);
    expect(server.error).toMatchObject({ code: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' });
    await at.close();
  });

  test('frames that break RFC 6455 end the connection in time although the peer does not answer', async () => {
    const at = await listen();
    const socket = connect(at.port, host);
    socket.write(
      `GET /mqtt HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n`,
    );
    const server = new TransportRecorder(await at.accepted());
    socket.resume();
    socket.write(Uint8Array.of(0x82, 0x01, 0x00)); // not masked
    await server.until(() => server.closed > 0);
    expect(server.error).toMatchObject({ code: 'WS_ERR_EXPECTED_MASK' });
    socket.destroy();
    await at.close();
  });

  test('a peer that closes is an end and a close', async () => {
    const at = await listen();
    const { webSocket, server } = await pair(at);
    webSocket.close(1000);
    await server.until(() => server.closed > 0);
    expect(server.calls).toEqual(['end', 'close']);
    expect(server.error).toBeUndefined();
    await at.close();
  });

  test('while paused, frames of a chunk that was already read are kept', async () => {
    const at = await listen();
    const { webSocket, server } = await pair(at);
    const socket = server.transport;
    const seen: number[] = [];
    server.onData = (chunk) => {
      seen.push(chunk[0] ?? 0);
      socket.pause();
      queueMicrotask(() => socket.resume());
      TransportRecorder.prototype.onData.call(server, chunk);
    };
    for (let byte = 0; byte < 100; byte += 1) webSocket.send(Uint8Array.of(byte));
    await server.until(() => seen.length === 100);
    expect(seen).toEqual([...Array(100).keys()]);
    webSocket.terminate();
    await at.close();
  });
});

describe('somebody else’s HTTP server', () => {
  test('requests, other paths and other upgrade listeners are left alone', async () => {
    const { httpServer, port } = await httpServerOn();
    const others = new WebSocketServer({ noServer: true });
    httpServer.on('upgrade', (request, socket, head) => {
      if (request.url !== '/chat') return;
      others.handleUpgrade(request, socket, head, (webSocket) => webSocket.send('hello from the chat'));
    });
    const at = await listening(webSocketUpgrade(httpServer, { path: '/mqtt' }));
    expect(at.addresses).toMatchObject([{ protocol: 'websocket', url: `ws://${host}:${port}/mqtt`, port }]);

    const chat = new WebSocket(`ws://${host}:${port}/chat`);
    const [greeting] = await once(chat, 'message');
    expect(String(greeting)).toBe('hello from the chat');
    const page = await fetch(`http://${host}:${port}/mqtt`);
    expect(await page.text()).toBe('a page');

    const transport = await dialWebSocket({ url: `ws://${host}:${port}/mqtt` });
    const client = new TransportRecorder(transport);
    const server = new TransportRecorder(await at.accepted());
    server.transport.write(Uint8Array.of(5));
    await client.until(() => client.receivedBytes === 1);

    await at.close();
    expect((await fetch(`http://${host}:${port}/`)).status).toBe(200);
    server.transport.write(Uint8Array.of(6));
    await client.until(() => client.receivedBytes === 2);
    chat.terminate();
    client.transport.destroy();
    await server.until(() => server.closed > 0);
    httpServer.close();
    httpServer.closeAllConnections();
  });

  test('another path gets 404 when nobody else is there to answer', async () => {
    const { httpServer, port } = await httpServerOn();
    const at = await listening(webSocketUpgrade(httpServer, { path: '/mqtt' }));
    await expect(dialWebSocket({ url: `ws://${host}:${port}/chat` })).rejects.toThrow('404');
    await at.close();
    httpServer.close();
  });

  test('an HTTP server that does not listen yet has no address', async () => {
    const httpServer = createServer();
    const at = await listening(webSocketUpgrade(httpServer, { path: '/mqtt' }));
    expect(at.addresses).toEqual([]);
    await at.close();
    expect(httpServer.listenerCount('upgrade')).toBe(0);
  });
});
