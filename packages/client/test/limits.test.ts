import { describe, expect, test } from 'vitest';
import type { Client, Payload, PublishOptions } from '../src/index.ts';
import { ScriptedServer } from './scripted-server.ts';

describe('what the server does not allow is refused before a byte is sent', () => {
  test.each<[string, object, (client: Client) => Promise<unknown>, string]>([
    ['Maximum QoS', { maximumQos: 1 }, (client) => client.publish('t', '', { qos: 2 }), 'MQTT-3.2.2-11'],
    [
      'Retain Available',
      { retainAvailable: false },
      (client) => client.publish('t', '', { retain: true }),
      'MQTT-3.2.2-14',
    ],
    [
      'Maximum Packet Size',
      { maximumPacketSize: 20 },
      (client) => client.publish('t', 'x'.repeat(20)),
      'MQTT-3.2.2-15',
    ],
    [
      'Maximum Packet Size',
      { maximumPacketSize: 20 },
      (client) => client.subscribe('f'.repeat(20), () => {}),
      'MQTT-3.2.2-15',
    ],
    [
      'Wildcard Subscription Available',
      { wildcardSubscriptionAvailable: false },
      (client) => client.subscribe('a/+', () => {}),
      'U-3.2.2.3.11-2',
    ],
    [
      'Shared Subscription Available',
      { sharedSubscriptionAvailable: false },
      (client) => client.subscribe('$share/g/a', () => {}),
      'U-3.2.2.3.13-2',
    ],
    [
      'Subscription Identifiers Available',
      { subscriptionIdentifiersAvailable: false },
      (client) => client.subscribe('a', () => {}, { subscriptionIdentifier: 1 }),
      'U-3.2.2.3.12-2',
    ],
  ])('%s', async (limit, properties, act, statement) => {
    const server = new ScriptedServer();
    const client = await server.connected({}, { properties });
    server.take();
    await expect(act(client)).rejects.toMatchObject({ name: 'LimitError', limit, statement });
    await server.settle();
    expect(server.received).toEqual([]);
    expect(client.state.status).toBe('connected');
    client.destroy();
  });

  test('what was queued before the connection is judged by its limits, and the rest goes on', async () => {
    const server = new ScriptedServer();
    const client = await server.client();
    const refused = await client.publish('t', '1', { qos: 2 });
    const large = await client.publish('t', 'x'.repeat(100), { qos: 1 });
    const fine = await client.publish('t', '3', { qos: 1 });
    const subscribing = client.subscribe('a/#', () => {});
    const failures = [
      expect(refused.acknowledged).rejects.toMatchObject({ name: 'LimitError', limit: 'Maximum QoS' }),
      expect(large.acknowledged).rejects.toMatchObject({ name: 'LimitError', limit: 'Maximum Packet Size' }),
      expect(subscribing).rejects.toMatchObject({ name: 'LimitError' }),
    ];
    await server.accept({
      properties: { maximumQos: 1, maximumPacketSize: 50, wildcardSubscriptionAvailable: false },
    });
    await Promise.all(failures);
    expect(server.take('publish')).toMatchObject([{ qos: 1, packetIdentifier: 1 }]);
    expect(fine.state).toBe('sent');
    client.destroy();
  });

  test('Receive Maximum: no more are under way, the others wait in order', async () => {
    const server = new ScriptedServer();
    const client = await server.connected({}, { properties: { receiveMaximum: 2 } });
    for (let index = 1; index <= 5; index += 1) await client.publish('t', `${index}`, { qos: 1 });
    await server.settle();
    const identifiers: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const sent = server.take('publish');
      for (const packet of sent) if (packet.type === 'publish') identifiers.push(packet.packetIdentifier);
      expect(client.statistics.inflight).toBeLessThanOrEqual(2);
      const next = identifiers[round] ?? 0;
      await server.send({ type: 'puback', packetIdentifier: next, reasonCode: 0, properties: {} });
    }
    expect(identifiers).toEqual([1, 2, 3, 4, 5]);
    expect(client.statistics).toMatchObject({ inflight: 0, queued: 0 });
    client.destroy();
  });

  test('Topic Alias Maximum: automatic aliases stay within it, and die with the connection', async () => {
    const server = new ScriptedServer();
    const client = await server.connected({ automaticTopicAliases: true }, { properties: { topicAliasMaximum: 1 } });
    for (const name of ['topic/one', 'topic/two', 'topic/one']) client.send(name, '');
    await server.settle();
    const uses = (): unknown[] =>
      server
        .take('publish')
        .map((packet) => packet.type === 'publish' && [packet.topicName, packet.properties.topicAlias]);
    expect(uses()).toEqual([
      ['topic/one', 1],
      ['topic/two', undefined],
      ['', 1],
    ]);
    await server.cut();
    await server.pass(1000);
    await server.accept({ properties: { topicAliasMaximum: 1 } });
    client.send('topic/one', '');
    await server.settle();
    expect(uses()).toEqual([['topic/one', 1]]);
    client.destroy();
  });
});

describe('what nobody can send is refused at the call', () => {
  test.each<[string, string, Payload, PublishOptions]>([
    ['a wildcard', 'a/+', '', {}],
    ['an empty Topic Name', '', '', {}],
    ['a QoS of 3', 't', '', JSON.parse('{"qos":3}')],
    ['an interval below 0', 't', '', { properties: { messageExpiryInterval: -1 } }],
    ['a payload of another type', 't', JSON.parse('7'), {}],
  ])('%s', async (_name, topicName, payload, options) => {
    const server = new ScriptedServer();
    const client = await server.client();
    await expect(client.publish(topicName, payload, options)).rejects.toThrow();
    expect(client.send(topicName, payload, options)).toBe(false);
    await server.accept();
    await expect(client.publish(topicName, payload, options)).rejects.toThrow();
    await expect(client.publish(topicName, payload, { ...options, qos: options.qos ?? 1 })).rejects.toThrow();
    await server.settle();
    expect(server.types).toEqual(['connect']);
    expect(client.statistics).toMatchObject({ queued: 0, inflight: 0 });
    client.destroy();
  });

  test.each([
    [{ keepAlive: 70_000 }, 'keepAlive is 70000; allowed: whole numbers from 0 to 65535'],
    [{ receiveMaximum: 0 }, 'receiveMaximum is 0; allowed: whole numbers from 1 to 65535'],
    [{ queue: { messagesMax: -1 } }, 'queue.messagesMax is -1; allowed: 0 or more'],
  ])('option %o', async (options, message) => {
    await expect(new ScriptedServer().client(options)).rejects.toThrow(message);
  });
});
