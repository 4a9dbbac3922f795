// How bytes become packets.
//
// A chunk is decoded in place: `next` walks through it, and what it gives may point into it. Only the tail of a chunk
// that ends in the middle of a packet is copied, into a buffer of that packet's own, because the caller may reuse the
// chunk's memory afterwards. The buffer grows with what has been received, at most by a factor, so that a header that
// announces 256 MB costs nothing until the bytes come; and when it grows it doubles, so that a large packet in many
// small chunks takes time in proportion to its size. The finished packet keeps the buffer; it is never used again.

import { ByteReader } from './byte-reader.ts';
import { FIXED_HEADER_BYTES_MAX, VARIABLE_BYTE_INTEGER_MAX } from './limits.ts';
import { PacketDecoder } from './packet-decoder.ts';
import type { Packet } from './packets/packet.ts';
import { NO_BYTES } from './platform.ts';
import { wireFormat } from './packets/wire-format.ts';
import type { ProtocolVersion } from './protocol-version.ts';
import type { Role } from './role.ts';
import type { TopicNameCache } from './topic-name-cache.ts';

/** How a {@link PacketReader} reads. */
export interface PacketReaderOptions {
  /** Which side *we* are: a `server` refuses CONNACK, a `client` refuses CONNECT. */
  readonly role: Role;
  /** Needed for a `client`; a `server` learns it from CONNECT. */
  readonly protocolVersion?: ProtocolVersion | undefined;
  /** Bytes of the largest packet accepted, fixed header included; 268,435,460, which is no limit, by default. */
  readonly maximumPacketSize?: number | undefined;
  /** Topic Names that were read lately; readers can share one. */
  readonly topicNames?: TopicNameCache | undefined;
}

/**
 * Takes chunks of any size and gives packets: `push` a chunk, then call `next` until it gives undefined.
 *
 * Payloads and other byte fields of a packet are views of the pushed chunk (or of the reader's own copy of a packet that
 * came in several chunks). They are valid for as long as the caller leaves the chunk's memory alone; copy what is to be
 * kept. When `next` has given undefined the reader itself no longer needs the chunk.
 */
export class PacketReader {
  readonly #decoder: PacketDecoder;
  #chunk: Uint8Array = NO_BYTES;
  #position = 0;
  /** The start of a packet whose end has not come yet. */
  #tail: Uint8Array = NO_BYTES;
  #tailLength = 0;
  /** The size of that packet; 0 while its fixed header is incomplete. */
  #tailSize = 0;
  #streamOffset = 0;
  #failure: Error | undefined;

