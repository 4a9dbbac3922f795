import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readMosquittoDatabase, type StoredSession, type StoreRecord } from '@skua/store/interchange';
import { BROKER, startBroker } from '../src/broker-process.ts';
import { startMosquitto } from '../src/mosquitto-broker.ts';
import { PacketClient } from '../src/packet-client.ts';
import { describeWith, mosquittoServer } from '../src/required-program.ts';
import { RunningProgram } from '../src/running-program.ts';

afterAll(() => RunningProgram.stopAll());

const NEVER = 0xffff_ffff;

/** What the file of a mosquitto holds after the work and a SIGTERM. */
async function databaseAfter(work: (port: number) => Promise<void>): Promise<StoreRecord[]> {
  // Two messages in flight, so that others wait.
  const broker = await startMosquitto('max_inflight_messages 2');
  await work(broker.port);
  await broker.stop();
  const records = [...readMosquittoDatabase(readFileSync(broker.file), Date.now()).records];
  broker.remove();
  return records;
}

/** Client, QoS, step and payload of each delivery; by client, and those of a client in their order. */
function deliveries(records: readonly StoreRecord[]): string[] {
  const payloads = new Map<number, string>();
  const lines: string[] = [];
  for (const record of records) {
    if (record.type === 'message') payloads.set(record.messageId, Buffer.from(record.message.payload).toString());
    if (record.type !== 'delivery') continue;
    const { step, qos, packetIdentifier = '', messageId, retain } = record.delivery;
    const flag = retain ? 'retained ' : '';
    lines.push(`${record.clientIdentifier} ${qos} ${flag}${step}${packetIdentifier} ${payloads.get(messageId)}`);
  }
  const client = (line: string): string => line.split(' ')[0] ?? '';
  return lines.toSorted((a, b) => client(a).localeCompare(client(b)));
}

/** The sessions, by Client Identifier. */
function sessionsOf(records: readonly StoreRecord[]): StoredSession[] {
  const sessions = records.flatMap((record) => (record.type === 'session' ? [record.session] : []));
  return sessions.toSorted((a, b) => a.clientIdentifier.localeCompare(b.clientIdentifier));
}

function byFilter(session: StoredSession | undefined): StoredSession['subscriptions'] {
  const subscriptions = session?.subscriptions ?? [];
  return subscriptions.toSorted((a, b) => a.subscriptionFilter.localeCompare(b.subscriptionFilter));
}

/** Publishes at QoS 2 to the end of the exchange. */
async function publishCompletely(
  publisher: PacketClient,
  topic: string,
  identifier: number,
  payload: string,
): Promise<void> {
  publisher.publish(topic, 2, identifier, payload);
  await publisher.next('pubrec');
  publisher.send({ type: 'pubrel', packetIdentifier: identifier, reasonCode: 0, properties: {} });
  await publisher.next('pubcomp');
}

