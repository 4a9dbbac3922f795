import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreError, StoreState } from '@skua/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkFile, LmdbStore, STORE_FILE } from '../src/index.ts';
import { writeHeader } from '../src/header.ts';
import { LmdbMedium } from '../src/lmdb-medium.ts';
import { asStoreError } from '../src/system-error.ts';
import { TableStore } from '../src/table-store.ts';
import { modelState, stateOf } from './same-state.ts';
import { message, sampleBatches } from './sample-content.ts';

let folder: string;
let path: string;
let whole: Buffer;
let expected: unknown;

// A file with every table, long values, pages that were freed, and a journal.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skua-damaged-'));
  path = join(folder, STORE_FILE);
  await (await LmdbStore.open({ directory: folder })).close();
  const medium = LmdbMedium.open(path);
  const limits = { recordsMin: 100, recordsMax: 300, journalBytesMax: 1e9, clearedMax: 10 };
  const store = TableStore.open(medium, limits);
  const model = new StoreState();
  for (const batch of sampleBatches(60)) {
    model.apply(batch);
    await store.append(batch);
  }
  expected = modelState(model);
  whole = readFileSync(path);
  await medium.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Opens the store on these bytes, reads everything and writes. Gives the error if it is a StoreError; any other, and the end
 * of this process, is a failure.
 */
async function outcome(bytes: Uint8Array): Promise<StoreError | undefined> {
  writeFileSync(path, bytes);
  let store: LmdbStore | undefined;
  try {
    store = await LmdbStore.open({ directory: folder });
    expect(await stateOf(store, 50)).toEqual(expected);
    const { records } = await store.verify();
    await store.append([{ type: 'retainedSet', message: message('new', 9000) }]);
    return records.problems[0] === undefined ? undefined : new StoreError(records.problems[0], { code: 'damaged' });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return error;
  } finally {
    await store?.close();
  }
}

test('the file as it is has no problems', async () => {
  expect(await outcome(whole)).toBeUndefined();
});

describe('a file that was changed is refused, or gives what was written', () => {
  const random = randomNumbers(20);
  const places: readonly (readonly [string, () => number])[] = [
    ['anywhere', () => random(whole.length)],
    ['in a meta page', () => random(2) * 4096 + random(168)],
    ['in the head of a page', () => 8192 + random(whole.length / 4096 - 2) * 4096 + random(64)],
  ];
  test.each(places)('a byte %s', async (_where, place) => {
    for (let round = 0; round < 25; round += 1) {
      const bytes = Buffer.from(whole);
      const at = place();
      bytes[at]! ^= 1 + random(255);
      const error = await outcome(bytes);
      if (error !== undefined) expect(error.code, `byte ${at}: ${error.message}`).toMatch(/^(?:damaged|version)$/);
    }
  });

  test('a page that is another one', async () => {
    for (let round = 0; round < 20; round += 1) {
      const bytes = Buffer.from(whole);
      const [from, to] = [random(whole.length / 4096) * 4096, random(whole.length / 4096) * 4096];
      bytes.copyWithin(to, from, from + 4096);
      const error = await outcome(bytes);
      if (error !== undefined) expect(error.code).toBe('damaged');
    }
  });

  test('cut off', async () => {
    for (let round = 0; round < 20; round += 1) {
      const error = await outcome(whole.subarray(0, random(whole.length)));
      if (error !== undefined) expect(error.message).toMatch(/is damaged: .+ Put a backup in its place/);
    }
  });
});

test.each([
  ['nothing', Buffer.alloc(0), 'damaged', 'it is empty'],
  ['text', Buffer.from('this is not a store\n'.repeat(1000)), 'damaged', 'page 0 is not a meta page of LMDB'],
  ['zeros', Buffer.alloc(20_000), 'damaged', 'page 0 is not a meta page of LMDB'],
])('%s in place of the file is said to be that', async (_name, bytes, code, found) => {
  const error = await outcome(bytes);
  expect(error).toMatchObject({ code });
  expect(error?.message).toContain(found);
  expect(readFileSync(path)).toEqual(bytes);
});

test('another version of LMDB, and a later schema, are said to be that', async () => {
  const bytes = Buffer.from(whole);
  for (const page of [0, 4096]) bytes.writeUInt32LE(1, page + 28);
  expect(await outcome(bytes)).toMatchObject({ code: 'version' });
  writeFileSync(path, whole);
  const medium = LmdbMedium.open(path);
  await writeHeader(medium, 99);
  await medium.close();
  const error = await outcome(readFileSync(path));
  expect(error).toMatchObject({ code: 'version' });
  expect(error?.message).toContain('has schema 99; this program knows 1');
});

test('an older state is not taken for the newest', () => {
  const bytes = Buffer.from(whole);
  const newer = bytes.readUInt32LE(152) > bytes.readUInt32LE(4096 + 152) ? 0 : 4096;
  // The transaction number of the newer meta page loses its highest bit.
  bytes.writeUInt32LE(1, newer + 152);
  writeFileSync(path, bytes);
  expect(() => checkFile(path)).toThrow('which do not follow each other');
});

test('a refusal of the system is said to be that', () => {
  const denied = Object.assign(new Error('EACCES: permission denied, access'), { code: 'EACCES' });
  expect(asStoreError(denied, folder)).toMatchObject({ code: 'permission', cause: denied });
  expect(asStoreError(denied, folder).message).toContain('Give this process the right to read and write it');
});

test('a file where the directory should be is said to be that', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await expect(LmdbStore.open({ directory: file })).rejects.toMatchObject({ name: 'StoreError', code: 'failed' });
});

/** Numbers below n, the same ones in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}
