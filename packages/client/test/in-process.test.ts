import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { connect, createClient, type ReceivedMessage } from '../src/index.ts';
import { inProcessServer } from './in-process-server.ts';

describe('a client and a server in one process', () => {
  test.each([5, 4, 3] as const)('version %i: publish and subscribe at every QoS', async (protocolVersion) => {
    const { server, dial } = inProcessServer();
    await using client = await connect({ dial, protocolVersion, clientIdentifier: 'a' });
    const heard: string[] = [];
    const subscription = await client.subscribe(
      'a/+',
      (message) => void heard.push(`${message.topicName} ${message.qos} ${message.text()}`),
      { qos: 2 },
    );
    expect(subscription.results).toEqual([{ topicFilter: 'a/+', reasonCode: 2, reasonString: undefined }]);
    for (const qos of [0, 1, 2] as const) {
      const receipt = await client.publish(`a/${qos}`, `text ${qos}`, { qos });
      expect(await receipt.acknowledged).toMatchObject({ reasonCode: 0 });
      expect(receipt.state).toBe('acknowledged');
    }
    while (heard.length < 3) await turn();
    expect(heard).toEqual(['a/0 0 text 0', 'a/1 1 text 1', 'a/2 2 text 2']);
    await subscription.unsubscribe();
    await client.publish('a/0', 'unheard', { qos: 1 }).then(({ acknowledged }) => acknowledged);
    expect(heard).toHaveLength(3);
    await client.close();
    expect(client.state).toEqual({ status: 'closed', cause: undefined });
    await server.close();
  });

  test('an iterator gives the messages in order, and its end unsubscribes', async () => {
    const { server, dial } = inProcessServer();
    await using client = await connect({ dial });
    const stream = await client.subscribe('n', { qos: 1 });
    for (let i = 0; i < 100; i += 1) await client.publish('n', String(i), { qos: 1 });
    const numbers: number[] = [];
    for await (const message of stream) {
      numbers.push(Number(message.text()));
      if (numbers.length === 100) break;
    }
    expect(numbers).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(server.broker.listSubscriptions('').items).toEqual([]);
    await client.close();
    await server.close();
  });

  test('what is published before the first connection waits for it', async () => {
    const { server, dial } = inProcessServer();
    const client = createClient({ dial });
    const heard: ReceivedMessage[] = [];
    const subscribing = client.subscribe('t', (message) => void heard.push(message), { qos: 2 });
    const receipts = await Promise.all(([0, 1, 2] as const).map((qos) => client.publish('t', `${qos}`, { qos })));
    await subscribing;
    await Promise.all(receipts.map(({ acknowledged }) => acknowledged));
    while (heard.length < 3) await turn();
    expect(heard.map((message) => message.text())).toEqual(['0', '1', '2']);
    await client.close();
    await server.close();
  });

  test('messages and subscriptions outlive a lost connection', async () => {
    const { server, dial, connections } = inProcessServer();
    await using client = await connect({ dial, reconnect: { initialMs: 1 } });
    const heard: string[] = [];
    await client.subscribe('t', (message) => void heard.push(message.text()), { qos: 2 });
    for (let round = 0; round < 5; round += 1) {
      connections.at(-1)?.cut();
      const receipts = await Promise.all(
        ([0, 1, 2] as const).map((qos) => client.publish('t', `${round}-${qos}`, { qos })),
      );
      await Promise.all(receipts.map(({ acknowledged }) => acknowledged));
    }
    while (!heard.includes('4-2')) await turn();
    const expected = [0, 1, 2, 3, 4].flatMap((round) => [1, 2].map((qos) => `${round}-${qos}`));
    expect(heard.filter((text) => !text.endsWith('-0'))).toEqual(expected);
    await client.close();
    await server.close();
  });

  test('request and response, also in 3.1.1', async () => {
    const { server, dial } = inProcessServer();
    for (const protocolVersion of [5, 4] as const) {
      await using asker = await connect({ dial, protocolVersion });
      await using answerer = await connect({ dial, protocolVersion });
      await answerer.respond('double', (request) => String(Number(request.text()) * 2));
      const response = await asker.request('double', '21', { timeout: 2000 });
      expect(response.text()).toBe('42');
      await expect(asker.request('nobody', '', { timeout: 20 })).rejects.toMatchObject({ name: 'TimeoutError' });
    }
    await server.close();
  });
});