describeWith([mosquittoServer], 'a mosquitto.db that mosquitto has just written', () => {
  test('sessions with their subscriptions, and none that end with their connections', async () => {
    const records = await databaseAfter(async (port) => {
      const five = await PacketClient.connect(port, {
        clientIdentifier: 'five',
        version: 5,
        sessionExpiryInterval: 900,
        userName: 'anna',
      });
      await five.subscribe('a/local', 2, { noLocal: true });
      await five.subscribe('a/flag', 1, { retainAsPublished: true, subscriptionIdentifier: 300 });
      const old = await PacketClient.connect(port, { clientIdentifier: 'old', version: 4 });
      await old.subscribe('b/#', 0);
      const gone = await PacketClient.connect(port, {
        clientIdentifier: 'gone',
        version: 5,
        sessionExpiryInterval: NEVER,
      });
      gone.cut();
      await PacketClient.connect(port, { clientIdentifier: 'clean', version: 4, cleanStart: true });
      await PacketClient.connect(port, { clientIdentifier: 'short', version: 5 });
    });
    const sessions = sessionsOf(records);
    expect(
      sessions.map(({ clientIdentifier, sessionExpiryInterval, userName }) => [
        clientIdentifier,
        sessionExpiryInterval,
        userName,
      ]),
    ).toEqual([
      ['five', 900, undefined],
      ['gone', NEVER, undefined],
      ['old', NEVER, undefined],
    ]);
    const plain = { noLocal: false, retainAsPublished: false, retainHandling: 0, subscriptionIdentifier: undefined };
    expect(byFilter(sessions[0])).toEqual([
      { ...plain, subscriptionFilter: 'a/flag', qos: 1, retainAsPublished: true, subscriptionIdentifier: 300 },
      { ...plain, subscriptionFilter: 'a/local', qos: 2, noLocal: true },
    ]);
    expect(byFilter(sessions[2])).toEqual([{ ...plain, subscriptionFilter: 'b/#', qos: 0 }]);
  });

  test('messages in flight at every step, and queued ones behind them', async () => {
    const records = await databaseAfter(async (port) => {
      const at = { version: 5, sessionExpiryInterval: NEVER } as const;
      const silent = await PacketClient.connect(port, { clientIdentifier: 'silent', ...at });
      await silent.subscribe('q/2', 2);
      const halfway = await PacketClient.connect(port, { clientIdentifier: 'halfway', ...at });
      await halfway.subscribe('q/2', 2);
      const once = await PacketClient.connect(port, { clientIdentifier: 'once', version: 4 });
      await once.subscribe('q/2', 1);
      const publisher = await PacketClient.connect(port, { clientIdentifier: 'publisher', ...at });
      for (let number = 1; number <= 3; number += 1) await publishCompletely(publisher, 'q/2', number, `m${number}`);
      for (let number = 1; number <= 2; number += 1) {
        const { packetIdentifier } = await halfway.next('publish');
        halfway.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
        await halfway.next('pubrel');
      }
      await silent.next('publish');
      await once.next('publish');
      // The broker has it, and waits for PUBREL before it gives it to anybody.
      publisher.publish('q/2', 2, 9, 'unreleased');
      await publisher.next('pubrec');
    });
    expect(deliveries(records)).toEqual([
      'halfway 2 awaitingPubcomp1 m1',
      'halfway 2 awaitingPubcomp2 m2',
      'halfway 2 queued m3',
      'halfway 2 queued unreleased',
      'once 1 queued m1',
      'once 1 queued m2',
      'once 1 queued m3',
      'once 1 queued unreleased',
      'silent 2 awaitingPubrec1 m1',
      'silent 2 awaitingPubrec2 m2',
      'silent 2 queued m3',
      'silent 2 queued unreleased',
    ]);
    const sessions = sessionsOf(records);
    expect(sessions.find(({ clientIdentifier }) => clientIdentifier === 'publisher')?.awaitingPubrel).toEqual([9]);
    expect(records.filter(({ type }) => type === 'message')).toHaveLength(4);
  });

  test('retained messages, expiry and properties', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const records = await databaseAfter(async (port) => {
      const publisher = await PacketClient.connect(port, { clientIdentifier: 'publisher', version: 5 });
      publisher.publish('keep/me', 1, 1, 'kept', true);
      await publisher.next('puback');
      publisher.publish('keep/not', 1, 2, 'removed', true);
      publisher.publish('keep/not', 1, 3, '', true);
      await publisher.next('puback');
      publisher.send({
        type: 'publish',
        dup: false,
        topicName: 'keep/all',
        qos: 2,
        retain: true,
        packetIdentifier: 4,
        payload: Uint8Array.of(0xff, 0x00),
        properties: {
          messageExpiryInterval: 100,
          payloadFormatIndicator: 0,
          contentType: 'text/plain',
          responseTopic: 'answer/here',
          correlationData: Uint8Array.of(1, 2, 3),
          userProperties: [
            ['a', '1'],
            ['a', '2'],
          ],
        },
      });
      await publisher.next('pubrec');
      publisher.send({ type: 'pubrel', packetIdentifier: 4, reasonCode: 0, properties: {} });
      await publisher.next('pubcomp');
      const late = await PacketClient.connect(port, {
        clientIdentifier: 'late',
        version: 5,
        sessionExpiryInterval: 60,
      });
      await late.subscribe('keep/me', 1);
      await late.next('publish');
    });
    const retained = records.flatMap((record) => (record.type === 'retained' ? [record.message] : []));
    expect(retained.map(({ topicName }) => topicName).toSorted()).toEqual(['keep/all', 'keep/me']);
    const all = retained.find(({ topicName }) => topicName === 'keep/all');
    expect(all).toMatchObject({ qos: 2, publisher: 'publisher', payload: Uint8Array.of(0xff, 0x00) });
    expect(all?.expiresAt).toBeGreaterThanOrEqual(before + 100_000);
    expect(all?.properties).toMatchObject({
      contentType: 'text/plain',
      responseTopic: 'answer/here',
      correlationData: Uint8Array.of(1, 2, 3),
      userProperties: [
        ['a', '1'],
        ['a', '2'],
      ],
    });
    expect(retained.find(({ topicName }) => topicName === 'keep/me')?.expiresAt).toBeUndefined();
    expect(deliveries(records)).toEqual(['late 1 retained queued kept']);
  });

  test('SIGUSR1 writes the same while the broker goes on', async () => {
    const broker = await startMosquitto();
    const client = await PacketClient.connect(broker.port, { clientIdentifier: 'c', version: 4 });
    await client.subscribe('a', 1);
    await broker.save();
    const records = [...readMosquittoDatabase(readFileSync(broker.file), Date.now()).records];
    expect(sessionsOf(records).map(({ clientIdentifier }) => clientIdentifier)).toEqual(['c']);
    await broker.stop();
    broker.remove();
  });

  test('skua-broker takes it over, and its clients go on where they were', async () => {
    const old = await startMosquitto('max_inflight_messages 1');
    const at = { version: 5, sessionExpiryInterval: NEVER } as const;
    const reader = await PacketClient.connect(old.port, { clientIdentifier: 'reader', ...at });
    await reader.subscribe('q/#', 2);
    const writer = await PacketClient.connect(old.port, { clientIdentifier: 'writer', ...at });
    writer.publish('kept', 1, 4, 'hello', true);
    await writer.next('puback');
    await publishCompletely(writer, 'q/1', 1, 'taken');
    const { packetIdentifier } = await reader.next('publish');
    reader.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
    await reader.next('pubrel');
    await publishCompletely(writer, 'q/2', 2, 'waiting');
    writer.publish('q/3', 2, 3, 'unreleased');
    await writer.next('pubrec');
    await old.stop();

    const folder = mkdtempSync(join(tmpdir(), 'skua-interop-'));
    const store = join(folder, 'store');
    const program = new RunningProgram(process.execPath, [
      BROKER,
      'store',
      'import',
      '-l',
      store,
      '--from-mosquitto',
      old.file,
    ]);
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(program.outputLines[0]).toBe(
      `${old.file}: 2 sessions, 3 waiting messages (3 different ones) and 1 retained messages imported.`,
    );
    old.remove();

    const broker = await startBroker(`listener 0 127.0.0.1\nallow_anonymous true\npersistence true\nstore ${store}\n`);
    const again = await PacketClient.connect(broker.port, { clientIdentifier: 'reader', ...at });
    expect(again.sessionPresent).toBe(true);
    expect((await again.next('pubrel')).packetIdentifier).toBe(packetIdentifier);
    again.send({ type: 'pubcomp', packetIdentifier, reasonCode: 0, properties: {} });
    const next = [await again.next('publish'), await again.next('publish')];
    expect(next.map(({ topicName, payload, dup }) => [topicName, Buffer.from(payload).toString(), dup])).toEqual([
      ['q/2', 'waiting', false],
      ['q/3', 'unreleased', false],
    ]);
    await again.subscribe('kept', 1);
    expect(Buffer.from((await again.next('publish')).payload).toString()).toBe('hello');
    const author = await PacketClient.connect(broker.port, { clientIdentifier: 'writer', ...at });
    author.send({ type: 'pubrel', packetIdentifier: 3, reasonCode: 0, properties: {} });
    expect((await author.next('pubcomp')).reasonCode).toBe(0);
    expect(await broker.stop()).toBe(0);
    rmSync(folder, { recursive: true });
  });
});
