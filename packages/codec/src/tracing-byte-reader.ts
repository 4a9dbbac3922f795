import type { TopicName } from '@skua/topics';
import { ByteReader } from './byte-reader.ts';

/** One field of a packet: where it is and what it says. */
export interface DescribedField {
  /** The name of the field, such as `Topic Name`; of a property, such as `Property sessionExpiryInterval`. */
  readonly field: string;
  /** Where it starts, counted from the first byte of the packet. */
  readonly offset: number;
  /** How many bytes it takes, its own length prefix included; a flag has those of its byte. */
  readonly length: number;
  readonly value: string | number | boolean | Uint8Array;
}

/** A {@link ByteReader} that notes every field that it has read. Another class, so that the usual one stays free of it. */
export class TracingByteReader extends ByteReader {
  readonly fields: DescribedField[] = [];

  /** Notes packet type, flags and Remaining Length, as far as they are there. */
  traceFixedHeader(bytes: Uint8Array): void {
    const first = bytes[0];
    if (first === undefined) return;
    this.#note('Packet Type', 0, 1, first >> 4);
    this.#note('Flags', 0, 1, first & 0x0f);
    if (first >> 4 === 3) this.#noteFlags(PUBLISH_FLAGS, 0, first);
    let value = 0;
    for (let i = 1; i < bytes.length && i <= 4; i++) {
      const byte = bytes[i]!;
      value += (byte & 0x7f) * 0x80 ** (i - 1);
      if (byte < 0x80) {
        this.#note('Remaining Length', 1, i, value);
        return;
      }
    }
  }

  override byte(field: string): number {
    const offset = this.position;
    const value = super.byte(field);
    this.#note(field, offset, 1, value);
    const flags = FLAGS[field];
    if (flags !== undefined) this.#noteFlags(flags, offset, value);
    return value;
  }

  override twoByteInteger(field: string): number {
    const offset = this.position;
    const value = super.twoByteInteger(field);
    this.#note(field, offset, 2, value);
    return value;
  }

  override fourByteInteger(field: string): number {
    const offset = this.position;
    const value = super.fourByteInteger(field);
    this.#note(field, offset, 4, value);
    return value;
  }

  override variableByteInteger(field: string): number {
    const offset = this.position;
    const value = super.variableByteInteger(field);
    this.#note(field, offset, this.position - offset, value);
    return value;
  }

  override string(field: string): string {
    return this.#noteLast(field, () => super.string(field));
  }

  override topicName(field: string, v5: string, v3: string, emptyAllowed?: boolean): TopicName {
    return this.#noteLast(field, () => super.topicName(field, v5, v3, emptyAllowed));
  }

  override binary(field: string): Uint8Array {
    return this.#noteLast(field, () => super.binary(field));
  }

  override view(field: string, length: number): Uint8Array {
    const offset = this.position;
    const value = super.view(field, length);
    this.#note(field, offset, length, value);
    return value;
  }

  /** Replaces what the parts of a field have noted, such as its length, with one note about the whole. */
  #noteLast<T extends string | Uint8Array>(field: string, read: () => T): T {
    const offset = this.position;
    const count = this.fields.length;
    const value = read();
    this.fields.length = count;
    this.#note(field, offset, this.position - offset, value);
    return value;
  }

  #noteFlags(flags: readonly Flag[], offset: number, byte: number): void {
    for (const { field, shift, bits } of flags) {
      const value = (byte >> shift) & ((1 << bits) - 1);
      this.#note(field, offset, 1, bits === 1 ? value === 1 : value);
    }
  }

  #note(field: string, offset: number, length: number, value: DescribedField['value']): void {
    this.fields.push({ field, offset: offset - this.start, length, value });
  }
}

interface Flag {
  readonly field: string;
  readonly shift: number;
  readonly bits: number;
}

const PUBLISH_FLAGS: readonly Flag[] = [
  { field: 'DUP', shift: 3, bits: 1 },
  { field: 'QoS', shift: 1, bits: 2 },
  { field: 'RETAIN', shift: 0, bits: 1 },
];

/** The bytes that are made of flags. */
const FLAGS: Readonly<Record<string, readonly Flag[]>> = {
  'Connect Flags': [
    { field: 'User Name Flag', shift: 7, bits: 1 },
    { field: 'Password Flag', shift: 6, bits: 1 },
    { field: 'Will Retain', shift: 5, bits: 1 },
    { field: 'Will QoS', shift: 3, bits: 2 },
    { field: 'Will Flag', shift: 2, bits: 1 },
    { field: 'Clean Start', shift: 1, bits: 1 },
    { field: 'Reserved', shift: 0, bits: 1 },
  ],
  'Connect Acknowledge Flags': [{ field: 'Session Present', shift: 0, bits: 1 }],
  'Subscription Options': [
    { field: 'Retain Handling', shift: 4, bits: 2 },
    { field: 'Retain As Published', shift: 3, bits: 1 },
    { field: 'No Local', shift: 2, bits: 1 },
    { field: 'Maximum QoS', shift: 0, bits: 2 },
  ],
};
