import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePacket, PacketReader, type Packet } from '@skua/codec';
import { dialTcp, dialUnix, tcpListener, unixListener, webSocketListener } from '@skua/transport-node';
import type { Listener, ListenerAddress, Transport } from '@skua/transport';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer, type Server, type ServerEvent } from '../src/index.ts';
import { makeCertificates } from './certificates.ts';
import { nextMessage } from './next-message.ts';
import { connect, publish, subscribe } from './packets.ts';

const host = '127.0.0.1';
const certificates = makeCertificates();
const folder = mkdtempSync(join(tmpdir(), 'skua-server-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Running {
  readonly server: Server;
  readonly addresses: readonly ListenerAddress[];
  readonly events: ServerEvent[];
  readonly port: number;
}

async function running(listener: Listener): Promise<Running> {
  const events: ServerEvent[] = [];
  const server = createServer({ onEvent: (event) => events.push(event) });
  const addresses = await server.listen(listener);
  return { server, addresses, events, port: addresses[0]?.port ?? 0 };
}

/** A raw client: what is received, packet by packet. */
class RawClient {
  readonly #transport: Transport;
  readonly #reader = new PacketReader({ role: 'client', protocolVersion: 5 });
  readonly #arrived: (Packet | 'end')[] = [];
  #wake: (() => void) | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
    const arrive = (item: Packet | 'end'): void => {
      this.#arrived.push(item);
      this.#wake?.();
    };
    transport.open({
      onData: (chunk) => {
        this.#reader.push(chunk.slice());
        for (let packet = this.#reader.next(); packet !== undefined; packet = this.#reader.next()) arrive(packet);
      },
      onWritable: () => {},
      onEnd: () => arrive('end'),
      onClose: () => arrive('end'),
    });
  }

  send(...packets: readonly Parameters<typeof encodePacket>[0][]): void {
    for (const packet of packets) this.#transport.write(encodePacket(packet, 5));
  }

  async next(): Promise<Packet | 'end'> {
    while (this.#arrived.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#arrived.shift() ?? 'end';
  }

  end(): void {
    this.#transport.end();
  }
}

describe('a raw client over real sockets', () => {
  test('TCP: connects, subscribes, hears itself, and is told when the server closes', async () => {
    const { server, port } = await running(tcpListener({ host, port: 0 }));
    const client = new RawClient(await dialTcp({ host, port }));
    client.send(connect({ clientIdentifier: 'raw' }), subscribe('t', 1), publish('t', 'x'.repeat(100_000)));
    expect(await client.next()).toMatchObject({ type: 'connack', reasonCode: 0 });
    expect(await client.next()).toMatchObject({ type: 'suback', reasonCodes: [1] });
    expect(await client.next()).toMatchObject({ type: 'publish', topicName: 't' });
    const closing = server.close();
    expect(await client.next()).toMatchObject({ type: 'disconnect', reasonCode: 0x8b });
    expect(await client.next()).toBe('end');
    client.end();
    await closing;
    await expect(dialTcp({ host, port })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('Unix socket: the path is the address', async () => {
    const path = join(folder, 'mqtt');
    const { server, events } = await running(unixListener({ path }));
    const client = new RawClient(await dialUnix({ path }));
    client.send(connect({ clientIdentifier: 'raw' }));
    expect(await client.next()).toMatchObject({ type: 'connack', reasonCode: 0 });
    expect(events).toMatchObject([{ type: 'connected', remoteAddress: path }]);
    client.end();
    await server.close();
  });

  test('whoever breaks the protocol is told why before the connection ends, although it goes on sending', async () => {
    const { server, port } = await running(tcpListener({ host, port: 0 }));
    const socket = connectSocket(port, host);
    const received: Buffer[] = [];
    let error: Error | undefined;
    socket.on('data', (chunk) => received.push(Buffer.from(chunk)));
    socket.on('error', (reason) => {
      error = reason;
    });
    socket.write(encodePacket(connect({ clientIdentifier: 'bad' }), 5));
    // A PUBLISH with QoS 3 [MQTT-3.3.1-4], and more behind it.
    socket.write(Buffer.concat([Buffer.from([0x36, 3, 0, 1, 97]), Buffer.alloc(500_000)]));
    await once(socket, 'close');
    expect(error).toBeUndefined();
    const reader = new PacketReader({ role: 'client', protocolVersion: 5 });
    reader.push(Buffer.concat(received));
    expect(reader.next()).toMatchObject({ type: 'connack' });
    expect(reader.next()).toMatchObject({ type: 'disconnect', reasonCode: 0x81 });
    await server.close();
  });
});

const transports: readonly {
  readonly name: string;
  readonly listener: () => Listener;
  readonly options: IClientOptions;
}[] = [
  { name: 'TCP', listener: () => tcpListener({ host, port: 0 }), options: {} },
  { name: 'WebSocket', listener: () => webSocketListener({ host, port: 0, path: '/mqtt' }), options: {} },
  ...(certificates === undefined
    ? []
    : [
        {
          name: 'TLS with a client certificate',
          listener: () =>
            tcpListener({
              host,
              port: 0,
              tls: { ...certificates.server, ca: certificates.ca, requireCertificate: true },
            }),
          options: { ca: certificates.ca, ...certificates.client },
        },
        {
          name: 'secure WebSocket',
          listener: () => webSocketListener({ host, port: 0, path: '/mqtt', tls: certificates.server }),
          options: { ca: certificates.ca },
        },
      ]),
];

if (certificates === undefined) test.skip('MQTT.js over TLS: the openssl program is missing', () => {});

describe.each(transports)('MQTT.js over $name', ({ listener, options }) => {
  let at: Running;
  const clients: MqttClient[] = [];
  beforeAll(async () => {
    at = await running(listener());
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.endAsync()));
    await at.server.close();
  });
  const client = async (version: 4 | 5, more: IClientOptions = {}): Promise<MqttClient> => {
    const url = at.addresses[0]?.url ?? '';
    const made = await connectAsync(url, { protocolVersion: version, reconnectPeriod: 0, ...options, ...more });
    clients.push(made);
    return made;
  };

  test.each([4, 5] as const)('version %i: every QoS, retained, large and small', async (version) => {
    const receiver = await client(version);
    const sender = await client(version);
    const topic = `t${version}`;
    await receiver.subscribeAsync(`${topic}/#`, { qos: 2 });
    const arrived: [string, number, number][] = [];
    const all = new Promise<void>((resolve) => {
      receiver.on('message', (name, payload, packet) => {
        arrived.push([name, payload.length, packet.qos]);
        if (arrived.length === 9) resolve();
      });
    });
    for (const qos of [0, 1, 2] as const) {
      for (const length of [0, 100, 200_000]) {
        await sender.publishAsync(`${topic}/${qos}`, Buffer.alloc(length, qos), { qos, retain: length === 100 });
      }
    }
    await all;
    expect(arrived).toEqual(
      [0, 1, 2].flatMap((qos) => [0, 100, 200_000].map((length) => [`${topic}/${qos}`, length, qos])),
    );
    const late = await client(version);
    const retained = nextMessage(late);
    await late.subscribeAsync(`${topic}/1`);
    expect(await retained).toEqual([`${topic}/1`, '\x01'.repeat(100)]);
  });

  test('a will arrives when the connection is cut', async () => {
    const receiver = await client(5);
    await receiver.subscribeAsync('wills', { qos: 1 });
    const dying = await client(5, { will: { topic: 'wills', payload: Buffer.from('gone'), qos: 1, retain: false } });
    const arrived = nextMessage(receiver);
    dying.stream.destroy();
    expect(await arrived).toEqual(['wills', 'gone']);
  });
});
