import { open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SessionEntry } from '../engine/session-entry.ts';
import type { SessionStore } from '../session-store.ts';
import { StoredState } from '../stored-state.ts';

// A log: one line for each batch, its length in front, on the disk before `append` resolves. A line that is cut off or
// damaged ends the log: what comes behind it was never promised. When most of the log is history it is written anew beside
// the old one, which the new one then replaces in one step.

/** Settings of {@link fileStore}. */
export interface FileStoreOptions {
  /** Bytes of history from which the log is written anew, above 0; 1 MiB unless given. */
  readonly compactBytes?: number;
}

/**
 * Keeps a session in a file, so that QoS 1 and 2 messages survive the process. A file is for one client at a time; its
 * folder must exist.
 */
export function fileStore(path: string, options: FileStoreOptions = {}): SessionStore {
  return new FileStore(path, options);
}

class FileStore implements SessionStore {
  readonly #path: string;
  readonly #compactBytes: number;
  readonly #state = new StoredState();
  #file: FileHandle | undefined;
  #bytes = 0;
  #bytesWhenCompact = 0;

  constructor(path: string, { compactBytes = 1_048_576 }: FileStoreOptions) {
    this.#path = path;
    this.#compactBytes = compactBytes;
  }

  async load(): ReturnType<SessionStore['load']> {
    for (const entry of readLog(await readIfThere(this.#path))) this.#state.apply(entry);
    const session = this.#state.session();
    await this.#compact();
    return session;
  }

  async append(entries: readonly SessionEntry[]): Promise<void> {
    if (this.#file === undefined) throw new Error('The store was not loaded.');
    const line = batchLine(entries);
    // A batch that failed half way is overwritten when it is tried again.
    await this.#file.write(line, 0, line.length, this.#bytes);
    await this.#file.datasync();
    this.#bytes += line.length;
    for (const entry of entries) this.#state.apply(entry);
    if (this.#bytes - this.#bytesWhenCompact > Math.max(this.#compactBytes, this.#bytesWhenCompact))
      await this.#compact();
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async #compact(): Promise<void> {
    const path = `${this.#path}.new`;
    const file = await open(path, 'w', 0o600);
    try {
      const line = batchLine(this.#state.entries());
      await file.write(line, 0, line.length, 0);
      await file.sync();
      await rename(path, this.#path);
      await syncFolder(dirname(this.#path));
      await this.#file?.close();
      this.#file = file;
      this.#bytes = line.length;
      this.#bytesWhenCompact = line.length;
    } catch (error) {
      await file.close();
      throw error;
    }
  }
}

/** The entries of every whole line. */
function readLog(log: Buffer): SessionEntry[] {
  const entries: SessionEntry[] = [];
  for (let start = 0; start < log.length;) {
    const space = log.indexOf(0x20, start);
    const length = Number(log.toString('latin1', start, space < 0 ? start : space));
    const end = space + 1 + length;
    if (space < 0 || !Number.isInteger(length) || length < 2 || log[end] !== 0x0a) break;
    entries.push(...parseBatch(log.toString('utf8', space + 1, end)));
    start = end + 1;
  }
  return entries;
}

function parseBatch(text: string): readonly SessionEntry[] {
  try {
    const batch: readonly SessionEntry[] = JSON.parse(text, (_key, value: unknown) => {
      return typeof value === 'object' && value !== null && BYTES in value && typeof value[BYTES] === 'string'
        ? new Uint8Array(Buffer.from(value[BYTES], 'base64'))
        : value;
    });
    return batch;
  } catch {
    return [];
  }
}

function batchLine(entries: readonly SessionEntry[]): Buffer {
  const text = Buffer.from(
    JSON.stringify(entries, (_key, value: unknown) =>
      value instanceof Uint8Array
        ? { [BYTES]: Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64') }
        : value,
    ),
  );
  return Buffer.concat([Buffer.from(`${text.length} `), text, Buffer.from('\n')]);
}

async function readIfThere(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** Makes a rename durable; where folders cannot be opened it is so already. */
async function syncFolder(path: string): Promise<void> {
  let folder: FileHandle;
  try {
    folder = await open(path, 'r');
  } catch {
    return;
  }
  await folder.sync().catch(() => {});
  await folder.close();
}

/** The name of the only field of what stands for bytes. */
const BYTES = 'base64';
