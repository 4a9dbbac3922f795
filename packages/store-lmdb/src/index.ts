export { LmdbStore, type LmdbStoreOptions, type VerifyReport } from './lmdb-store.ts';
export { checkFile, type FileReport } from './check-file.ts';
export { copyUsedStore, readUsedStore } from './used-store.ts';
export { compactStore, type CompactReport } from './compact-store.ts';
export { STORE_FILE } from './store-file.ts';
export type { RecordReport } from './verify-records.ts';
