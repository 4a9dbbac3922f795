import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBroker, type BrokerProcess } from '../src/broker-process.ts';
import { exchangeMessages, MQTT_JS_VERSIONS } from '../src/exchange-messages.ts';
import { MqttJs } from '../src/mqtt-js.ts';
import { RunningProgram } from '../src/running-program.ts';

let broker: BrokerProcess;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skua-interop-'));
  broker = await startBroker(`
listener 0 127.0.0.1
listener 0 127.0.0.1
protocol websockets
listener 0 ${folder}/socket
allow_anonymous true
`);
});
afterAll(async () => {
  await MqttJs.endAll();
  await RunningProgram.stopAll();
  rmSync(folder, { recursive: true });
});

describe('MQTT.js', () => {
  for (const version of MQTT_JS_VERSIONS) {
    test(`over TCP, ${version.name}`, async () => {
      await exchangeMessages(`mqtt://127.0.0.1:${broker.portOf('mqtt')}`, version.options);
    });

    test(`over WebSocket, ${version.name}`, async () => {
      await exchangeMessages(`ws://127.0.0.1:${broker.portOf('ws')}/mqtt`, version.options);
    });

    test(`over a Unix socket, ${version.name}`, async () => {
      await exchangeMessages(`mqtt+unix://${folder}/socket`, version.options);
    });
  }

  test('a retained message and its removal', async () => {
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const publisher = await MqttJs.connect(url);
    await publisher.client.publishAsync('kept/a', 'value', { retain: true, qos: 1 });
    const first = await MqttJs.connect(url, { protocolVersion: 5 });
    await first.subscribe('kept/+');
    expect(await first.messages(1)).toEqual(['kept/a 1 1 value']);
    await publisher.client.publishAsync('kept/a', '', { retain: true, qos: 1 });
    const second = await MqttJs.connect(url);
    await second.subscribe('kept/+');
    await publisher.client.publishAsync('kept/b', 'end', { qos: 1 });
    expect(await second.messages(1)).toEqual(['kept/b 1 0 end']);
  });

  test('a session that its client comes back to', async () => {
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const options = { protocolVersion: 5, clientId: 'returning', clean: false } as const;
    const persistent = { ...options, properties: { sessionExpiryInterval: 600 } };
    const before = await MqttJs.connect(url, persistent);
    expect(await before.subscribe('back/#', 1)).toBe(1);
    await before.client.endAsync();
    const publisher = await MqttJs.connect(url);
    await publisher.client.publishAsync('back/a', 'missed', { qos: 2 });
    const after = await MqttJs.connect(url, persistent);
    expect(await after.messages(1)).toEqual(['back/a 1 0 missed']);
  });

  test('properties of 5.0, in order', async () => {
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const options = { protocolVersion: 5 } as const;
    const [subscriber, publisher] = [await MqttJs.connect(url, options), await MqttJs.connect(url, options)];
    await subscriber.client.subscribeAsync('p/#', { qos: 1, properties: { subscriptionIdentifier: 77 } });
    const properties = {
      payloadFormatIndicator: true,
      messageExpiryInterval: 900,
      contentType: 'text/plain',
      responseTopic: 'answer/here',
      correlationData: Buffer.from([0, 1, 255]),
      userProperties: { a: ['1', '2'], b: '3' },
    };
    await publisher.client.publishAsync('p/q', 'x', { qos: 1, properties });
    const [packet] = await subscriber.packets(1);
    expect({ ...packet?.properties }).toEqual({
      ...properties,
      userProperties: { ...properties.userProperties },
      subscriptionIdentifier: 77,
    });
  });
});
