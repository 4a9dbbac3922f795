import type { JournalEntry } from '@skua/broker';
import { FOUR_BYTES_MAX, readMessage, readWill, writeMessage, writeWill } from './message-record.ts';
import { readOptionalNumber, readOptionalText, writeOptionalNumber, writeOptionalText } from './optional-field.ts';
import type { RecordReader } from './record-reader.ts';
import type { RecordWriter } from './record-writer.ts';
import { readDeliveryTerms, writeDeliveryTerms } from './delivery-record.ts';
import { readProtocolVersion } from './session-record.ts';
import { readSubscription, writeSubscription } from './subscription-record.ts';

/** Writes one entry of the journal. */
export function writeEntry(writer: RecordWriter, entry: JournalEntry): void {
  writer.byte(ENTRY_CODES[entry.type]);
  switch (entry.type) {
    case 'messageStored':
      writer.whole(entry.messageId);
      writeMessage(writer, entry.message);
      return;
    case 'deliveryQueued':
      writer.text(entry.clientIdentifier);
      writer.whole(entry.deliveryId);
      writer.whole(entry.messageId);
      writeDeliveryTerms(writer, entry);
      return;
    case 'deliveryFinished':
    case 'deliveryReceived':
      writer.text(entry.clientIdentifier);
      writer.whole(entry.deliveryId);
      return;
    case 'deliverySent':
      writer.text(entry.clientIdentifier);
      writer.whole(entry.deliveryId);
      writer.whole(entry.packetIdentifier);
      return;
    case 'packetReceived':
    case 'packetReleased':
      writer.text(entry.clientIdentifier);
      writer.whole(entry.packetIdentifier);
      return;
    case 'retainedSet':
      writeMessage(writer, entry.message);
      return;
    case 'retainedRemoved':
      writer.text(entry.topicName);
      return;
    case 'sessionOpened':
      writeSessionOpened(writer, entry);
      return;
    case 'sessionDisconnected':
      writer.text(entry.clientIdentifier);
      writer.number(entry.disconnectedAt);
      writer.whole(entry.sessionExpiryInterval);
      writeOptionalNumber(writer, entry.willDueAt);
      return;
    case 'sessionEnded':
    case 'willRemoved':
      writer.text(entry.clientIdentifier);
      return;
    case 'queueSetAside':
      writer.text(entry.clientIdentifier);
      writer.whole(entry.after);
      writer.text(entry.setAsideAs);
      writer.number(entry.disconnectedAt);
      return;
    case 'subscribed':
      writer.text(entry.clientIdentifier);
      writeSubscription(writer, entry.subscription);
      return;
    case 'unsubscribed':
      writer.text(entry.clientIdentifier);
      writer.text(entry.subscriptionFilter);
  }
}

/** Reads one entry of the journal. @throws {StoreError} when there is none. */
export function readEntry(reader: RecordReader): JournalEntry {
  const code = reader.byte('entry type');
  const read = READERS_BY_CODE[code];
  if (read === undefined) {
    throw reader.wrong('entry type', code, `1 to ${READERS_BY_CODE.length - 1}`, reader.position - 1);
  }
  return read(reader);
}

type EntryType = JournalEntry['type'];

