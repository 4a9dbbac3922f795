import { StoreError } from '@skua/store';
import type { Medium, MediumRecord, MediumTransaction } from '../src/medium.ts';

/** A medium whose process is lost just before a write: from then on everything rejects. */
export class LossyMedium implements Medium {
  readonly #medium: Medium;
  #writesLeft: number;

  constructor(medium: Medium, writes: number) {
    this.#medium = medium;
    this.#writesLeft = writes;
  }

  read(key: Uint8Array): Uint8Array | undefined {
    return this.#medium.read(key);
  }

  scan(from: Uint8Array, to: Uint8Array, limit: number): Iterable<MediumRecord> {
    return this.#medium.scan(from, to, limit);
  }

  async write(fill: (transaction: MediumTransaction) => void): Promise<void> {
    this.#writesLeft -= 1;
    if (this.#writesLeft < 0) throw new StoreError('The process is lost.');
    await this.#medium.write(fill);
  }

  async reopen(): Promise<void> {
    if (this.#writesLeft < 0) throw new StoreError('The process is lost.');
    await this.#medium.reopen();
  }

  close(): Promise<void> {
    return this.#medium.close();
  }

  copyTo(path: string, compact: boolean): Promise<void> {
    return this.#medium.copyTo(path, compact);
  }
}
