// The chunks of a mosquitto.db, format version 6, as mosquitto 2.0 writes it. What is known of it comes from descriptions of
// the format and from looking at files:
//
// The file begins with 15 bytes of magic, 4 bytes that are 0, and the version; then chunks follow until the end, each with
// its type and length in four bytes each. Numbers are in network order, except the 64-bit ones, which are in the order of
// the machine that wrote the file. The fixed part of a chunk is a structure of C, so it may end in bytes without meaning:
// the texts behind it have their lengths in it, and properties fill what is left of the chunk.

import type { MessageProperties } from '@skua/broker';
import { parseTopicFilter, parseTopicName, type TopicName } from '@skua/topics';
import { InterchangeError } from '../store-record.ts';
import type { ByteCursor } from './byte-cursor.ts';
import { readMessageProperties, readSubscriptionIdentifiers } from './properties.ts';

/** A message that clients or the retained messages name. */
export interface MessageChunk {
  readonly storeId: bigint;
  /** Seconds since 1970; 0: does not expire. */
  readonly expiresAt: number;
  readonly publisher: string;
  readonly topicName: TopicName;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly properties: MessageProperties;
}

/** A session. Its user is not read: version 2.0.11 writes that of another client where a client has none. */
export interface ClientChunk {
  readonly clientIdentifier: string;
  /** When the session ends, in seconds since 1970; 0: never, or it had a connection when the file was written. */
  readonly expiresAt: number;
  /** Seconds; 0: ends with its connection; 0xFFFFFFFF: never. */
  readonly expiryInterval: number;
}

/** A message on its way to a client (`out`) or from it (`in`). */
export interface ClientMessageChunk {
  readonly position: number;
  readonly clientIdentifier: string;
  readonly storeId: bigint;
  readonly packetIdentifier: number;
  readonly qos: 0 | 1 | 2;
  readonly state: number;
  readonly dup: boolean;
  readonly retain: boolean;
  readonly direction: 'in' | 'out';
  readonly subscriptionIdentifiers: readonly number[] | undefined;
}

/** A subscription. Retain Handling and shared subscriptions are not written by mosquitto. */
export interface SubscriptionChunk {
  readonly clientIdentifier: string;
  readonly subscriptionFilter: string;
  readonly qos: 0 | 1 | 2;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly subscriptionIdentifier: number | undefined;
}

/** The types of chunks. */
export const ChunkType = {
  configuration: 1,
  message: 2,
  clientMessage: 3,
  retained: 4,
  subscription: 5,
  client: 6,
} as const;

/** Reads the configuration chunk, of which only the size of identifiers matters. */
export function readConfigurationChunk(chunk: ByteCursor): void {
  chunk.int64('last store id');
  chunk.uint8('shutdown');
  const start = chunk.position;
  const size = chunk.uint8('size of store ids');
  if (size !== 8) throw chunk.wrong('size of store ids', size, '8', start);
}

/** Reads a message chunk; the topic is checked. */
export function readMessageChunk(chunk: ByteCursor): MessageChunk {
  const storeId = chunk.int64('store id');
  const expiresAt = readSeconds(chunk, 'expiry time');
  const payloadLength = chunk.uint32('length of the payload');
  chunk.uint16('packet identifier');
  const publisherLength = chunk.uint16('length of the publisher');
  const userNameLength = chunk.uint16('length of the user name');
  const topicLength = chunk.uint16('length of the topic');
  chunk.uint16('port');
  const qos = readQos(chunk);
  const retain = chunk.uint8('retain') !== 0;
  const publisher = chunk.text(publisherLength, 'publisher');
  chunk.skip(userNameLength, 'user name');
  const topicName = judged(chunk, 'topic', () => parseTopicName(chunk.text(topicLength, 'topic')));
  const payload = chunk.bytes(payloadLength, 'payload');
  const properties = readMessageProperties(chunk);
  return { storeId, expiresAt, publisher, topicName, payload, qos, retain, properties };
}

