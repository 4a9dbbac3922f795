import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBroker, type BrokerProcess } from '../src/broker-process.ts';
import { MqttJs } from '../src/mqtt-js.ts';
import { RunningProgram } from '../src/running-program.ts';

let broker: BrokerProcess;
let url: string;
beforeAll(async () => {
  broker = await startBroker(`
listener 0 127.0.0.1
allow_anonymous true
max_packet_size 300
max_keepalive 20
max_queued_messages 3
persistent_client_expiration 1h
`);
  url = `mqtt://127.0.0.1:${broker.port}`;
});
afterAll(async () => {
  await MqttJs.endAll();
  await RunningProgram.stopAll();
});

describe('limits of the configuration', () => {
  test('5.0 clients are told', async () => {
    const { connack } = await MqttJs.connect(url, {
      protocolVersion: 5,
      keepalive: 60,
      clean: false,
      clientId: 'told',
      properties: { sessionExpiryInterval: 0xffffffff },
    });
    expect(connack.properties).toMatchObject({
      maximumPacketSize: 300,
      serverKeepAlive: 20,
      sessionExpiryInterval: 3600,
    });
  });

  test('max_packet_size: who sends more is disconnected with 0x95, and others are served', async () => {
    const client = await MqttJs.connect(url, { protocolVersion: 5, keepalive: 20 });
    const reason = client.disconnectReason();
    const closed = client.closed();
    await client.subscribe('t');
    await client.client.publishAsync('t', 'x'.repeat(250), { qos: 1 });
    expect(await client.messages(1)).toEqual([`t 1 0 ${'x'.repeat(250)}`]);
    // The header of a PUBLISH of 301 bytes is enough: the rest need not come.
    client.client.stream.write(Buffer.from('30aa02', 'hex'));
    expect(await reason).toBe(0x95);
    await closed;
    await MqttJs.connect(url, { protocolVersion: 4, keepalive: 20 });
  });

  test('max_keepalive: a 3.1.1 client that asks for more is refused', async () => {
    await expect(MqttJs.connect(url, { protocolVersion: 4, keepalive: 21 })).rejects.toThrow(/Connection refused/);
    await MqttJs.connect(url, { protocolVersion: 4, keepalive: 20 });
  });

  test('max_queued_messages: the newest messages give way', async () => {
    const options = { protocolVersion: 4, clean: false, clientId: 'away', keepalive: 20 } as const;
    const before = await MqttJs.connect(url, options);
    await before.subscribe('queue', 1);
    await before.client.endAsync();
    const publisher = await MqttJs.connect(url, { keepalive: 20 });
    for (const number of [1, 2, 3, 4, 5]) await publisher.client.publishAsync('queue', `${number}`, { qos: 1 });
    const after = await MqttJs.connect(url, options);
    await after.packets(3);
    await publisher.client.publishAsync('queue', 'end', { qos: 1 });
    expect(await after.messages(4)).toEqual(['queue 1 0 1', 'queue 1 0 2', 'queue 1 0 3', 'queue 1 0 end']);
  });

  test('allow_anonymous true: a user name is taken, whatever it is', async () => {
    const client = await MqttJs.connect(url, { username: 'bob', password: 'x', keepalive: 20 });
    await client.subscribe('named');
    await client.client.publishAsync('named', 'x', { qos: 1 });
    expect(await client.messages(1)).toEqual(['named 1 0 x']);
  });
});
