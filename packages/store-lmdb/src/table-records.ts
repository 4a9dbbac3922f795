import type { Message, SubscriptionRecord } from '@skua/broker';
import { StoreError } from '@skua/store';
import { readMessage, readSession, readSubscription, type RecordReader, type SessionRecord } from '@skua/store/format';
import { numberKey, numberRange, Table, textKey } from './keys.ts';
import type { Medium } from './medium.ts';
import { unseal } from './sealed-record.ts';

/** Reads the record of a session. @throws {StoreError} when it is damaged or not there. */
export function readSessionRecord(medium: Medium, number: number): SessionRecord {
  const key = numberKey(Table.session, number);
  return parseSession(key, present(medium.read(key), `the session ${number}`), number);
}

/** Reads the value of a session. @throws {StoreError} */
export function parseSession(key: Uint8Array, value: Uint8Array, number: number): SessionRecord {
  return whole(unseal(key, value, `the session ${number}`), readSession);
}

/** Reads the value of a Subscription. @throws {StoreError} */
export function parseSubscription(key: Uint8Array, value: Uint8Array, number: number): SubscriptionRecord {
  return whole(unseal(key, value, `a subscription of the session ${number}`), readSubscription);
}

/** Reads a message. @throws {StoreError} when it is damaged or not there. */
export function readStoredMessage(medium: Medium, messageId: number): Message {
  const key = numberKey(Table.message, messageId);
  return parseMessage(key, present(medium.read(key), `the message ${messageId}`), messageId);
}

/** Whether there is such a message. */
export function hasStoredMessage(medium: Medium, messageId: number): boolean {
  return medium.read(numberKey(Table.message, messageId)) !== undefined;
}

/** Reads the value of a message. @throws {StoreError} */
export function parseMessage(key: Uint8Array, value: Uint8Array, messageId: number): Message {
  return whole(unseal(key, value, `the message ${messageId}`), readMessage);
}

/** How many deliveries in the tables name a message that is there. @throws {StoreError} */
export function readReferences(medium: Medium, messageId: number): number {
  const key = numberKey(Table.references, messageId);
  const value = medium.read(key);
  return value === undefined ? 1 : parseWhole(key, value, `the number of deliveries of the message ${messageId}`);
}

/** How many Subscriptions of a session the tables have. */
export function countSubscriptions(medium: Medium, number: number): number {
  return [...medium.scan(...numberRange(Table.subscription, number), Infinity)].length;
}

/** Whether a message is retained under this name. */
export function hasRetained(medium: Medium, topicName: string): boolean {
  return medium.read(textKey(Table.retained, topicName)) !== undefined;
}

/** Reads the value of a retained message. @throws {StoreError} */
export function parseRetained(key: Uint8Array, value: Uint8Array): Message {
  return whole(unseal(key, value, `the retained message ${Buffer.from(key.subarray(1)).toString()}`), readMessage);
}

/** Reads a record of one whole number. @throws {StoreError} */
export function parseWhole(key: Uint8Array, value: Uint8Array, what: string): number {
  return whole(unseal(key, value, what), (reader) => reader.whole('number'));
}

/** The value, which the rest of the tables says is there. @throws {StoreError} */
export function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new StoreError(`Damaged: ${what} is missing.`, { code: 'damaged' });
  return value;
}

function whole<T>(reader: RecordReader, read: (reader: RecordReader) => T): T {
  const record = read(reader);
  reader.end();
  return record;
}
