import { ByteWriter } from './byte-writer.ts';
import { refusal } from './encode-refusal.ts';
import { encodeAuth } from './packets/auth.ts';
import { encodeConnack } from './packets/connack.ts';
import { encodeConnect } from './packets/connect.ts';
import { encodeDisconnect } from './packets/disconnect.ts';
import type { EncodablePacket } from './packets/packet.ts';
import { encodePingreq } from './packets/pingreq.ts';
import { encodePingresp } from './packets/pingresp.ts';
import { encodePuback } from './packets/puback.ts';
import { encodePubcomp } from './packets/pubcomp.ts';
import { encodePublish } from './packets/publish.ts';
import { encodePubrec } from './packets/pubrec.ts';
import { encodePubrel } from './packets/pubrel.ts';
import { encodeSuback } from './packets/suback.ts';
import { encodeSubscribe } from './packets/subscribe.ts';
import { encodeUnsuback } from './packets/unsuback.ts';
import { encodeUnsubscribe } from './packets/unsubscribe.ts';
import { wireFormat } from './packets/wire-format.ts';
import type { ProtocolVersion } from './protocol-version.ts';

/**
 * The bytes of a packet, new ones with each call; their ArrayBuffer may hold others. For 3.1.1 and 3.1 properties are left
 * out and Reason Codes are mapped or left out. The packet is not changed and not kept.
 *
 * @throws EncodeError when the packet must not be sent: it names field, value and statement, and there are no bytes
 */
export function encodePacket(packet: EncodablePacket, version: ProtocolVersion): Uint8Array {
  const writer = new ByteWriter(wireFormat(version));
  switch (packet.type) {
    case 'publish':
      return encodePublish(packet, writer);
    case 'puback':
      return encodePuback(packet, writer);
    case 'pubrec':
      return encodePubrec(packet, writer);
    case 'pubrel':
      return encodePubrel(packet, writer);
    case 'pubcomp':
      return encodePubcomp(packet, writer);
    case 'connect':
      return encodeConnect(packet, writer);
    case 'connack':
      return encodeConnack(packet, writer);
    case 'subscribe':
      return encodeSubscribe(packet, writer);
    case 'suback':
      return encodeSuback(packet, writer);
    case 'unsubscribe':
      return encodeUnsubscribe(packet, writer);
    case 'unsuback':
      return encodeUnsuback(packet, writer);
    case 'pingreq':
      return encodePingreq(writer);
    case 'pingresp':
      return encodePingresp(writer);
    case 'disconnect':
      return encodeDisconnect(packet, writer);
    case 'auth':
      return encodeAuth(packet, writer);
    default:
      throw unknownType(packet);
  }
}

/**
 * How many bytes {@link encodePacket} would give, fixed header included: what is compared with the receiver's Maximum
 * Packet Size. The payload of a PUBLISH is not copied for it.
 *
 * @throws EncodeError as {@link encodePacket} does
 */
export function encodedLength(packet: EncodablePacket, version: ProtocolVersion): number {
  if (packet.type !== 'publish') return encodePacket(packet, version).length;
  return encodePublish(packet, new ByteWriter(wireFormat(version)), true).length + packet.payload.length;
}

// The type says that this cannot be reached; a caller without types can.
function unknownType(packet: { readonly type?: unknown }): Error {
  return refusal('type', packet.type, 'the name of a packet type');
}
