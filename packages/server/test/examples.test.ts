import type { Server } from '@skua/server';
import { tcpListener } from '@skua/transport-node';
import { connectAsync, type IClientOptions, type IDisconnectPacket, type IPublishPacket, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { hashPassword, serverWithPasswords } from '../examples/authenticate.ts';
import { server as authorizing } from '../examples/authorize.ts';
import { server as changing } from '../examples/change-a-message.ts';
import { disconnect, forgetAddress } from '../examples/disconnect-a-client.ts';
import { serverThatAdds } from '../examples/in-process.ts';
import { inventory } from '../examples/list-everything.ts';
import { sendAway, serverThatHasMoved } from '../examples/redirect.ts';
import { serverThatTells } from '../examples/watch-events.ts';
import { receivers } from '../examples/who-would-receive.ts';
import { createServer } from '../src/index.ts';

/** A server on TCP and MQTT.js clients of it: what a reader of the examples has. */
class Bench {
  readonly #server: Server;
  readonly #clients: MqttClient[] = [];
  #url = '';

  constructor(server: Server) {
    this.#server = server;
  }

  readonly connect = async (clientId: string, options: IClientOptions = {}): Promise<MqttClient> => {
    if (this.#url === '') {
      const [address] = await this.#server.listen(tcpListener({ host: '127.0.0.1', port: 0 }));
      this.#url = address?.url ?? '';
    }
    const client = await connectAsync(
      this.#url,
      { protocolVersion: 5, reconnectPeriod: 0, clientId, ...options },
      false,
    );
    this.#clients.push(client);
    return client;
  };

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.endAsync(true)));
    await this.#server.close();
  }
}

