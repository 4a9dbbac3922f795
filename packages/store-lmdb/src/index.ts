export { LmdbStore, type LmdbStoreOptions, type VerifyReport } from './lmdb-store.ts';
export { checkFile, type FileReport } from './check-file.ts';
export { STORE_FILE } from './store-file.ts';
export type { RecordReport } from './verify-records.ts';
