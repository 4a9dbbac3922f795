export { FORMAT_VERSION, readBatch, readFormatVersion, writeBatch } from './batch-record.ts';
export { readDelivery, readDeliveryTerms, writeDelivery, writeDeliveryTerms } from './delivery-record.ts';
export type { DeliveryRecord, DeliveryTerms } from './delivery-record.ts';
export { readEntry, writeEntry } from './entry-record.ts';
export { readMessage, readWill, writeMessage, writeWill } from './message-record.ts';
export { RecordReader } from './record-reader.ts';
export { RecordWriter } from './record-writer.ts';
export { readSession, writeSession, type SessionRecord } from './session-record.ts';
export { readSubscription, writeSubscription } from './subscription-record.ts';
