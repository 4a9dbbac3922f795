import {
  CONNACK,
  CONNECT,
  DISCONNECT,
  PINGREQ,
  PINGRESP,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREC,
  PUBREL,
  SUBACK,
  SUBSCRIBE,
  UNSUBACK,
  UNSUBSCRIBE,
} from './packet-type.ts';
import type { ByteReader } from './byte-reader.ts';
import { decodeAuth } from './packets/auth.ts';
import { decodeConnack } from './packets/connack.ts';
import { decodeConnect } from './packets/connect.ts';
import { decodeDisconnect } from './packets/disconnect.ts';
import type { Packet } from './packets/packet.ts';
import { NO_BYTES } from './platform.ts';
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

/**
 * Decodes one packet whose bytes lie in one piece, in two steps: `sizeAt` judges the fixed header, which is all that may
 * be there yet, and `decodeAt` reads the packet.
 */
export class PacketDecoder {
  readonly #reader: ByteReader;
  readonly #maximumPacketSize: number;
  /** The length of the fixed header that `sizeAt` has read. */
  #headerLength = 0;
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
    const reader = this.#reader;
    reader.start = start;
    if (first >> 4 !== PUBLISH || this.#format === undefined) checkFirstByte(first, reader, this.#format);
    let position = start + 1;
    let remainingLength = 0;
    for (let shift = 0; ; shift += 7) {
      if (position >= end) return 0;
      const byte = bytes[position++]!;
      remainingLength |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
      if (shift === 21) {
        const statement = cite(reader.format, 'MQTT-1.5.5-1', 'v3 MQTT-4.8.0-1');
        throw reader.malformed('Remaining Length', 'longer', 'four bytes', start + 1, statement);
      }
    }
    this.#headerLength = position - start;
    const size = this.#headerLength + remainingLength;
    if (size > this.#maximumPacketSize) {
      const statement = reader.role === 'server' ? 'U-3.2.2.3.6-2' : 'U-3.1.2.11.4-2';
      const reasonCode = 0x95; // Packet too large
      throw reader.forbidden('Packet size', size, this.#maximumPacketSize, start + 1, statement, reasonCode);
    }
    return size;
  }

  /** The packet that starts at `start`, of which `sizeAt` has just found that it has `size` bytes. All of them are there. */
  decodeAt(bytes: Uint8Array, start: number, size: number): Packet {
    const reader = this.#reader;
    reader.bytes = bytes;
    reader.start = start;
    reader.position = start + this.#headerLength;
    reader.end = start + size;
    if (this.#format !== undefined) reader.format = this.#format;
    const packet = this.#decodeBody(bytes[start]!);
    const { format, position, end } = reader;
    if (position !== end)
      throw reader.malformed('Packet', 'longer', 'its fields', position, format.statements.unreadable);
    // Only now is it known for a CONNECT: 3.1.1 allows it.
    if (this.#headerLength > 2 && bytes[start + this.#headerLength - 1] === 0 && format.hasProperties) {
      throw reader.malformed('Remaining Length', 'longer', 'the shortest form', start + 1, 'MQTT-1.5.5-1');
    }
    if (this.#format === undefined) this.#format = format;
    return packet;
  }

  /** The bytes of the packet that was decoded last. */
  get frame(): Uint8Array {
    const { bytes, start, end } = this.#reader;
    return bytes.subarray(start, end);
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
}