describe('the example', () => {
  let bench: Bench | undefined;
  const start = (server: Server): Bench['connect'] => {
    bench = new Bench(server);
    return bench.connect;
  };
  beforeEach(() => {
    bench = undefined;
  });
  afterEach(() => bench?.close());

  test('authenticate.ts lets in who knows the password', async () => {
    const salt = Uint8Array.of(1, 2, 3);
    const hash = await hashPassword(new TextEncoder().encode('secret'), salt);
    const connect = start(serverWithPasswords(new Map([['ann', { salt, hash }]])));
    await connect('good', { username: 'ann', password: 'secret' });
    await expect(connect('wrong', { username: 'ann', password: 'guess' })).rejects.toMatchObject({ code: 0x86 });
    await expect(connect('unknown', { username: 'bob', password: 'secret' })).rejects.toMatchObject({ code: 0x86 });
    await expect(connect('anonymous')).rejects.toMatchObject({ code: 0x86 });
  });

  test('authorize.ts lets devices speak for themselves only', async () => {
    const connect = start(authorizing);
    const device = await connect('d1');
    const auditor = await connect('auditor');
    await auditor.subscribeAsync('#', { qos: 1 });
    await expect(device.subscribeAsync('#')).rejects.toThrow();
    await device.subscribeAsync('commands/d1/#');
    await device.subscribeAsync('news/#');
    const seen: string[] = [];
    for (const client of [device, auditor]) {
      client.on('message', (topic) => seen.push(`${client.options.clientId} ${topic}`));
    }
    await expect(device.publishAsync('devices/d2/state', 'x', { qos: 1 })).rejects.toMatchObject({ code: 0x87 });
    await device.publishAsync('devices/d1/state', 'x', { qos: 1 });
    for (const topicName of ['news/confidential', 'news/public']) authorizing.publish({ topicName });
    await vi.waitFor(() => expect(seen).toHaveLength(4));
    expect(seen.toSorted()).toEqual([
      'auditor devices/d1/state',
      'auditor news/confidential',
      'auditor news/public',
      'd1 news/public',
    ]);
  });

  test('change-a-message.ts names publishers, and rounds for guests', async () => {
    const connect = start(changing);
    const sensor = await connect('sensor');
    const owner = await connect('owner');
    const guest = await connect('any', { username: 'guest' });
    const arrived = [owner, guest].map((client) => packetOf(client));
    for (const client of [owner, guest]) await client.subscribeAsync('#');
    await sensor.publishAsync('readings/1', '21.7', { qos: 1, properties: { userProperties: { unit: 'C' } } });
    const [forOwner, forGuest] = await Promise.all(arrived);
    expect(String(forOwner?.payload)).toBe('21.7');
    expect(forOwner?.properties?.userProperties).toEqual({ unit: 'C', publisher: 'sensor' });
    expect(String(forGuest?.payload)).toBe('22');
    expect(forGuest?.properties?.userProperties).toBeUndefined();
  });

  test('watch-events.ts tells who comes, who goes and what is lost', async () => {
    const lines: string[] = [];
    const server = serverThatTells((line) => lines.push(line));
    const connect = start(server);
    const ann = await connect('ann', { clean: false, properties: { sessionExpiryInterval: 60 } });
    await ann.subscribeAsync('t/#', { qos: 1 });
    await ann.endAsync();
    await vi.waitFor(() => expect(lines).toHaveLength(2));
    for (const topicName of ['t/1', 't/2', 't/3']) server.publish({ topicName, qos: 1 });
    await vi.waitFor(() => expect(lines).toHaveLength(3));
    expect(lines).toEqual([
      'ann connected',
      expect.stringMatching(/^ann left \(client: /),
      'ann does not get t/3: queueFull',
    ]);
  });

  test('in-process.ts answers, until it is told to stop', async () => {
    const server = serverThatAdds();
    const connect = start(server);
    const asker = await connect('asker');
    await asker.subscribeAsync('sums', { qos: 1 });
    const answer = packetOf(asker);
    const properties = { responseTopic: 'sums', correlationData: Buffer.from('7') };
    await asker.publishAsync('add', '1+2+39', { qos: 1, properties });
    const { payload, properties: answered } = await answer;
    expect(String(payload)).toBe('42');
    expect(String(answered?.correlationData)).toBe('7');
    await asker.publishAsync('add', 'stop', { qos: 1 });
    expect(receivers(server, 'add')).toEqual([]);
  });

  test('disconnect-a-client.ts ends connections and sessions', async () => {
    const server = createServer();
    const connect = start(server);
    const lasting = { clean: false, properties: { sessionExpiryInterval: 60 } };
    const ann = await connect('ann', lasting);
    const told = disconnectOf(ann);
    expect(disconnect(server, 'ann')).toBe(true);
    expect(await told).toMatchObject({ reasonCode: 0x98 });
    expect(disconnect(server, 'ann')).toBe(false);
    const bob = await connect('bob', lasting);
    const gone = disconnectOf(bob);
    expect(forgetAddress(server, '192.0.2.1')).toBe(0);
    expect(forgetAddress(server, server.broker.listClients().items[0]?.remoteAddress ?? '')).toBe(1);
    await gone;
    expect(server.broker.listSessions().items.map(({ clientIdentifier }) => clientIdentifier)).toEqual(['ann']);
  });

  test('list-everything.ts lists page by page', async () => {
    const server = createServer();
    const connect = start(server);
    const ann = await connect('ann');
    for (let index = 0; index < 150; index += 1) {
      server.publish({ topicName: `t/${String(index).padStart(3, '0')}`, payload: Uint8Array.of(1), retain: true });
    }
    await ann.subscribeAsync(['a', 'b'], { qos: 1 });
    const lines = [...inventory(server)];
    expect(lines.slice(0, 4)).toEqual([
      expect.stringMatching(/^client ann from .*127\.0\.0\.1/),
      'session ann, connected, 0 queued',
      '  subscribed to a at QoS 1',
      '  subscribed to b at QoS 1',
    ]);
    expect(lines).toHaveLength(154);
    expect(lines.at(-1)).toBe('retained t/149, 1 bytes');
  });

  test('who-would-receive.ts names them all', async () => {
    const server = createServer();
    const connect = start(server);
    const ann = await connect('ann');
    const bob = await connect('bob');
    await ann.subscribeAsync(['a/+', 'a/#'], { qos: 0 });
    await bob.subscribeAsync('$share/s/a/b', { qos: 1 });
    server.subscribe('#', () => undefined);
    expect(receivers(server, 'a/b')).toEqual([
      'ann (now, QoS 0) by a/# and a/+',
      'one of bob by share s',
      'this program',
    ]);
  });

  test('redirect.ts tells clients where to go', async () => {
    const connect = start(serverThatHasMoved('new.example:1883'));
    await expect(connect('ann')).rejects.toMatchObject({ code: 0x9d });
    await bench?.close();
    const server = createServer();
    const connectHere = start(server);
    const bob = await connectHere('bob');
    const told = disconnectOf(bob);
    sendAway(server, 'new.example:1883');
    expect(await told).toMatchObject({ reasonCode: 0x9d, properties: { serverReference: 'new.example:1883' } });
  });
});

/** The next message that a client gets, with its properties. */
function packetOf(client: MqttClient): Promise<IPublishPacket> {
  return new Promise((resolve) => {
    client.once('message', (_topic, _payload, packet) => resolve(packet));
  });
}

/** The DISCONNECT that a client gets. */
function disconnectOf(client: MqttClient): Promise<IDisconnectPacket> {
  return new Promise((resolve) => {
    client.once('disconnect', resolve);
  });
}
