import { StoreError } from '@skua/store';
import type { Medium, MediumRecord, MediumTransaction } from '../src/medium.ts';

/** What a disk keeps: a {@link MemoryMedium} can be opened on it again. */
export type Disk = Map<string, Uint8Array>;

/** When a medium fails. */
export interface Fault {
  /** The write it happens at, 0: the first. */
  readonly at: number;
  /** `lost`: the process ends before the write. `fails`: nothing is written. `unknown`: all is written, but it fails. */
  readonly kind: 'lost' | 'fails' | 'unknown';
}

/** A medium in memory, which fails where a test wants it to. */
export class MemoryMedium implements Medium {
  readonly disk: Disk;
  writes = 0;
  readonly #faults: readonly Fault[];
  #state: 'well' | 'failed' | 'lost' = 'well';

  constructor(disk: Disk = new Map(), faults: readonly Fault[] = []) {
    this.disk = disk;
    this.#faults = faults;
  }

  read(key: Uint8Array): Uint8Array | undefined {
    return this.disk.get(nameOf(key))?.slice();
  }

  scan(from: Uint8Array, to: Uint8Array, limit: number): MediumRecord[] {
    const [first, behind] = [nameOf(from), nameOf(to)];
    const names = [...this.disk.keys()].filter((name) => name >= first && name < behind).toSorted();
    return names
      .slice(0, limit)
      .map((name) => ({ key: Buffer.from(name, 'latin1'), value: this.disk.get(name)!.slice() }));
  }

  async write(fill: (transaction: MediumTransaction) => void): Promise<void> {
    const fault = this.#faults.find(({ at }) => at === this.writes)?.kind;
    this.writes += 1;
    if (this.#state !== 'well') throw new Error('a write after a failure');
    const changes = new Map<string, Uint8Array | undefined>();
    const values: Uint8Array[] = [];
    fill({
      put: (key, value) => {
        values.push(value);
        changes.set(nameOf(key), value);
      },
      remove: (key) => changes.set(nameOf(key), undefined),
    });
    await new Promise((resolve) => setImmediate(resolve));
    if (fault === 'lost') {
      this.#state = 'lost';
      await new Promise(() => {});
    }
    if (fault !== 'fails') {
      for (const [name, value] of changes) {
        if (value === undefined) this.disk.delete(name);
        else this.disk.set(name, value.slice());
      }
    }
    if (fault === undefined) return;
    this.#state = 'failed';
    throw new StoreError('the disk is on fire', { code: 'failed' });
  }

  reopen(): Promise<void> {
    if (this.#state === 'failed') this.#state = 'well';
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  copyTo(): Promise<void> {
    return Promise.reject(new Error('there is no file'));
  }
}

function nameOf(key: Uint8Array): string {
  return Buffer.from(key).toString('latin1');
}
