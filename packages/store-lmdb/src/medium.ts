/**
 * Ordered keys with values on a disk, changed by transactions. What the store needs of LMDB; tests put faults between.
 */
export interface Medium {
  /** The value of a key, to be used before the next read; undefined: there is none. */
  read(key: Uint8Array): Uint8Array | undefined;
  /** Up to `limit` records from the key `from` on, below the key `to`, in order. */
  scan(from: Uint8Array, to: Uint8Array, limit: number): Iterable<MediumRecord>;
  /**
   * Changes records all together or not at all. Only one at a time. Resolves when they survive the loss of the process.
   *
   * @throws {StoreError} (as a rejection) when they are not changed, or nobody knows. Then only `reopen` and `close` may follow.
   */
  write(fill: (transaction: MediumTransaction) => void): Promise<void>;
  /** Opens it again after a failure. */
  reopen(): Promise<void>;
  close(): Promise<void>;
  /** A copy of all of it in a new file. */
  copyTo(path: string, compact: boolean): Promise<void>;
}

/** A record as it is read. The value is its own. */
export interface MediumRecord {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** The changes of a transaction. Keys are copied at once; values must not change before the transaction has ended. */
export interface MediumTransaction {
  put(key: Uint8Array, value: Uint8Array): void;
  remove(key: Uint8Array): void;
}
