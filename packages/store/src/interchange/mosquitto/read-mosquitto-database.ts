import { InterchangeError } from '../store-record.ts';
import { ByteCursor } from './byte-cursor.ts';
import {
  ChunkType,
  readClientChunk,
  readClientMessageChunk,
  readConfigurationChunk,
  readMessageChunk,
  readRetainedChunk,
  readSubscriptionChunk,
  type ClientChunk,
  type ClientMessageChunk,
  type MessageChunk,
  type SubscriptionChunk,
} from './chunks.ts';
import { toRecords, type MosquittoContent } from './to-records.ts';

/** What a mosquitto.db holds, chunk by chunk. */
export interface MosquittoChunks {
  readonly messages: Map<bigint, MessageChunk>;
  /** By Client Identifier. */
  readonly clients: Map<string, ClientChunk>;
  /** In the order of the file, which is that of sending. */
  readonly clientMessages: ClientMessageChunk[];
  readonly subscriptions: SubscriptionChunk[];
  readonly retained: { readonly position: number; readonly storeId: bigint }[];
}

/**
 * Reads the persistence file of mosquitto 2.0 (format version 6): sessions, subscriptions, queues, what is in flight, and
 * retained messages, as records that `importRecords` takes.
 *
 * @param now - Milliseconds since 1970: for sessions that had a connection it counts as lost now.
 * @throws {InterchangeError} when it is no such file, or cut off, or damaged in a way that shows; the message begins with
 *   the offset. The format has no checksum: a changed payload does not show, nor a file that ends between two chunks.
 */
export function readMosquittoDatabase(bytes: Uint8Array, now: number): MosquittoContent {
  return toRecords(readChunks(bytes), now);
}

function readChunks(bytes: Uint8Array): MosquittoChunks {
  const file = new ByteCursor(bytes, 'header');
  readHeader(file, bytes);
  const chunks: MosquittoChunks = {
    messages: new Map(),
    clients: new Map(),
    clientMessages: [],
    subscriptions: [],
    retained: [],
  };
  let isConfigured = false;
  while (file.bytesLeft > 0) {
    const start = file.position;
    const type = file.uint32('type of a chunk');
    const name = CHUNK_NAMES.get(type);
    if (name === undefined) throw file.wrong('type of a chunk', type, '1 to 6', start);
    const length = file.uint32(`length of a ${name}`);
    const chunk = file.part(length, name);
    if (type === ChunkType.configuration) isConfigured = true;
    else if (!isConfigured) throw file.wrong('type of the first chunk', type, '1, configuration', start);
    readChunk(type, chunk, chunks);
  }
  if (!isConfigured) throw file.wrong('chunks', 'none', 'at least the configuration', file.position);
  return chunks;
}

function readHeader(file: ByteCursor, bytes: Uint8Array): void {
  const isMosquittos = MAGIC.every((byte, index) => bytes[index] === byte);
  if (!isMosquittos) throw new InterchangeError('byte 0: this is not a persistence file of mosquitto');
  file.skip(MAGIC.length, 'magic');
  file.skip(4, 'checksum');
  const start = file.position;
  const found = file.uint32('format version');
  if (found === FORMAT) return;
  const advice = 'let mosquitto 2.0 read it and end once, and it writes version 6';
  throw file.wrong('format version', found, `${FORMAT}; ${advice}`, start);
}

function readChunk(type: number, chunk: ByteCursor, chunks: MosquittoChunks): void {
  switch (type) {
    case ChunkType.configuration:
      readConfigurationChunk(chunk);
      return;
    case ChunkType.message: {
      const message = readMessageChunk(chunk);
      chunks.messages.set(message.storeId, message);
      return;
    }
    case ChunkType.client: {
      const client = readClientChunk(chunk);
      chunks.clients.set(client.clientIdentifier, client);
      return;
    }
    case ChunkType.clientMessage:
      chunks.clientMessages.push(readClientMessageChunk(chunk));
      return;
    case ChunkType.subscription:
      chunks.subscriptions.push(readSubscriptionChunk(chunk));
      return;
    case ChunkType.retained:
    default:
      chunks.retained.push({ position: chunk.position, storeId: readRetainedChunk(chunk) });
  }
}

const CHUNK_NAMES: ReadonlyMap<number, string> = new Map([
  [ChunkType.configuration, 'configuration chunk'],
  [ChunkType.message, 'message chunk'],
  [ChunkType.clientMessage, 'client message chunk'],
  [ChunkType.retained, 'retained chunk'],
  [ChunkType.subscription, 'subscription chunk'],
  [ChunkType.client, 'client chunk'],
]);

/** That of mosquitto 2.0. */
const FORMAT = 6;

/** 0x00 0xB5 0x00 "mosquitto db" */
const MAGIC: readonly number[] = [
  0x00, 0xb5, 0x00, 0x6d, 0x6f, 0x73, 0x71, 0x75, 0x69, 0x74, 0x74, 0x6f, 0x20, 0x64, 0x62,
];
