import type { ByteReader } from './byte-reader.ts';
import type { MalformedPacketError, ProtocolError } from './errors.ts';
import { decodeAuth } from './packets/auth.ts';
import { decodeConnack } from './packets/connack.ts';
import { decodeConnect } from './packets/connect.ts';
import { decodeDisconnect } from './packets/disconnect.ts';
import type { Packet } from './packets/packet.ts';
import { decodePingreq } from './packets/pingreq.ts';
import { decodePingresp } from './packets/pingresp.ts';
import { decodePuback } from './packets/puback.ts';
import { decodePubcomp } from './packets/pubcomp.ts';
import { decodePublish } from './packets/publish.ts';
import { decodePubrec } from './packets/pubrec.ts';
import { decodePubrel } from './packets/pubrel.ts';
import { decodeSuback } from './packets/suback.ts';
import { decodeSubscribe } from './packets/subscribe.ts';
import { decodeUnsuback } from './packets/unsuback.ts';
import { decodeUnsubscribe } from './packets/unsubscribe.ts';
import { checkFirstByte } from './first-byte.ts';
import { cite, type WireFormat } from './packets/wire-format.ts';
import { ReasonCode } from './reason-code.ts';

/**
 * Decodes one packet whose bytes lie in one piece, in two steps: `sizeAt` judges the fixed header, which is all that may
 * be there yet, and `decodeAt` reads the packet.
 */
export class PacketDecoder {
  readonly #reader: ByteReader;
  readonly #maximumPacketSize: number;
  /** The format of the connection; undefined for a server that has seen no CONNECT yet. */
  #format: WireFormat | undefined;

  constructor(reader: ByteReader, format: WireFormat | undefined, maximumPacketSize: number) {
    this.#reader = reader;
    this.#format = format;
    this.#maximumPacketSize = maximumPacketSize;
  }

  /** The format of the connection; undefined for a server that has seen no CONNECT yet. */
  get format(): WireFormat | undefined {
    return this.#format;
  }

  /**
   * The bytes of the packet that starts at `start`, fixed header included, or 0 when its fixed header is not complete.
   * Throws as soon as the header shows that the packet cannot be accepted.
   */
  sizeAt(bytes: Uint8Array, start: number, end: number): number {
    if (start >= end) return 0;
    const first = bytes[start]!;
    // A PUBLISH has flags of its own and comes from both sides.
    if (first >> 4 !== PUBLISH || this.#format === undefined) {
      this.#reader.start = start;
      checkFirstByte(first, this.#reader, this.#format);
    }
    let position = start + 1;
    let remainingLength = 0;
    for (let shift = 0; ; shift += 7) {
      if (position >= end) return 0;
      const byte = bytes[position++]!;
      remainingLength |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
      if (shift === 21) throw this.#tooLong(start);
    }
    const size = position - start + remainingLength;
    if (size > this.#maximumPacketSize) throw this.#tooLarge(start, size);
    return size;
  }

  /** The packet of `size` bytes, as `sizeAt` has found, that starts at `start`. All of its bytes are there. */
  decodeAt(bytes: Uint8Array, start: number, size: number): Packet {
    const reader = this.#reader;
    reader.bytes = bytes;
    reader.start = start;
    reader.end = start + size;
    if (this.#format !== undefined) reader.format = this.#format;
    let position = start + 1;
    while (bytes[position]! >= 0x80) position++;
    const lengthIsMinimal = position === start + 1 || bytes[position] !== 0;
    reader.position = position + 1;
    const packet = this.#decodeBody(bytes[start]!);
    if (!lengthIsMinimal && reader.format.minimalRemainingLength) {
      throw reader.malformed('Remaining Length takes more bytes than it needs', start + 1, 'MQTT-1.5.5-1');
    }
    if (reader.position !== reader.end) {
      const message = `${reader.end - reader.position} bytes are left over at the end of the packet`;
      throw reader.malformed(message, reader.position, reader.format.statements.unreadable);
    }
    if (this.#format === undefined) this.#format = reader.format;
    return packet;
  }

  /** Lets go of the bytes that were decoded last. */
  release(): void {
    this.#reader.bytes = NO_BYTES;
  }

  #decodeBody(first: number): Packet {
    const reader = this.#reader;
    switch (first >> 4) {
      case PUBLISH:
        return decodePublish(reader, first & 0x0f);
      case PUBACK:
        return decodePuback(reader);
      case PUBREC:
        return decodePubrec(reader);
      case PUBREL:
        return decodePubrel(reader);
      case PUBCOMP:
        return decodePubcomp(reader);
      case CONNECT:
        return decodeConnect(reader);
      case CONNACK:
        return decodeConnack(reader);
      case SUBSCRIBE:
        return decodeSubscribe(reader);
      case SUBACK:
        return decodeSuback(reader);
      case UNSUBSCRIBE:
        return decodeUnsubscribe(reader);
      case UNSUBACK:
        return decodeUnsuback(reader);
      case PINGREQ:
        return decodePingreq();
      case PINGRESP:
        return decodePingresp();
      case DISCONNECT:
        return decodeDisconnect(reader);
      default:
        return decodeAuth(reader);
    }
  }

  #tooLong(start: number): MalformedPacketError {
    const reader = this.#reader;
    reader.start = start;
    const statement = cite(reader.format, 'MQTT-1.5.5-1', 'v3 MQTT-4.8.0-1');
    return reader.malformed('Remaining Length takes more than four bytes', start + 1, statement);
  }

  #tooLarge(start: number, size: number): ProtocolError {
    const reader = this.#reader;
    reader.start = start;
    const message = `the packet has ${size} bytes; allowed: ${this.#maximumPacketSize}`;
    const statement = reader.role === 'server' ? 'U-3.2.2.3.6-2' : 'U-3.1.2.11.4-2';
    return reader.forbidden(message, start + 1, statement, ReasonCode.PacketTooLarge);
  }
}

const NO_BYTES = new Uint8Array(0);

// The packet types of Table 2-1, which are the first four bits of a packet.
const CONNECT = 0x1;
const CONNACK = 0x2;
const PUBLISH = 0x3;
const PUBACK = 0x4;
const PUBREC = 0x5;
const PUBREL = 0x6;
const PUBCOMP = 0x7;
const SUBSCRIBE = 0x8;
const SUBACK = 0x9;
const UNSUBSCRIBE = 0xa;
const UNSUBACK = 0xb;
const PINGREQ = 0xc;
const PINGRESP = 0xd;
const DISCONNECT = 0xe;
