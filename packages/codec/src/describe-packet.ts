import { MalformedPacketError, ProtocolError } from './errors.ts';
import { PacketDecoder } from './packet-decoder.ts';
import type { Packet } from './packets/packet.ts';
import { wireFormat } from './packets/wire-format.ts';
import type { ProtocolVersion } from './protocol-version.ts';
import type { Role } from './role.ts';
import { TracingByteReader, type DescribedField } from './tracing-byte-reader.ts';

/** How to read the bytes. */
export interface DescribeOptions {
  /** Which side *we* are: a `server` describes what clients send. */
  readonly role: Role;
  /** Not needed for a CONNECT, which carries its own. 5.0 when left out for another packet. */
  readonly version?: ProtocolVersion | undefined;
}

/** The outcome of {@link describePacket}. */
export interface PacketDescription {
  /** Every field that could be read, in the order of the bytes. Flags are listed behind the byte that they are part of. */
  readonly fields: readonly DescribedField[];
  /** The bytes of the packet, or those that are there when it is incomplete. */
  readonly length: number;
  /** The packet, when all of it is there and right. */
  readonly packet: Packet | undefined;
  /** What is wrong with it, with byte offset and statement. Undefined for a packet that is right or only incomplete. */
  readonly error: MalformedPacketError | ProtocolError | undefined;
}

/**
 * An annotated decode of the first packet in `bytes`, for tools. It runs the very decoders of {@link PacketReader} with a
 * reader that takes notes, so it accepts and refuses the same. It never throws; what is wrong is in the result.
 */
export function describePacket(bytes: Uint8Array, options: DescribeOptions): PacketDescription {
  const { role, version } = options;
  const reader = new TracingByteReader(role, wireFormat(version ?? 5));
  // A CONNECT is decoded by its own version even when another was given.
  const decoder = new PacketDecoder(reader, reader.format, Number.POSITIVE_INFINITY);
  const { fields } = reader;
  let packet: Packet | undefined;
  let error: MalformedPacketError | ProtocolError | undefined;
  let size = 0;
  try {
    reader.traceFixedHeader(bytes);
    size = decoder.sizeAt(bytes, 0, bytes.length);
    if (size > 0 && size <= bytes.length) packet = decoder.decodeAt(bytes, 0, size);
  } catch (thrown) {
    if (!(thrown instanceof MalformedPacketError || thrown instanceof ProtocolError)) throw thrown;
    error = thrown;
  }
  const length = size === 0 ? bytes.length : Math.min(size, bytes.length);
  return { fields, length, packet, error };
}