const READERS: { readonly [T in EntryType]: (reader: RecordReader) => Extract<JournalEntry, { type: T }> } = {
  messageStored: (reader) => ({
    type: 'messageStored',
    messageId: readMessageId(reader),
    message: readMessage(reader),
  }),
  deliveryQueued: (reader) => ({
    type: 'deliveryQueued',
    clientIdentifier: readClient(reader),
    deliveryId: readDeliveryId(reader),
    messageId: readMessageId(reader),
    ...readDeliveryTerms(reader),
  }),
  deliverySent: (reader) => ({
    type: 'deliverySent',
    clientIdentifier: readClient(reader),
    deliveryId: readDeliveryId(reader),
    packetIdentifier: readPacketIdentifier(reader),
  }),
  deliveryReceived: (reader) => ({
    type: 'deliveryReceived',
    clientIdentifier: readClient(reader),
    deliveryId: readDeliveryId(reader),
  }),
  deliveryFinished: (reader) => ({
    type: 'deliveryFinished',
    clientIdentifier: readClient(reader),
    deliveryId: readDeliveryId(reader),
  }),
  packetReceived: (reader) => ({
    type: 'packetReceived',
    clientIdentifier: readClient(reader),
    packetIdentifier: readPacketIdentifier(reader),
  }),
  packetReleased: (reader) => ({
    type: 'packetReleased',
    clientIdentifier: readClient(reader),
    packetIdentifier: readPacketIdentifier(reader),
  }),
  retainedSet: (reader) => ({ type: 'retainedSet', message: readMessage(reader) }),
  retainedRemoved: (reader) => ({ type: 'retainedRemoved', topicName: reader.text('topic name') }),
  sessionOpened: (reader) => ({
    type: 'sessionOpened',
    clientIdentifier: readClient(reader),
    clean: reader.byte('clean', 1) === 1,
    userName: readOptionalText(reader, 'user name'),
    protocolVersion: readProtocolVersion(reader),
    sessionExpiryInterval: reader.whole('session expiry interval', FOUR_BYTES_MAX),
    will: readWill(reader),
  }),
  sessionDisconnected: (reader) => ({
    type: 'sessionDisconnected',
    clientIdentifier: readClient(reader),
    disconnectedAt: reader.number('time of disconnection'),
    sessionExpiryInterval: reader.whole('session expiry interval', FOUR_BYTES_MAX),
    willDueAt: readOptionalNumber(reader, 'time of the will'),
  }),
  sessionEnded: (reader) => ({ type: 'sessionEnded', clientIdentifier: readClient(reader) }),
  willRemoved: (reader) => ({ type: 'willRemoved', clientIdentifier: readClient(reader) }),
  subscribed: (reader) => ({
    type: 'subscribed',
    clientIdentifier: readClient(reader),
    subscription: readSubscription(reader),
  }),
  unsubscribed: (reader) => ({
    type: 'unsubscribed',
    clientIdentifier: readClient(reader),
    subscriptionFilter: reader.text('subscription filter'),
  }),
  queueSetAside: (reader) => ({
    type: 'queueSetAside',
    clientIdentifier: readClient(reader),
    after: readDeliveryId(reader),
    setAsideAs: reader.text('name of the queue set aside'),
    disconnectedAt: reader.number('time of disconnection'),
  }),
};

function readClient(reader: RecordReader): string {
  return reader.text('client identifier');
}

function readMessageId(reader: RecordReader): number {
  return reader.whole('message identifier');
}

function readDeliveryId(reader: RecordReader): number {
  return reader.whole('delivery identifier');
}

function readPacketIdentifier(reader: RecordReader): number {
  return reader.whole('packet identifier', 0xffff);
}

function writeSessionOpened(writer: RecordWriter, entry: JournalEntry & { type: 'sessionOpened' }): void {
  writer.text(entry.clientIdentifier);
  writer.byte(entry.clean ? 1 : 0);
  writeOptionalText(writer, entry.userName);
  writer.byte(entry.protocolVersion);
  writer.whole(entry.sessionExpiryInterval);
  writeWill(writer, entry.will);
}

/** What stands for each entry; a code is never given to another one. */
const ENTRY_CODES: Readonly<Record<EntryType, number>> = {
  sessionOpened: 1,
  sessionDisconnected: 2,
  sessionEnded: 3,
  willRemoved: 4,
  subscribed: 5,
  unsubscribed: 6,
  messageStored: 7,
  deliveryQueued: 8,
  deliverySent: 9,
  deliveryReceived: 10,
  deliveryFinished: 11,
  packetReceived: 12,
  packetReleased: 13,
  retainedSet: 14,
  retainedRemoved: 15,
  queueSetAside: 16,
};

const READERS_BY_CODE: readonly (((reader: RecordReader) => JournalEntry) | undefined)[] = byCode();

function byCode(): ((reader: RecordReader) => JournalEntry)[] {
  const readers: ((reader: RecordReader) => JournalEntry)[] = [];
  let type: EntryType;
  for (type in READERS) readers[ENTRY_CODES[type]] = READERS[type];
  return readers;
}