/** Reads a client chunk. */
export function readClientChunk(chunk: ByteCursor): ClientChunk {
  const expiresAt = readSeconds(chunk, 'session expiry time');
  const expiryInterval = chunk.uint32('session expiry interval');
  chunk.uint16('last packet identifier');
  const length = chunk.uint16('length of the client identifier');
  chunk.uint16('port');
  const userNameLength = chunk.uint16('length of the user name');
  // Where integers of 64 bits are aligned to 8 the structure has 24 bytes, elsewhere 20.
  const padding = chunk.bytesLeft - length - userNameLength;
  if (padding !== 0 && padding !== 4) {
    throw chunk.wrong('lengths of the texts', length + userNameLength, `${chunk.bytesLeft} or 4 less`, chunk.position);
  }
  chunk.skip(padding, 'fixed part');
  const clientIdentifier = readClientIdentifier(chunk, length);
  return { clientIdentifier, expiresAt, expiryInterval };
}

/** Reads a client message chunk. */
export function readClientMessageChunk(chunk: ByteCursor): ClientMessageChunk {
  const { position } = chunk;
  const storeId = chunk.int64('store id');
  const packetIdentifier = chunk.uint16('packet identifier');
  const length = chunk.uint16('length of the client identifier');
  const qos = readQos(chunk);
  const state = chunk.uint8('state');
  const flags = chunk.uint8('retain and dup');
  const directionAt = chunk.position;
  const direction = chunk.uint8('direction');
  if (direction > 1) throw chunk.wrong('direction', direction, '0 or 1', directionAt);
  const clientIdentifier = readClientIdentifier(chunk, length);
  const subscriptionIdentifiers = readSubscriptionIdentifiers(chunk);
  return {
    position,
    clientIdentifier,
    storeId,
    packetIdentifier,
    qos,
    state,
    dup: (flags & 0x0f) !== 0,
    retain: (flags & 0xf0) !== 0,
    direction: direction === 0 ? 'in' : 'out',
    subscriptionIdentifiers,
  };
}

/** Reads a subscription chunk; the filter is checked. */
export function readSubscriptionChunk(chunk: ByteCursor): SubscriptionChunk {
  const identifier = chunk.uint32('subscription identifier');
  const length = chunk.uint16('length of the client identifier');
  const filterLength = chunk.uint16('length of the topic filter');
  const qos = readQos(chunk);
  const options = chunk.uint8('options');
  chunk.skip(2, 'fixed part');
  const clientIdentifier = readClientIdentifier(chunk, length);
  const subscriptionFilter = chunk.text(filterLength, 'topic filter');
  judged(chunk, 'topic filter', () => parseTopicFilter(subscriptionFilter));
  return {
    clientIdentifier,
    subscriptionFilter,
    qos,
    noLocal: (options & NO_LOCAL) !== 0,
    retainAsPublished: (options & RETAIN_AS_PUBLISHED) !== 0,
    subscriptionIdentifier: identifier === 0 ? undefined : identifier,
  };
}

/** Reads a retained chunk: the store id of its message. */
export function readRetainedChunk(chunk: ByteCursor): bigint {
  return chunk.int64('store id');
}

function readClientIdentifier(chunk: ByteCursor, length: number): string {
  const start = chunk.position;
  const clientIdentifier = chunk.text(length, 'client identifier');
  if (clientIdentifier === '' || clientIdentifier.includes('\0')) {
    throw chunk.wrong('client identifier', JSON.stringify(clientIdentifier), 'a text without U+0000', start);
  }
  return clientIdentifier;
}

function readQos(chunk: ByteCursor): 0 | 1 | 2 {
  const start = chunk.position;
  const qos = chunk.uint8('QoS');
  if (qos === 0 || qos === 1 || qos === 2) return qos;
  throw chunk.wrong('QoS', qos, '0, 1 or 2', start);
}

function readSeconds(chunk: ByteCursor, field: string): number {
  const start = chunk.position;
  const seconds = Number(chunk.int64(field));
  if (seconds >= 0 && seconds <= SECONDS_MAX) return seconds;
  const allowed = 'seconds since 1970; a file of a machine with another byte order cannot be read';
  throw chunk.wrong(field, seconds, allowed, start);
}

function judged<T>(chunk: ByteCursor, field: string, parse: () => T): T {
  const start = chunk.position;
  try {
    return parse();
  } catch (error) {
    if (error instanceof InterchangeError || !(error instanceof Error)) throw error;
    throw chunk.wrong(field, error.message, 'one of section 4.7', start);
  }
}

const NO_LOCAL = 0x04;
const RETAIN_AS_PUBLISHED = 0x08;
/** Beyond the year 10,000. */
const SECONDS_MAX = 253_402_300_800;