  /** @throws TypeError when a client gives no protocol version, or the maximum packet size is not a positive number */
  constructor(options: PacketReaderOptions) {
    const { role, protocolVersion, maximumPacketSize = PACKET_SIZE_MAX, topicNames } = options;
    if (protocolVersion === undefined && role !== 'server') {
      throw new TypeError('protocolVersion is missing');
    }
    if (!(maximumPacketSize >= 1)) {
      throw new TypeError(`maximumPacketSize is ${maximumPacketSize}; allowed: 1 or more`);
    }
    // Until a CONNECT has come errors are those of 5.0.
    const reader = new ByteReader(role, wireFormat(protocolVersion ?? 5), topicNames);
    this.#decoder = new PacketDecoder(
      reader,
      protocolVersion === undefined ? undefined : reader.format,
      maximumPacketSize,
    );
  }

  /** The version that is spoken; undefined for a server that has not read a CONNECT yet. */
  get protocolVersion(): ProtocolVersion | undefined {
    return this.#decoder.format?.version;
  }

  /** Whether an error has been thrown; every further call throws it again. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** Bytes that wait for the rest of their packet. Between drained pushes it is less than the maximum packet size. */
  get heldBytes(): number {
    return this.#tailLength + this.#chunk.length - this.#position;
  }

  /** Where in the whole stream the next packet starts, or the one that failed; an error's `byteOffset` counts from here. */
  get streamOffset(): number {
    return this.#streamOffset;
  }

  /**
   * The bytes of the packet that {@link next} gave last, fixed header included: a view, valid as those in the packet are,
   * until {@link next} is called again.
   */
  get frame(): Uint8Array {
    return this.#decoder.frame;
  }

  /**
   * Adds bytes. Leave the chunk alone until `next` has given undefined, and longer if its packets are used longer.
   *
   * @throws MalformedPacketError | ProtocolError the error of an earlier `next`
   */
  push(chunk: Uint8Array): void {
    if (this.#failure !== undefined) throw this.#failure;
    const left = this.#chunk.length - this.#position;
    if (left === 0) {
      this.#chunk = chunk;
    } else {
      // Not drained: the caller pays for a copy of both.
      const joined = new Uint8Array(left + chunk.length);
      joined.set(this.#chunk.subarray(this.#position));
      joined.set(chunk, left);
      this.#chunk = joined;
    }
    this.#position = 0;
  }

  /**
   * The next packet, or undefined when more bytes are needed.
   *
   * @throws MalformedPacketError | ProtocolError once; from then on the reader stays failed and throws the same again
   */
  next(): Packet | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return this.#tailLength > 0 ? this.#nextFromTail() : this.#nextFromChunk();
    } catch (error) {
      if (error instanceof Error) this.#failure = error;
      this.#tail = NO_BYTES;
      this.#tailLength = 0;
      this.#release();
      throw error;
    }
  }

  #nextFromChunk(): Packet | undefined {
    const chunk = this.#chunk;
    const position = this.#position;
    const end = chunk.length;
    if (position === end) return this.#release();
    const size = this.#decoder.sizeAt(chunk, position, end);
    if (size === 0 || size > end - position) {
      this.#tailSize = size;
      this.#append(end - position);
      return this.#release();
    }
    const packet = this.#decoder.decodeAt(chunk, position, size);
    this.#position = position + size;
    this.#streamOffset += size;
    return packet;
  }

  #nextFromTail(): Packet | undefined {
    const { length } = this.#chunk;
    // A fixed header in pieces is completed byte by byte: it says how many bytes belong to the packet.
    while (this.#tailSize === 0) {
      if (this.#position === length) return this.#release();
      this.#append(1);
      this.#tailSize = this.#decoder.sizeAt(this.#tail, 0, this.#tailLength);
    }
    this.#append(Math.min(this.#tailSize - this.#tailLength, length - this.#position));
    if (this.#tailLength < this.#tailSize) return this.#release();
    const packet = this.#decoder.decodeAt(this.#tail, 0, this.#tailSize);
    this.#streamOffset += this.#tailSize;
    this.#tail = NO_BYTES;
    this.#tailLength = this.#tailSize = 0;
    return packet;
  }

  /** Copies the next bytes of the chunk to the tail. */
  #append(count: number): void {
    const length = this.#tailLength + count;
    if (length > this.#tail.length) {
      // While the size is not known there is room for the largest fixed header.
      const grown = new Uint8Array(
        this.#tailSize === 0 ? FIXED_HEADER_BYTES_MAX : Math.min(this.#tailSize, length * GROWTH),
      );
      grown.set(this.#tail.subarray(0, this.#tailLength));
      this.#tail = grown;
    }
    this.#tail.set(this.#chunk.subarray(this.#position, this.#position + count), this.#tailLength);
    this.#tailLength = length;
    this.#position += count;
  }

  /** Lets go of a chunk that is used up: what waits must not keep all of it in memory. */
  #release(): undefined {
    this.#chunk = NO_BYTES;
    this.#position = 0;
    this.#decoder.release();
    return undefined;
  }
}

/** One byte of type and flags, four of Remaining Length, and as much as those can say. */
const PACKET_SIZE_MAX: number = FIXED_HEADER_BYTES_MAX + VARIABLE_BYTE_INTEGER_MAX;
// Memory for a packet is at most this many times what has come of it.
const GROWTH = 2;
