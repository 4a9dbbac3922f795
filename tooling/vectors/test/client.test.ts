import { createClient, DisconnectedError, ConnectError, type Client } from '@skua/client';
import { createTransportPair, pump } from '@skua/transport';
import { expect, test, vi } from 'vitest';
import { fromHex, loadVectors, type Vector } from '../src/index.ts';

// Every packet of the corpus that a client reads, at a client that is connected, or waits for CONNACK where it is one.
// What must be refused ends the connection with a Reason Code that is allowed; nothing crashes or hangs it.

vi.setConfig({ testTimeout: 120_000 });

const vectors = loadVectors().filter(
  ({ role, maximumPacketSize }) => role === 'client' && maximumPacketSize === undefined,
);

test('every illegal packet ends the connection, and no packet does more than that', async () => {
  expect(vectors.length).toBeGreaterThan(500);
  for (const vector of vectors) await check(vector);
});

async function check(vector: Vector): Promise<void> {
  const [near, far] = createTransportPair();
  const turns: (() => void)[] = [];
  const failures: unknown[] = [];
  const sent: number[] = [];
  const client: Client = createClient({
    dial: () => Promise.resolve(near),
    protocolVersion: vector.version,
    clientIdentifier: 'c',
    cleanStart: false,
    topicAliasMaximum: 0xffff,
    ...(vector.hex.startsWith('f') ? { authentication: AUTHENTICATION } : {}),
    clock: { now: () => 0, setTimeout: () => 0, clearTimeout: () => {} },
    schedule: (callback) => void turns.push(callback),
  });
  client.on('failed', ({ error }) => failures.push(error));
  far.open({ onData: (chunk) => void sent.push(...chunk), onWritable: () => {}, onClose: () => {} });
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 3; round += 1) {
      for (let step = 0; step < 8; step += 1) await Promise.resolve();
      for (const turn of turns.splice(0)) turn();
      pump([near, far]);
    }
  };
  await settle();
  const isConnack = vector.hex.startsWith('2');
  if (!isConnack && !vector.hex.startsWith('f')) far.write(fromHex(vector.version === 5 ? '2003000000' : '20020000'));
  await settle();
  sent.length = 0;
  far.write(fromHex(vector.hex));
  await settle();
  expect(failures, vector.name).toEqual([]);
  const { state } = client;
  const reasonCodes = vector.expect.flatMap((outcome) => ('error' in outcome ? outcome.reasonCodes : []));
  if (vector.expect.every((outcome) => 'error' in outcome)) {
    const cause = 'cause' in state ? state.cause : undefined;
    expect(cause, `${vector.name} ${state.status}`).toBeInstanceOf(Error);
    if (cause instanceof ConnectError || cause instanceof DisconnectedError) {
      expect(reasonCodes, vector.name).toContain(cause.reasonCode);
      if (vector.version === 5) expect(sent[0], `${vector.name}: DISCONNECT`).toBe(0xe0);
    }
  } else {
    expect(['connecting', 'connected', 'waiting', 'closed'], vector.name).toContain(state.status);
  }
  client.destroy();
}

const AUTHENTICATION = { method: 'X', start: () => undefined, continue: () => undefined };
