import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { BROKER, startBroker } from '../src/broker-process.ts';
import { MqttJs } from '../src/mqtt-js.ts';
import { run, RunningProgram } from '../src/running-program.ts';

afterAll(async () => {
  await MqttJs.endAll();
  await RunningProgram.stopAll();
});

describe('connections', () => {
  test('takeover: the older connection is told Session taken over, the newer one is served', async () => {
    const broker = await startBroker();
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const options = { protocolVersion: 5, clientId: 'twin' } as const;
    const older = await MqttJs.connect(url, options);
    const reason = older.disconnectReason();
    const closed = older.closed();
    const newer = await MqttJs.connect(url, options);
    expect(await reason).toBe(0x8e);
    await closed;
    await newer.subscribe('t');
    await newer.client.publishAsync('t', 'here', { qos: 1 });
    expect(await newer.messages(1)).toEqual(['t 1 0 here']);
    await broker.stop();
  });

  test('a client that says nothing for one and a half times its Keep Alive is disconnected, and its will published', async () => {
    const broker = await startBroker();
    const watcher = await MqttJs.connect(`mqtt://127.0.0.1:${broker.port}`);
    await watcher.subscribe('will');
    const socket = connectSocket(broker.port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    // CONNECT, 3.1.1, Clean Session, Keep Alive 1 second, Client Identifier 'k', Will 'gone' on 'will'.
    socket.write(
      Buffer.concat([Buffer.from('101900044d5154540406000100016b', 'hex'), lengthed('will'), lengthed('gone')]),
    );
    await once(socket, 'end');
    expect(Buffer.concat(chunks).toString('hex')).toBe('20020000');
    expect(await watcher.messages(1)).toEqual(['will 0 0 gone']);
    socket.destroy();
    await broker.stop();
  });

  test('bytes that are no MQTT end their own connection only', async () => {
    const broker = await startBroker();
    const client = await MqttJs.connect(`mqtt://127.0.0.1:${broker.port}`);
    const socket = connectSocket(broker.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.resume();
    await once(socket, 'end');
    socket.destroy();
    await client.subscribe('t');
    await client.client.publishAsync('t', 'alive', { qos: 2 });
    expect(await client.messages(1)).toEqual(['t 2 0 alive']);
    await broker.stop();
  });
});

describe('the process', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s with clients attached: 5.0 clients hear why, exit code 0',
    async (signal) => {
      const broker = await startBroker();
      const url = `mqtt://127.0.0.1:${broker.port}`;
      const client = await MqttJs.connect(url, { protocolVersion: 5 });
      const old = await MqttJs.connect(url, { protocolVersion: 4 });
      const reason = client.disconnectReason();
      const closed = Promise.all([client.closed(), old.closed()]);
      broker.program.kill(signal);
      expect(await reason).toBe(0x8b);
      await closed;
      expect(await broker.program.exited).toEqual({ code: 0, signal: null });
    },
  );

  test('a client that does not take its end does not keep the broker from ending', async () => {
    const broker = await startBroker();
    const socket = connectSocket({ port: broker.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {});
    socket.write(Buffer.from('100d00044d51545404020000000161', 'hex'));
    await once(socket, 'data');
    expect(await broker.stop()).toBe(0);
    socket.destroy();
  });

  test('two brokers at once, and one sentence for a port that is taken', async () => {
    const [first, second] = [await startBroker(), await startBroker()];
    expect(first.port).not.toBe(second.port);
    const third = await run(process.execPath, [BROKER, '-p', `${first.port}`]);
    expect(third.code).toBe(1);
    const errors = third.errors.split('\n').filter((line) => line.includes('Error'));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(new RegExp(`127\\.0\\.0\\.1:${first.port}.*-p PORT`));
    expect(await first.stop()).toBe(0);
    const client = await MqttJs.connect(`mqtt://127.0.0.1:${second.port}`);
    await client.subscribe('t');
    await client.client.publishAsync('t', 'x', { qos: 1 });
    expect(await client.messages(1)).toEqual(['t 1 0 x']);
    expect(await second.stop()).toBe(0);
  });

  test('a port is free again when its broker has ended', async () => {
    const first = await startBroker();
    await first.stop();
    const second = new RunningProgram(process.execPath, [BROKER, '-p', `${first.port}`]);
    await second.line(/ running$/);
    second.kill('SIGTERM');
    expect((await second.exited).code).toBe(0);
  });
});

/** A UTF-8 string or binary data of MQTT: two bytes of length, then the bytes. */
function lengthed(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}
