import { StoreError } from '@skua/store';
import { RecordWriter } from '@skua/store/format';
import { singleKey, Table } from './keys.ts';
import type { Medium } from './medium.ts';
import { seal, unseal } from './sealed-record.ts';

/** The arrangement of tables and records that this code writes. */
const SCHEMA = 1;

/** Writes what this file is. @throws {StoreError} (as a rejection) */
export async function writeHeader(medium: Medium, schema: number = SCHEMA): Promise<void> {
  const key = singleKey(Table.header);
  const writer = new RecordWriter();
  writer.text(NAME);
  writer.whole(schema);
  const value = seal(writer, 0, key);
  await medium.write((transaction) => transaction.put(key, value));
}

/**
 * Reads what this file is, and brings an older arrangement to the present one.
 *
 * @throws {StoreError} (as a rejection; `damaged`, or `version` when it is of a later one).
 */
export async function migrate(medium: Medium, path: string, migrations: Migrations = MIGRATIONS): Promise<void> {
  for (;;) {
    const schema = readSchema(medium, path);
    if (schema === SCHEMA) return;
    const migration = migrations[schema];
    if (migration === undefined) {
      const known = `this program knows ${[...Object.keys(migrations), SCHEMA].join(', ')}`;
      throw new StoreError(`${path} has schema ${schema}; ${known}. Use the program that wrote it, or a backup.`, {
        code: 'version',
      });
    }
    await migration(medium);
    await writeHeader(medium, schema + 1);
  }
}

/** By the schema that it begins with: what makes the next one of it. It must be possible to do it again from its middle. */
export type Migrations = Readonly<Record<number, (medium: Medium) => Promise<void>>>;

const MIGRATIONS: Migrations = {};

/**
 * Refuses a file whose arrangement is not the present one, without changing it.
 *
 * @throws {StoreError} (`damaged`, `version`)
 */
export function checkSchema(medium: Medium, path: string): void {
  const schema = readSchema(medium, path);
  if (schema === SCHEMA) return;
  throw new StoreError(
    `${path} has schema ${schema}, and this needs ${SCHEMA}: a broker that starts with it brings it there.`,
    {
      code: 'version',
    },
  );
}

function readSchema(medium: Medium, path: string): number {
  const key = singleKey(Table.header);
  const value = medium.read(key);
  if (value === undefined) {
    throw new StoreError(`${path} is an LMDB file, but not of this program: it has no header.`, { code: 'damaged' });
  }
  const reader = unseal(key, value, `the header of ${path}`);
  const name = reader.text('name');
  if (name !== NAME) throw reader.wrong('name', name, NAME, 0);
  return reader.whole('schema');
}

const NAME = 'skua store';
