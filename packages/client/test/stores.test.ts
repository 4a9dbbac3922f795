import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { memoryStore, StoredState, type SessionEntry, type SessionStore } from '../src/index.ts';
import { fileStore } from '../src/node/index.ts';
import { ScriptedServer } from './scripted-server.ts';

const folders: string[] = [];

async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'skua-client-'));
  folders.push(folder);
  return join(folder, 'session');
}

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const message = (text: string) =>
  ({
    topicName: 't',
    payload: new TextEncoder().encode(text),
    qos: 2,
    retain: false,
    properties: { userProperties: [['a', 'b']] },
    expiresAt: undefined,
  }) as const;
const ENTRIES: readonly SessionEntry[] = [
  { kind: 'session', clientIdentifier: 'c' },
  { kind: 'queued', number: 1, message: message('one') },
  { kind: 'queued', number: 2, message: message('two') },
  { kind: 'queued', number: 3, message: message('three') },
  { kind: 'sent', number: 1, packetIdentifier: 7 },
  { kind: 'sent', number: 2, packetIdentifier: 8 },
  { kind: 'released', number: 2 },
  { kind: 'received', packetIdentifier: 5 },
  { kind: 'received', packetIdentifier: 6 },
  { kind: 'completed', packetIdentifier: 5 },
  { kind: 'done', number: 1 },
];

function oracle(entries: readonly SessionEntry[]): unknown {
  const state = new StoredState();
  for (const entry of entries) state.apply(entry);
  return state.session();
}

test('the fewest entries say the same as all of them', () => {
  for (let count = 1; count <= ENTRIES.length; count += 1) {
    const state = new StoredState();
    for (const entry of ENTRIES.slice(0, count)) state.apply(entry);
    expect(oracle(state.entries())).toEqual(oracle(ENTRIES.slice(0, count)));
  }
});

describe('the file', () => {
  test('keeps what was appended, also when it was written anew', async () => {
    const path = await newFile();
    for (const compactBytes of [1, 1_000_000]) {
      await rm(path, { force: true });
      const store = fileStore(path, { compactBytes });
      expect(await store.load()).toBeUndefined();
      for (const entry of ENTRIES) await store.append([entry]);
      await store.close?.();
      const again = fileStore(path);
      expect(await again.load()).toEqual(oracle(ENTRIES));
      await again.close?.();
    }
  });

  test('cut off at any byte it gives the batches before', async () => {
    const path = await newFile();
    const store = fileStore(path);
    await store.load();
    const sizes: number[] = [(await readFile(path)).length];
    for (const entry of ENTRIES) {
      await store.append([entry]);
      sizes.push((await readFile(path)).length);
    }
    await store.close?.();
    const whole = await readFile(path);
    for (let size = sizes[0] ?? 0; size <= whole.length; size += 5) {
      await writeFile(path, whole);
      await truncate(path, size);
      const count = sizes.filter((end) => end <= size).length - 1;
      const again = fileStore(path);
      expect(await again.load()).toEqual(
        count === 0 ? { clientIdentifier: '', deliveries: [], received: [] } : oracle(ENTRIES.slice(0, count)),
      );
      await again.close?.();
    }
  });
});

// A client that is gone at any moment, without a word, and one that comes after it.
describe.each<[string, (path: string) => () => SessionStore]>([
  [
    'memory',
    () => {
      const store = memoryStore();
      return () => store;
    },
  ],
  ['file', (path) => () => fileStore(path)],
])('a session in the %s', (_name, make) => {
  test('QoS 1 and 2 that were admitted are sent again by the next client', async () => {
    const open = make(await newFile());
    const server = new ScriptedServer();
    const wait = async (isDone: () => boolean): Promise<void> => {
      while (!isDone()) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        await server.settle();
      }
    };
    const first = await server.client({ store: open() });
    await wait(() => server.types.includes('connect'));
    await server.accept();
    const publishing = (['1', '2', '3'] as const).map((text) =>
      first.publish('t', text, { qos: text === '1' ? 1 : 2 }),
    );
    await Promise.all([...publishing, wait(() => server.types.filter((type) => type === 'publish').length === 3)]);
    const sent = server.take('publish').map((packet) => (packet.type === 'publish' ? packet.packetIdentifier : 0));
    await server.send({ type: 'pubrec', packetIdentifier: sent[2] ?? 0, reasonCode: 0, properties: {} });
    await wait(() => server.types.includes('pubrel'));
    // Gone: neither DISCONNECT nor close.
    await server.cut();
    server.take();
    const second = await server.client({ store: open() });
    await wait(() => server.types.includes('connect'));
    expect(server.take('connect')).toMatchObject([{ cleanStart: false, clientIdentifier: 'c' }]);
    await server.accept({ sessionPresent: true });
    await wait(() => server.types.length === 3);
    expect(server.received).toMatchObject([
      { type: 'pubrel', packetIdentifier: sent[2] },
      { type: 'publish', packetIdentifier: sent[0], dup: true, qos: 1 },
      { type: 'publish', packetIdentifier: sent[1], dup: true, qos: 2 },
    ]);
    first.destroy();
    second.destroy();
  });
});
