import type { Packet } from './packets/packet.ts';
import type { ProtocolVersion } from './protocol-version.ts';
import type { Role } from './role.ts';

/** How a {@link PacketReader} reads. */
export interface PacketReaderOptions {
  /** Which side *we* are: a `server` refuses CONNACK, a `client` refuses CONNECT. */
  readonly role: Role;
  /** Needed for a `client`; a `server` learns it from CONNECT. */
  readonly protocolVersion?: ProtocolVersion | undefined;
  /** Bytes of the largest packet accepted, fixed header included; 268,435,460 (no limit) by default. */
  readonly maximumPacketSize?: number | undefined;
}

/** Takes chunks of any size and gives packets. */
export class PacketReader {
  constructor(options: PacketReaderOptions) {
    void options;
  }

  /** Adds bytes. The chunk must not be changed before the packets decoded from it are done with. */
  push(chunk: Uint8Array): void {
    void chunk;
    throw new Error('not implemented');
  }

  /** The next complete packet, or undefined when more bytes are needed. */
  next(): Packet | undefined {
    throw new Error('not implemented');
  }
}
