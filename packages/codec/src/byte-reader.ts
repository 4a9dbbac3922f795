import type { TopicName } from '@skua/topics';
import { MalformedPacketError, ProtocolError } from './errors.ts';
import { cite, type WireFormat } from './packets/wire-format.ts';
import { NO_BYTES, readAscii, readUtf8 } from './platform.ts';
import type { ReasonCode } from './reason-code.ts';
import type { Role } from './role.ts';
import type { TopicNameCache } from './topic-name-cache.ts';

/**
 * Reads the fields of one packet (section 1.5), never beyond `end`, and makes the errors, whose offsets count from the
 * first byte of the packet. Every field is read under its name, which error messages use and a tracing reader records.
 */
export class ByteReader {
  /** The bytes that hold the packet, and maybe others before and behind it. */
  bytes: Uint8Array = NO_BYTES;
  /** Where the packet starts. */
  start = 0;
  /** What is read next. */
  position = 0;
  /** The first byte that no longer belongs to what is being read: the packet, or its properties. */
  end = 0;
  /** The format of the connection's version; a CONNECT sets it. */
  format: WireFormat;
  /** Which side we are. */
  readonly role: Role;
  readonly topicNames: TopicNameCache | undefined;

  constructor(role: Role, format: WireFormat, topicNames?: TopicNameCache) {
    this.role = role;
    this.format = format;
    this.topicNames = topicNames;
  }

  byte(field: string): number {
    if (this.position >= this.end) throw this.truncated(field);
    return this.bytes[this.position++]!;
  }

  twoByteInteger(field: string): number {
    const position = this.position;
    if (position + 2 > this.end) throw this.truncated(field);
    this.position = position + 2;
    return (this.bytes[position]! << 8) | this.bytes[position + 1]!;
  }

  fourByteInteger(field: string): number {
    const position = this.position;
    if (position + 4 > this.end) throw this.truncated(field);
    this.position = position + 4;
    const { bytes } = this;
    // The multiplication keeps the value unsigned, which a shift by 24 would not.
    return (
      bytes[position]! * 0x1000000 + ((bytes[position + 1]! << 16) | (bytes[position + 2]! << 8) | bytes[position + 3]!)
    );
  }

  /** A Variable Byte Integer within a packet, which only 5.0 has: at most four bytes, as few as possible [MQTT-1.5.5-1]. */
  variableByteInteger(field: string): number {
    const offset = this.position;
    let value = 0;
    let shift = 0;
    for (;;) {
      if (this.position >= this.end) throw this.truncated(field, offset);
      const byte = this.bytes[this.position++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte === 0 && shift > 0) {
          throw this.malformed(field, 'longer', 'the shortest form', offset, 'MQTT-1.5.5-1');
        }
        return value;
      }
      shift += 7;
      if (shift > 21) throw this.malformed(field, 'longer', 'four bytes', offset, 'MQTT-1.5.5-1');
    }
  }

  /** A Packet Identifier, never 0; the statements are those of 5.0 and 3.1.1 that say so. */
  packetIdentifier(v5: string, v3: string): number {
    const value = this.twoByteInteger('Packet Identifier');
    if (value === 0) {
      throw this.forbidden('Packet Identifier', 0, '1 to 65535', this.position - 2, cite(this.format, v5, v3));
    }
    return value;
  }

  /** A UTF-8 Encoded String (section 1.5.4). */
  string(field: string): string {
    const offset = this.position;
    const length = this.twoByteInteger(field);
    const start = this.position;
    const end = start + length;
    if (end > this.end) throw this.truncated(field, offset);
    this.position = end;
    const { bytes } = this;
    // Nearly every string is short and ASCII: the loop that looks for U+0000 finds that out as well.
    if (length <= SHORT_BYTES_MAX) {
      let i = start;
      while (i < end && (bytes[i]! - 1) >>> 0 < 0x7f) i++;
      if (i === end) return length === 0 ? '' : readAscii(bytes, start, end);
    }
    const { illFormedUtf8, nullCharacter } = this.format.statements;
    const text = readUtf8(bytes, start, end);
    if (text === undefined) throw this.malformed(field, 'ill-formed', 'UTF-8', offset, illFormedUtf8);
    // In well-formed UTF-8 a zero byte is U+0000 and nothing else is.
    if (text.includes('\0')) throw this.malformed(field, 'with U+0000', 'UTF-8', offset, nullCharacter);
    return text;
  }

  /**
   * A Topic Name without wildcards, and not empty unless a Topic Alias may stand for it; the statements are those of 5.0
   * and 3.1.1 that forbid wildcards here.
   */
  topicName(field: string, v5: string, v3: string, emptyAllowed: boolean = false): TopicName {
    const known = this.topicNames?.read(this);
    if (known !== undefined) return known;
    const { format, position } = this;
    const text = this.string(field);
    if (text === '' && !emptyAllowed) {
      throw this.malformed(field, 'empty', A_TOPIC_NAME, position, cite(format, 'MQTT-4.7.3-1', 'v3 MQTT-4.7.3-1'));
    }
    if (text.includes('+') || text.includes('#')) {
      throw this.malformed(field, 'a Topic Filter', A_TOPIC_NAME, position, cite(format, v5, v3));
    }
    assertTopicName(text);
    this.topicNames?.add(text);
    return text;
  }

  /** Binary Data (section 1.5.6): a view of the bytes, not a copy. */
  binary(field: string): Uint8Array {
    const offset = this.position;
    const length = this.twoByteInteger(field);
    if (this.position + length > this.end) throw this.truncated(field, offset);
    return this.view(field, length);
  }

  /** A UTF-8 String Pair (section 1.5.7) [MQTT-1.5.7-1]. */
  stringPair(field: string): [name: string, value: string] {
    return [this.string(field), this.string(field)];
  }

  /** The next `length` bytes, which are there: a view, not a copy. */
  view(_field: string, length: number): Uint8Array {
    const { bytes, position } = this;
    this.position = position + length;
    // Not subarray: of a Buffer that would give a Buffer.
    return new Uint8Array(bytes.buffer, bytes.byteOffset + position, length);
  }

  /** A Malformed Packet; `offset` is where the field starts in `bytes`. */
  malformed(field: string, found: Shown, allowed: Shown, offset: number, statement: string): MalformedPacketError {
    const message = `${field} is ${found}; allowed: ${allowed}`;
    return new MalformedPacketError(message, { byteOffset: offset - this.start, statement });
  }

  /** A Protocol Error; `offset` is where the field starts in `bytes`. */
  forbidden(
    field: string,
    found: Shown,
    allowed: Shown,
    offset: number,
    statement: string,
    reasonCode?: ReasonCode,
  ): ProtocolError {
    const message = `${field} is ${found}; allowed: ${allowed}`;
    return new ProtocolError(message, { byteOffset: offset - this.start, statement, reasonCode });
  }

  /** The Malformed Packet that ends in the middle of a field. */
  truncated(field: string, offset: number = this.position): MalformedPacketError {
    const { unreadable } = this.format.statements;
    return this.malformed(field, 'cut off', `at most ${this.end - offset} bytes`, offset, unreadable);
  }
}

/** What a message can show of a field. */
type Shown = string | number;

/** Gives its type to a text that has just been judged: a second look by `@skua/topics` would cost as much again. */
function assertTopicName(_text: string): asserts _text is TopicName {}

// Above this the runtime's own decoder is faster than a loop.
const SHORT_BYTES_MAX = 256;
const A_TOPIC_NAME = 'a Topic Name';
