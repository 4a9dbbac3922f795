import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '@skua/store';
import { codeOf } from './system-error.ts';

/**
 * Keeps a second process out of a directory, by a file that names the process that has it. A file that a lost process left
 * behind is taken over.
 *
 * It sees processes of the same machine and the same container only; a directory on a network is not protected.
 */
export class DirectoryLock {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws {StoreError} (`locked`) when another process has the directory. */
  static acquire(directory: string): DirectoryLock {
    const path = join(directory, LOCK_FILE);
    const claim = join(directory, `${LOCK_FILE}.${process.pid}`);
    writeFileSync(claim, JSON.stringify(owner()));
    try {
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
        if (tryLink(claim, path)) return new DirectoryLock(path);
        const found = readOwner(path);
        if (found !== undefined && isAlive(found)) throw lockedError(directory, found);
        moveAside(path, found);
      }
      throw lockedError(directory, readOwner(path));
    } finally {
      rmSync(claim, { force: true });
    }
  }

  /** Gives the directory free. */
  release(): void {
    rmSync(this.#path, { force: true });
  }
}

/** A process: its number may be given to another one, but not with the same start. */
interface Owner {
  readonly pid: number;
  /** When it started, as the system counts; undefined: not known here. */
  readonly startedAt: string | undefined;
  /** Of the running system; undefined: not known here. */
  readonly boot: string | undefined;
}

function owner(): Owner {
  return { pid: process.pid, startedAt: startOf(process.pid), boot: bootOf() };
}

function isAlive({ pid, startedAt, boot }: Owner): boolean {
  if (boot !== bootOf()) return false;
  if (startedAt !== undefined) return startOf(pid) === startedAt;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process.
    return codeOf(error) === 'EPERM';
  }
}

function startOf(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  // The name of the program comes in parentheses and may hold anything; the start is the 20th field behind it.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function bootOf(): string | undefined {
  return readText('/proc/sys/kernel/random/boot_id')?.trim();
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

// Two processes may find the same stale file: what was moved is looked at again, and put back if it is a new one.
function moveAside(path: string, stale: Owner | undefined): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (JSON.stringify(readOwner(aside)) !== JSON.stringify(stale)) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function readOwner(path: string): Owner | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value)) return undefined;
    const { pid } = value;
    if (typeof pid !== 'number' || !Number.isInteger(pid) || pid < 1) return undefined;
    return { pid, startedAt: textField(value, 'startedAt'), boot: textField(value, 'boot') };
  } catch {
    return undefined;
  }
}

function textField(value: object, name: string): string | undefined {
  const field: unknown = Reflect.get(value, name);
  return typeof field === 'string' ? field : undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function lockedError(directory: string, found: Owner | undefined): StoreError {
  const who = found === undefined ? 'another process' : `the process ${found.pid}`;
  const message = `${directory} is used by ${who}: end it, or give this one another directory.`;
  return new StoreError(message, { code: 'locked' });
}

const LOCK_FILE = 'skua.lock';
const ATTEMPTS_MAX = 20;
