import type { MalformedPacketError, ProtocolError } from './errors.ts';
import type { Packet } from './packets/packet.ts';
import type { ProtocolVersion } from './protocol-version.ts';
import type { Role } from './role.ts';

/** How to read the bytes. */
export interface DescribeOptions {
  /** Which side *we* are: a `server` describes what clients send. */
  readonly role: Role;
  /** Not needed for a CONNECT, which carries its own. */
  readonly version?: ProtocolVersion | undefined;
}

/** One field of a packet: where it is and what it says. */
export interface DescribedField {
  /** The name of the field, such as `Topic Name`. */
  readonly field: string;
  /** Where it starts, counted from the first byte of the packet. */
  readonly offset: number;
  /** How many bytes it takes. */
  readonly length: number;
  readonly value: string | number | boolean | Uint8Array;
}

/** The outcome of {@link describePacket}. */
export interface PacketDescription {
  /** Every field that could be read, in the order of the bytes. */
  readonly fields: readonly DescribedField[];
  /** The packet, when all of it is right. */
  readonly packet: Packet | undefined;
  /** What is wrong with it, with byte offset and statement. */
  readonly error: MalformedPacketError | ProtocolError | undefined;
}

/** An annotated decode of the first packet in `bytes`, for tools. */
export function describePacket(bytes: Uint8Array, options: DescribeOptions): PacketDescription {
  void [bytes, options];
  throw new Error('not implemented');
}
