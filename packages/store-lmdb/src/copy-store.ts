import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '@skua/store';
import { writeHeader } from './header.ts';
import { LmdbMedium } from './lmdb-medium.ts';
import type { Medium } from './medium.ts';
import { STORE_FILE, syncDirectory } from './store-file.ts';
import { asStoreError } from './system-error.ts';

/** Copies a store into a directory of its own, which gets the file under its name when it is whole and on the disk. */
export async function copyStore(medium: Medium, directory: string, how: 'as it is' | 'compact'): Promise<void> {
  const path = join(directory, STORE_FILE);
  const temporary = `${path}.new`;
  try {
    mkdirSync(directory, { recursive: true });
    if (readdirSync(directory).length > 0) {
      throw new StoreError(`${directory} is not empty: choose a new directory for the copy.`, { code: 'failed' });
    }
    await medium.copyTo(temporary, how === 'compact');
    if (how === 'compact') await writeMetaPages(temporary);
    syncFile(temporary);
    renameSync(temporary, path);
    syncDirectory(directory);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw asStoreError(error, directory);
  }
}

// A compact copy has one meta page only, and no trace of a transaction before. Two transactions write both.
async function writeMetaPages(path: string): Promise<void> {
  const copy = LmdbMedium.open(path);
  try {
    await writeHeader(copy);
    await writeHeader(copy);
  } finally {
    await copy.close();
    rmSync(`${path}-lock`, { force: true });
  }
}

function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
