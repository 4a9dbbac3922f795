import {
  encodePacket,
  MalformedPacketError,
  PacketReader,
  ProtocolError,
  type EncodablePacket,
  type Packet,
  type PacketReaderOptions,
  type ProtocolVersion,
} from '../src/index.ts';
import fc from 'fast-check';

/** What a reader made of a stream: the packets as plain values, and the error that ended it. */
export interface Reading {
  readonly packets: readonly string[];
  readonly error: string | undefined;
}

/** Pushes the chunks one after the other and takes every packet as soon as it is there. */
export function readAll(options: PacketReaderOptions, chunks: readonly Uint8Array[]): Reading {
  const reader = new PacketReader(options);
  const packets: Packet[] = [];
  let error: string | undefined;
  for (const chunk of chunks) {
    error = attempt(() => {
      reader.push(chunk);
      takeAll(reader, packets);
    });
    if (error !== undefined) break;
  }
  return { packets: packets.map(snapshot), error };
}

/** Pushes all chunks first and then takes the packets. */
export function pushThenRead(options: PacketReaderOptions, chunks: readonly Uint8Array[]): Reading {
  const reader = new PacketReader(options);
  const packets: Packet[] = [];
  const error = attempt(() => {
    for (const chunk of chunks) reader.push(chunk);
    takeAll(reader, packets);
  });
  return { packets: packets.map(snapshot), error };
}

/** The error as text; anything but the two errors of the codec goes through. */
export function attempt(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (!(error instanceof MalformedPacketError) && !(error instanceof ProtocolError)) throw error;
    return `${error.name} ${error.reasonCode} ${error.statement} at ${error.byteOffset}`;
  }
}

/** A packet as text: equal texts are equal packets. */
export function snapshot(packet: unknown): string {
  return JSON.stringify(packet, (_name, value: unknown) =>
    value instanceof Uint8Array ? { hex: toHex(value) } : value,
  );
}

/** Lower-case hex. */
function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The chunks as one. */
export function joined(...chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

/** The bytes of a stream of packets. */
export function encodeAll(packets: readonly EncodablePacket[], version: ProtocolVersion): Uint8Array {
  return joined(...packets.map((packet) => encodePacket(packet, version)));
}

/** The bytes in two chunks or more, cut at these places, each chunk in memory of its own. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, index) => bytes.slice(cuts[index], end));
}

/** Places to cut at, for {@link cutAt}. */
export const cuts: fc.Arbitrary<readonly number[]> = fc.array(fc.nat(), { maxLength: 12 });

function takeAll(reader: PacketReader, packets: Packet[]): void {
  for (let packet = reader.next(); packet !== undefined; packet = reader.next()) packets.push(packet);
}
