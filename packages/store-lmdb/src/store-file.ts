import { accessSync, closeSync, constants, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeHeader } from './header.ts';
import { LmdbMedium } from './lmdb-medium.ts';

/** The file of a store in its directory. */
export const STORE_FILE = 'skua.mdb';

/**
 * Makes an empty store file unless there is a file.
 *
 * It gets its name when it is whole: a file of that name that is not whole has lost something.
 *
 * @returns whether it was made.
 */
export async function makeStoreFile(directory: string): Promise<boolean> {
  const path = join(directory, STORE_FILE);
  // LMDB makes its lock anew. What a lost process left in there may be damaged, and LMDB trusts it.
  rmSync(`${path}-lock`, { force: true });
  if (existsSync(path)) {
    accessSync(path, constants.R_OK | constants.W_OK);
    return false;
  }
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  const medium = LmdbMedium.open(temporary);
  try {
    await writeHeader(medium);
  } finally {
    await medium.close();
    rmSync(`${temporary}-lock`, { force: true });
  }
  renameSync(temporary, path);
  syncDirectory(directory);
  return true;
}

/** Makes the names in a directory survive the loss of power. */
export function syncDirectory(directory: string): void {
  // Windows does not open directories; its file systems keep names by themselves.
  if (process.platform === 'win32') return;
  const file = openSync(directory, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
