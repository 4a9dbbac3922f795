import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StoreError } from '@skua/store';

/** Reads pages of a file by number, without LMDB, which trusts what it reads. */
export class PageFile {
  readonly path: string;
  /** Bytes of the file. */
  readonly size: number;
  /** Bytes of a page. */
  readonly pageBytes: number;
  readonly #file: number;

  /** @throws the system's error when the file cannot be opened. */
  constructor(path: string, pageBytes: number) {
    this.path = path;
    this.pageBytes = pageBytes;
    this.#file = openSync(path, 'r');
    this.size = fstatSync(this.#file).size;
  }

  /** Reads a page into `into`. @throws {StoreError} (`damaged`) when the file ends before its end. */
  read(number: number, into: Buffer): Buffer {
    const length = readSync(this.#file, into, 0, this.pageBytes, number * this.pageBytes);
    if (length < this.pageBytes) {
      throw this.damaged(`page ${number} is cut off: the file ends at byte ${this.size}`);
    }
    return into;
  }

  /** Whether the file has all of these pages. */
  has(number: number, count: number): boolean {
    return (number + count) * this.pageBytes <= this.size;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** An error that says what was found and what can be done. */
  damaged(found: string): StoreError {
    return new StoreError(`${this.path} is damaged: ${found}. ${REMEDY}`, { code: 'damaged' });
  }
}

/** What an operator can do about a damaged store. */
const REMEDY =
  'Nothing was changed. Put a backup in its place, or move the directory away to begin with an empty store.';
