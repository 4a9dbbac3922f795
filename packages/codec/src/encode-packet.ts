import type { EncodablePacket } from './packets/packet.ts';
import type { ProtocolVersion } from './protocol-version.ts';

/** The bytes of a packet. Throws {@link EncodeError} before a byte is written when it must not be sent. */
export function encodePacket(packet: EncodablePacket, version: ProtocolVersion): Uint8Array {
  void packet;
  void version;
  throw new Error('not implemented');
}

/** How many bytes {@link encodePacket} would give. */
export function encodedLength(packet: EncodablePacket, version: ProtocolVersion): number {
  return encodePacket(packet, version).length;
}
