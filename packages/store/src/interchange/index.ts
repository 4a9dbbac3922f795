export { exportRecords } from './export-records.ts';
export { importRecords } from './import-records.ts';
export { formatLines, parseLines } from './line-file.ts';
export {
  InterchangeError,
  type RecordCounts,
  type StoredDelivery,
  type StoredSession,
  type StoreRecord,
} from './store-record.ts';
export { readMosquittoDatabase } from './mosquitto/read-mosquitto-database.ts';
export type { MosquittoContent } from './mosquitto/to-records.ts';
