import { describe, expect, test } from 'vitest';
import type { Client, QueueSettings, Receipt } from '../src/index.ts';
import { ScriptedServer } from './scripted-server.ts';
import { settlePromises } from './virtual-time.ts';

async function offline(queue: QueueSettings): Promise<{ server: ScriptedServer; client: Client }> {
  const server = new ScriptedServer();
  return { server, client: await server.client({ queue }) };
}

async function texts(server: ScriptedServer): Promise<string[]> {
  await server.accept();
  return server
    .take('publish')
    .map((packet) => (packet.type === 'publish' ? new TextDecoder().decode(packet.payload) : ''));
}

describe('the budgets for what waits', () => {
  test.each<[QueueSettings['whenFull'], string[]]>([
    ['dropOldest', ['b2', 'a3', 'a4']],
    ['dropNewest', ['a1', 'b2', 'a3']],
    ['keepLatestPerTopic', ['b2', 'a3', 'a4']],
  ])('%s', async (whenFull = 'wait', expected) => {
    const { server, client } = await offline({ messagesMax: 3, whenFull });
    const dropped: string[] = [];
    client.on('messageDropped', ({ direction, topicName }) => dropped.push(`${direction} ${topicName}`));
    const receipts: Receipt[] = [];
    for (const text of ['a1', 'b2', 'a3', 'a4']) receipts.push(await client.publish(text.charAt(0), text));
    const outcomes = Promise.allSettled(receipts.map(({ acknowledged }) => acknowledged));
    expect(await texts(server)).toEqual(expected);
    expect((await outcomes).filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { name: 'MessageDroppedError' } },
    ]);
    expect(dropped).toEqual(['sent a']);
    expect(client.statistics).toMatchObject({ dropped: 1, queuedHighWater: 3 });
    client.destroy();
  });

  test('keepLatestPerTopic: a gauge that reports for hours sends one message', async () => {
    const { server, client } = await offline({ messagesMax: 1, whenFull: 'keepLatestPerTopic' });
    for (let value = 1; value <= 10_800; value += 1) client.send('gauge', `${value}`);
    expect(await texts(server)).toEqual(['10800']);
    client.destroy();
  });

  test('reject', async () => {
    const { server, client } = await offline({ bytesMax: 200, whenFull: 'reject' });
    await client.publish('t', 'x'.repeat(100));
    await expect(client.publish('t', 'y'.repeat(100))).rejects.toMatchObject({ name: 'QueueFullError' });
    expect(client.send('t', 'y'.repeat(100))).toBe(false);
    expect(await texts(server)).toHaveLength(1);
    client.destroy();
  });

  test('wait: publish resolves when there is room, in order; who gives up leaves no gap', async () => {
    const { server, client } = await offline({ messagesMax: 1, waitingMax: 3 });
    const admitted: string[] = [];
    const publish = (text: string, signal?: AbortSignal): Promise<void> =>
      client.publish('t', text, { qos: 1, signal }).then(
        () => void admitted.push(text),
        (error: Error) => void admitted.push(`${text} ${error.name}`),
      );
    const controller = new AbortController();
    const all = [publish('1'), publish('2'), publish('3', controller.signal), publish('4'), publish('5')];
    await settlePromises();
    expect(admitted).toEqual(['1', '5 QueueFullError']);
    controller.abort();
    await settlePromises();
    expect(admitted).toEqual(['1', '5 QueueFullError', '3 AbortError']);
    expect(await texts(server)).toEqual(['1', '2', '4']);
    await Promise.all(all);
    expect(admitted.slice(3)).toEqual(['2', '4']);
    client.destroy();
  });

  test('QoS 0 need not wait', async () => {
    const { server, client } = await offline({ qos0: false });
    await expect(client.publish('t', '0')).rejects.toMatchObject({ name: 'MessageDroppedError' });
    await client.publish('t', '1', { qos: 1 });
    expect(await texts(server)).toEqual(['1']);
    client.destroy();
  });
});

