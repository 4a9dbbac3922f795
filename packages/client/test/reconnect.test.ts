import { describe, expect, test } from 'vitest';
import type { ClientState } from '../src/index.ts';
import { ReconnectSchedule } from '../src/engine/reconnect-schedule.ts';
import { redirectedServer } from '../src/engine/server-reference.ts';
import { ScriptedServer } from './scripted-server.ts';

describe('when to try again', () => {
  test('bounds double up to the maximum, are drawn from evenly, and begin anew after a stable connection', () => {
    let dice = 0.999;
    const schedule = new ReconnectSchedule({ initialMs: 100, maximumMs: 1000, stableMs: 5000 }, 1, () => dice);
    const next = (): number => schedule.handleFailure();
    expect([next(), next(), next(), next(), next(), next()]).toEqual([99, 199, 399, 799, 999, 999]);
    dice = 0;
    expect(next()).toBe(0);
    dice = 0.5;
    expect(schedule.handleLoss(4999)).toBe(500);
    expect(schedule.handleLoss(5000)).toBe(50);
    expect(schedule.attempts).toBe(1);
  });

  test('every server comes in turn before a pause', () => {
    const schedule = new ReconnectSchedule({ initialMs: 100, maximumMs: 1000, stableMs: 0 }, 3, () => 0.5);
    const tried = Array.from({ length: 6 }, () => [schedule.server, schedule.handleFailure()]);
    expect(tried).toEqual([
      [0, 0],
      [1, 0],
      [2, 50],
      [0, 0],
      [1, 0],
      [2, 100],
    ]);
  });

  test('a Server Reference takes the scheme of the server that names it', () => {
    expect(redirectedServer('mqtts://a:8883', 'b:8884 c')).toBe('mqtts://b:8884');
    expect(redirectedServer('mqtt://a', 'ws://b/mqtt')).toBe('ws://b/mqtt');
  });
});

describe('the state of a client', () => {
  test('goes through attempts, pauses and connections, and says why', async () => {
    const server = new ScriptedServer();
    const client = await server.client({ connectTimeoutMs: 1000, reconnect: { initialMs: 100 } });
    const states: string[] = [];
    client.on('state', (state: ClientState) =>
      states.push('cause' in state ? `${state.status}: ${state.cause?.message}` : state.status),
    );
    await server.pass(1100);
    await server.accept();
    await server.send({ type: 'disconnect', reasonCode: 0x8b, properties: { reasonString: 'bye' } });
    await server.pass(200);
    expect(states).toEqual([
      'waiting: No CONNACK within 1000 ms',
      'connecting',
      'connected',
      'waiting: The server ended the connection with 0x8b: bye',
      'connecting',
    ]);
    expect(client.explain()).toContain('is connecting to');
    client.destroy();
  });

  test.each([0x84, 0x85, 0x86, 0x87, 0x8a, 0x8c] as const)('CONNACK with %i is the end', async (reasonCode) => {
    const server = new ScriptedServer();
    const client = await server.client();
    await server.accept({ reasonCode, properties: { reasonString: 'no' } });
    expect(client.state).toMatchObject({ status: 'closed', cause: { name: 'ConnectError', reasonCode } });
    await expect(client.publish('t', '')).rejects.toMatchObject({ name: 'ClosedError', reasonCode });
    await server.pass(100_000);
    expect(server.dials).toBe(1);
    expect(server.time.timers).toBe(0);
  });

  test('a session that was taken over is the end, unless the application says otherwise', async () => {
    const server = new ScriptedServer();
    const client = await server.connected();
    await server.send({ type: 'disconnect', reasonCode: 0x8e, properties: {} });
    expect(client.state).toMatchObject({ status: 'closed', cause: { name: 'DisconnectedError', reasonCode: 0x8e } });
    const stubborn = await server.connected({ reconnect: { isTerminal: () => false } });
    await server.send({ type: 'disconnect', reasonCode: 0x8e, properties: {} });
    expect(stubborn.state.status).toBe('waiting');
    stubborn.destroy();
  });

  test('credentials are asked for before every attempt', async () => {
    const server = new ScriptedServer();
    let token = 0;
    const client = await server.client({
      credentials: () => Promise.resolve({ userName: 'u', password: `token ${(token += 1)}` }),
      reconnect: { initialMs: 10 },
    });
    const passwords: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      for (const packet of server.take('connect')) {
        if (packet.type === 'connect') passwords.push(new TextDecoder().decode(packet.password));
      }
      await server.cut();
      await server.pass(1000);
    }
    expect(passwords).toEqual(['token 1', 'token 2', 'token 3']);
    client.destroy();
  });

  test('credentials that cannot be had are a failed attempt', async () => {
    const server = new ScriptedServer();
    const client = await server.client({ credentials: () => Promise.reject(new Error('no token')) });
    expect(client.state).toMatchObject({ status: 'waiting', cause: { message: 'no token', name: 'ConnectError' } });
    client.destroy();
    await server.settle();
    expect(server.time.timers).toBe(0);
  });

  test('Server References are followed if that was asked for: 0x9C once, 0x9D for good', async () => {
    const server = new ScriptedServer();
    const servers = ['mqtt://a'];
    const settings = { reconnect: { initialMs: 10 }, dial: server.dial, servers, followServerReference: true };
    const client = await server.client(settings);
    const send = (reasonCode: 0x9c | 0x9d, serverReference: string): Promise<void> =>
      server.send({ type: 'disconnect', reasonCode, properties: { serverReference } });
    await server.accept();
    await send(0x9c, 'b');
    await server.pass(100);
    await server.accept();
    await server.cut();
    await server.pass(100);
    await server.accept();
    await send(0x9d, 'c');
    await server.pass(100);
    await server.accept();
    await server.cut();
    await server.pass(100);
    expect(server.servers).toEqual(['mqtt://a', 'mqtt://b', 'mqtt://a', 'mqtt://c', 'mqtt://c']);
    client.destroy();
  });

  test.each([
    ['CONNACK 0x84', '2003008400'],
    ['a CONNACK of 3.1.1 with return code 1', '20020001'],
    ['nothing', undefined],
  ])('5.0 falls back to 3.1.1 after %s', async (_name, hex) => {
    const server = new ScriptedServer();
    const client = await server.client({ fallback: true });
    expect(server.received).toMatchObject([{ protocolVersion: 5 }]);
    if (hex === undefined) await server.cut();
    else await server.sendHex(hex);
    await server.pass(1);
    expect(server.take('connect')).toMatchObject([{ protocolVersion: 4, clientIdentifier: 'c' }]);
    await server.sendHex('20020000');
    expect(client.state.status).toBe('connected');
    expect(client.protocolVersion).toBe(4);
    client.destroy();
  });

  test('a session that is lost: QoS 1 is published anew, QoS 2 is rejected or published anew, subscriptions are restored', async () => {
    for (const whenSessionIsLost of ['rejectQos2', 'republish'] as const) {
      const server = new ScriptedServer();
      const client = await server.connected({ whenSessionIsLost, restoreBatchMax: 2 });
      const subscribing = client.subscribe(['a', 'b', 'c'], () => {});
      await server.settle();
      await server.send({ type: 'suback', packetIdentifier: 1, reasonCodes: [0, 0, 0], properties: {} });
      await subscribing;
      const restored: number[] = [];
      client.on('subscriptionsRestored', ({ results }) =>
        restored.push(...results.map(({ reasonCode }) => reasonCode)),
      );
      const one = await client.publish('t', '1', { qos: 1 });
      const two = await client.publish('t', '2', { qos: 2 });
      const released = await client.publish('t', '3', { qos: 2 });
      await server.settle();
      await server.send({
        type: 'pubrec',
        packetIdentifier: released.packetIdentifier ?? 0,
        reasonCode: 0,
        properties: {},
      });
      const outcomes = Promise.allSettled([two.acknowledged, released.acknowledged]);
      await server.cut();
      await server.pass(1000);
      await server.accept();
      const again = server.take('publish');
      const filters = server.take('subscribe');
      expect(filters.map((packet) => packet.type === 'subscribe' && packet.subscriptions.length)).toEqual([2, 1]);
      for (const packet of filters) {
        if (packet.type !== 'subscribe') continue;
        const reasonCodes = packet.subscriptions.map(() => 1);
        await server.send({ type: 'suback', packetIdentifier: packet.packetIdentifier, reasonCodes, properties: {} });
      }
      expect(restored).toEqual([1, 1, 1]);
      expect(one.state).toBe('sent');
      if (whenSessionIsLost === 'rejectQos2') {
        expect(again).toMatchObject([{ qos: 1, dup: false }]);
        expect(await outcomes).toMatchObject([{ reason: { name: 'SessionLostError' } }, { value: { reasonCode: 0 } }]);
      } else {
        expect(again).toMatchObject([
          { qos: 1, dup: false },
          { qos: 2, dup: false },
        ]);
        expect(two.state).toBe('sent');
      }
      client.destroy();
    }
  });
});

