import { crc32 } from 'node:zlib';
import { StoreError } from '@skua/store';
import { RecordReader, type RecordWriter } from '@skua/store/format';

/** Puts a checksum of the key and of all that was written since `start` behind it, and gives a view of both. */
export function seal(writer: RecordWriter, start: number, key: Uint8Array): Uint8Array {
  writer.reserve(CHECKSUM_BYTES);
  const { bytes, position } = writer;
  const checksum = crc32(bytes.subarray(start, position), seedOf(key));
  bytes[position] = checksum >>> 24;
  bytes[position + 1] = checksum >>> 16;
  bytes[position + 2] = checksum >>> 8;
  bytes[position + 3] = checksum;
  writer.position = position + CHECKSUM_BYTES;
  return bytes.subarray(start, position + CHECKSUM_BYTES);
}

/**
 * A reader of a record that {@link seal} has closed.
 *
 * @throws {StoreError} (`damaged`) when key or value are not what was written.
 */
export function unseal(key: Uint8Array, value: Uint8Array, what: string): RecordReader {
  const end = value.length - CHECKSUM_BYTES;
  // LMDB gives a buffer whose `length` is not that of its memory.
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.length);
  if (end < 0 || crc32(bytes.subarray(0, end), seedOf(key)) !== readChecksum(bytes, end)) {
    throw new StoreError(`Damaged: the checksum of ${what} does not match its ${value.length} bytes.`, {
      code: 'damaged',
    });
  }
  return new RecordReader(bytes.subarray(0, end), what);
}

/** A number made of the key (FNV-1a): keys are short, and a call of `crc32` costs more than this loop. */
function seedOf(key: Uint8Array): number {
  let seed = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) seed = Math.imul(seed ^ key[index]!, 0x01000193);
  return seed >>> 0;
}

function readChecksum(bytes: Uint8Array, position: number): number {
  return (
    ((bytes[position]! << 24) | (bytes[position + 1]! << 16) | (bytes[position + 2]! << 8) | bytes[position + 3]!) >>> 0
  );
}

const CHECKSUM_BYTES = 4;
