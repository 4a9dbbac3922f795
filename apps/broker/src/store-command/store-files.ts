import type { Store } from '@skua/store';

/** What the commands do with a store's files. */
export interface StoreFiles {
  /**
   * Opens the store of a folder, alone.
   *
   * @param mode - `existing`: one that is not there is an error.
   * @throws {@link StoreError}
   */
  open(folder: string, mode: 'existing' | 'create'): Promise<Store>;
  /** What is in the folder, in sentences. @throws {@link StoreError} */
  describe(folder: string): Promise<readonly string[]>;
  /** Reads everything. @returns What is wrong, one sentence each. @throws {@link StoreError} */
  verify(folder: string): Promise<readonly string[]>;
  /** Writes the store anew. @returns Bytes before and after. @throws {@link StoreError} */
  compact(folder: string): Promise<{ readonly before: number; readonly after: number }>;
  /** Copies the store, which a broker may be using, into a folder without one. @returns Bytes. @throws {@link StoreError} */
  backup(folder: string, target: string): Promise<number>;
}