describe('keep alive', () => {
  test('PINGREQ when nothing was sent, by the Server Keep Alive; silence ends the connection', async () => {
    const server = new ScriptedServer();
    const client = await server.connected({ keepAlive: 100 }, { properties: { serverKeepAlive: 10 } });
    expect(client.limits.keepAlive).toBe(10);
    server.take();
    await server.pass(8900);
    expect(server.types).toEqual([]);
    await server.pass(200);
    expect(server.take()).toMatchObject([{ type: 'pingreq' }]);
    await server.send({ type: 'pingresp' });
    await server.pass(9200);
    expect(server.take()).toMatchObject([{ type: 'pingreq' }]);
    await server.pass(5100);
    expect(client.state).toMatchObject({ status: 'waiting', cause: { reasonCode: 0x8d } });
    client.destroy();
  });

  test('a machine that slept asks before it gives the connection up', async () => {
    const server = new ScriptedServer();
    const client = await server.connected({ keepAlive: 10 });
    await server.pass(9100);
    expect(server.take('pingreq')).toHaveLength(1);
    server.time.jump(3_600_000);
    await server.pass(1);
    expect(client.state.status).toBe('connected');
    expect(server.take('pingreq')).toHaveLength(1);
    await server.send({ type: 'pingresp' });
    await server.pass(8000);
    expect(client.state.status).toBe('connected');
    // And when nobody answers then, it is over.
    server.time.jump(3_600_000);
    await server.pass(5002);
    await server.pass(5002);
    expect(client.state.status).not.toBe('connected');
    client.destroy();
  });

  test('a clock that is set back moves no deadline away', async () => {
    const server = new ScriptedServer();
    const client = await server.connected({ keepAlive: 10 });
    server.time.jump(-3_600_000);
    client.send('t', '');
    await server.settle();
    server.take();
    await server.pass(9100);
    expect(server.types).toEqual(['pingreq']);
    client.destroy();
  });

  test('after a change of network the client asks at once, or tries again at once', async () => {
    const server = new ScriptedServer();
    const client = await server.connected({ keepAlive: 60 });
    client.wake();
    await server.settle();
    expect(server.take('pingreq')).toHaveLength(1);
    await server.pass(5001);
    expect(client.state.status).toBe('waiting');
    client.wake();
    await server.settle();
    expect(client.state.status).toBe('connecting');
    client.destroy();
  });
});