describe('time while a message waits', () => {
  test('its Message Expiry Interval goes on, and what is left is sent', async () => {
    const { server, client } = await offline({});
    const short = await client.publish('t', 'short', { qos: 1, properties: { messageExpiryInterval: 2 } });
    const long = await client.publish('t', 'long', { qos: 1, properties: { messageExpiryInterval: 10 } });
    const failure = expect(short.acknowledged).rejects.toMatchObject({ name: 'MessageExpiredError' });
    await server.pass(3500);
    await failure;
    await server.accept();
    expect(server.take('publish')).toMatchObject([{ properties: { messageExpiryInterval: 7 } }]);
    expect(long.state).toBe('sent');
    expect(client.statistics.expired).toBe(1);
    client.destroy();
  });

  test('the timeout of a call withdraws what waits, and forgets what is under way', async () => {
    const { server, client } = await offline({});
    const waiting = await client.publish('t', '1', { qos: 1, timeout: 100 });
    const failure = expect(waiting.acknowledged).rejects.toMatchObject({ name: 'TimeoutError' });
    await server.pass(100);
    await failure;
    expect(await texts(server)).toEqual([]);
    const sent = await client.publish('t', '2', { qos: 1, timeout: 100 });
    const late = expect(sent.acknowledged).rejects.toMatchObject({ name: 'TimeoutError' });
    await server.pass(100);
    await late;
    expect(client.statistics.inflight).toBe(1);
    await server.send({ type: 'puback', packetIdentifier: 1, reasonCode: 0, properties: {} });
    expect(client.statistics.inflight).toBe(0);
    client.destroy();
  });
});

describe('close', () => {
  test('settles everything, once, and further calls are refused', async () => {
    const { server, client } = await offline({ messagesMax: 1 });
    const first = await client.publish('t', '1', { qos: 1 });
    const outcomes = Promise.allSettled([
      first.acknowledged,
      client.publish('t', '2'),
      client.subscribe('t', () => {}),
      client.connected(),
      client.request('t', ''),
    ]);
    const closing = client.close({ drain: false });
    expect(client.close()).toBe(closing);
    await server.settle();
    await closing;
    expect(
      (await outcomes).map((outcome) => outcome.status === 'rejected' && String(outcome.reason).split(':')[0]),
    ).toEqual(['ClosedError', 'ClosedError', 'ClosedError', 'ClosedError', 'ClosedError']);
    await expect(client.publish('t', '')).rejects.toMatchObject({ name: 'ClosedError' });
    await expect(client.subscribe('t', () => {})).rejects.toMatchObject({ name: 'ClosedError' });
    expect(client.send('t', '')).toBe(false);
    expect(client.state).toEqual({ status: 'closed', cause: undefined });
  });

  test('drains first: DISCONNECT comes after the last acknowledgement, with no timer left', async () => {
    const server = new ScriptedServer();
    const client = await server.connected();
    const { acknowledged } = await client.publish('t', '1', { qos: 1 });
    const closing = client.close();
    await server.settle();
    expect(client.state.status).toBe('closing');
    expect(server.types).toEqual(['connect', 'publish']);
    await server.send({ type: 'puback', packetIdentifier: 1, reasonCode: 0, properties: {} });
    await acknowledged;
    await closing;
    expect(server.take('disconnect')).toMatchObject([{ reasonCode: 0, properties: { sessionExpiryInterval: 0 } }]);
    expect(server.time.timers).toBe(0);
  });

  test('does not drain longer than it may', async () => {
    const server = new ScriptedServer();
    const client = await server.connected({ sessionExpiryInterval: 60 });
    const { acknowledged } = await client.publish('t', '1', { qos: 1 });
    const failure = expect(acknowledged).rejects.toMatchObject({ name: 'ClosedError' });
    const closing = client.close({ timeout: 700, reasonCode: 0x04 });
    await server.pass(700);
    await failure;
    await closing;
    expect(server.take('disconnect')).toMatchObject([{ reasonCode: 0x04, properties: {} }]);
  });
});
