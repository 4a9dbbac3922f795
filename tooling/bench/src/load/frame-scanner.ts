import { readStampField, STAMP_BYTES } from './payload-stamp.ts';

/** Gets what a {@link FrameScanner} finds. */
export interface FrameHandler {
  /** A whole PUBLISH has arrived; the first three are its payload's stamp. `packetIdentifier` is 0 at QoS 0. */
  handlePublish(
    sender: number,
    sequence: number,
    ticks: number,
    qos: number,
    packetIdentifier: number,
    bytes: number,
  ): void;
  /** A PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK or UNSUBACK, by the type in its fixed header. */
  handleAcknowledgement(packetType: number, packetIdentifier: number): void;
  /** A CONNACK with its Reason Code (return code). */
  handleConnack(reasonCode: number): void;
  /** A DISCONNECT of the server, or bytes that are no MQTT. */
  handleFailure(reason: string): void;
}

/**
 * Finds MQTT packets in what a server sends without building an object for any of them. Chunks may end anywhere; of an
 * incomplete packet only the head (up to the end of the stamp) is kept, the rest is counted.
 */
export class FrameScanner {
  readonly #handler: FrameHandler;
  readonly #hasProperties: boolean;
  readonly #carry: Uint8Array = new Uint8Array(HEAD_MAX);
  #carried = 0;
  /** Bytes still to come of a packet whose head was read. */
  #missing = 0;

  // Of the packet whose head was read last.
  #frameBytes = 0;
  #firstByte = 0;
  #sender = 0;
  #sequence = 0;
  #ticks = 0;
  #packetIdentifier = 0;

  constructor(handler: FrameHandler, options: { readonly hasProperties: boolean }) {
    this.#handler = handler;
    this.#hasProperties = options.hasProperties;
  }

  /** Takes the bytes from `start` to `end` of a chunk; they may be overwritten afterwards. */
  scan(chunk: Uint8Array, start: number, end: number): void {
    let position = start;
    if (this.#missing > 0) {
      const taken = Math.min(this.#missing, end - position);
      this.#missing -= taken;
      position += taken;
      if (this.#missing > 0) return;
      this.#emit();
    }
    if (this.#carried > 0) {
      position = this.#scanCarried(chunk, position, end);
    }
    while (position < end) {
      if (!this.#readHead(chunk, position, end)) {
        this.#keep(chunk, position, end);
        return;
      }
      position += this.#frameBytes;
      if (position > end) {
        this.#missing = position - end;
        return;
      }
      this.#emit();
    }
  }

  /** Completes the head that the last chunk ended in; returns where the next packet begins. */
  #scanCarried(chunk: Uint8Array, start: number, end: number): number {
    const before = this.#carried;
    const taken = Math.min(HEAD_MAX - before, end - start);
    this.#carry.set(chunk.subarray(start, start + taken), before);
    if (!this.#readHead(this.#carry, 0, before + taken)) {
      this.#carried = before + taken;
      if (this.#carried === HEAD_MAX) throw new Error(`a packet whose head is longer than ${HEAD_MAX} bytes`);
      return end;
    }
    this.#carried = 0;
    const next = start + this.#frameBytes - before;
    if (next > end) {
      this.#missing = next - end;
      return end;
    }
    this.#emit();
    return next;
  }

  #keep(chunk: Uint8Array, start: number, end: number): void {
    if (end - start > HEAD_MAX) throw new Error(`a packet whose head is longer than ${HEAD_MAX} bytes`);
    this.#carry.set(chunk.subarray(start, end), 0);
    this.#carried = end - start;
  }

  /** Reads everything of interest; false when bytes of it are still to come. */
  #readHead(bytes: Uint8Array, start: number, end: number): boolean {
    let position = start + 1;
    let remaining = 0;
    for (let shift = 0; ; shift += 7) {
      if (position >= end) return false;
      const digit = bytes[position++] ?? 0;
      remaining |= (digit & 0x7f) << shift;
      if (digit < 0x80) break;
    }
    const body = position;
    const firstByte = bytes[start] ?? 0;
    this.#firstByte = firstByte;
    this.#frameBytes = body - start + remaining;
    if (firstByte >> 4 !== PUBLISH) {
      if (body + Math.min(remaining, 2) > end) return false;
      this.#packetIdentifier = remaining >= 2 ? uint16(bytes, body) : 0;
      return true;
    }
    if (position + 2 > end) return false;
    position += 2 + uint16(bytes, position);
    if ((firstByte & QOS_MASK) !== 0) {
      if (position + 2 > end) return false;
      this.#packetIdentifier = uint16(bytes, position);
      position += 2;
    } else {
      this.#packetIdentifier = 0;
    }
    if (this.#hasProperties) {
      let length = 0;
      for (let shift = 0; ; shift += 7) {
        if (position >= end) return false;
        const digit = bytes[position++] ?? 0;
        length |= (digit & 0x7f) << shift;
        if (digit < 0x80) break;
      }
      position += length;
    }
    if (position + STAMP_BYTES > end) return false;
    this.#sender = readStampField(bytes, position);
    this.#sequence = readStampField(bytes, position + 4);
    this.#ticks = readStampField(bytes, position + 8);
    return true;
  }

  #emit(): void {
    const packetType = this.#firstByte >> 4;
    switch (packetType) {
      case PUBLISH:
        this.#handler.handlePublish(
          this.#sender,
          this.#sequence,
          this.#ticks,
          (this.#firstByte & QOS_MASK) >> 1,
          this.#packetIdentifier,
          this.#frameBytes,
        );
        return;
      case CONNACK:
        this.#handler.handleConnack(this.#packetIdentifier & 0xff);
        return;
      case PINGRESP:
        return;
      case DISCONNECT:
        this.#handler.handleFailure(`DISCONNECT with 0x${(this.#packetIdentifier >> 8).toString(16)}`);
        return;
      default:
        if (packetType === 0 || packetType === 15 || packetType < CONNACK || packetType === SUBSCRIBE) {
          this.#handler.handleFailure(`a packet of type ${packetType}`);
          return;
        }
        this.#handler.handleAcknowledgement(packetType, this.#packetIdentifier);
    }
  }
}

function uint16(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

/** More than any head in a benchmark: topic name, properties and stamp. */
const HEAD_MAX = 4096;
const QOS_MASK = 0x06;
const CONNACK = 2;
const PUBLISH = 3;
const SUBSCRIBE = 8;
const PINGRESP = 13;
const DISCONNECT = 14;
