import { ByteWriter, packetLength } from './byte-writer.ts';
import { EncodeError } from './errors.ts';
import { encodeAuth, measureAuth } from './packets/auth.ts';
import { encodeConnack, measureConnack } from './packets/connack.ts';
import { encodeConnect, measureConnect } from './packets/connect.ts';
import { encodeDisconnect, measureDisconnect } from './packets/disconnect.ts';
import type { EncodablePacket } from './packets/packet.ts';
import { encodePingreq } from './packets/pingreq.ts';
import { encodePingresp } from './packets/pingresp.ts';
import { encodePuback, measurePuback } from './packets/puback.ts';
import { encodePubcomp, measurePubcomp } from './packets/pubcomp.ts';
import { encodePublish, measurePublish } from './packets/publish.ts';
import { encodePubrec, measurePubrec } from './packets/pubrec.ts';
import { encodePubrel, measurePubrel } from './packets/pubrel.ts';
import { encodeSuback, measureSuback } from './packets/suback.ts';
import { encodeSubscribe, measureSubscribe } from './packets/subscribe.ts';
import { encodeUnsuback, measureUnsuback } from './packets/unsuback.ts';
import { encodeUnsubscribe, measureUnsubscribe } from './packets/unsubscribe.ts';
import { wireFormat } from './packets/wire-format.ts';
import type { ProtocolVersion } from './protocol-version.ts';

/**
 * The bytes of a packet, freshly allocated in its exact length. For 3.1.1 and 3.1 properties are left out and Reason
 * Codes are mapped or left out. The packet is not changed and not kept.
 *
 * @throws EncodeError before a byte is written, when the packet must not be sent: it names field, value and statement
 */
export function encodePacket(packet: EncodablePacket, version: ProtocolVersion): Uint8Array {
  const writer = new ByteWriter(wireFormat(version));
  writePacket(packet, writer);
  if (writer.retry()) writePacket(packet, writer);
  return writer.finish();
}

/**
 * How many bytes {@link encodePacket} would give, fixed header included, without writing them: what is compared with the
 * receiver's Maximum Packet Size.
 *
 * @throws EncodeError as {@link encodePacket} does
 */
export function encodedLength(packet: EncodablePacket, version: ProtocolVersion): number {
  return packetLength(measurePacket(packet, new ByteWriter(wireFormat(version), true)));
}

function writePacket(packet: EncodablePacket, writer: ByteWriter): void {
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

function measurePacket(packet: EncodablePacket, writer: ByteWriter): number {
  switch (packet.type) {
    case 'publish':
      return measurePublish(packet, writer);
    case 'puback':
      return measurePuback(packet, writer);
    case 'pubrec':
      return measurePubrec(packet, writer);
    case 'pubrel':
      return measurePubrel(packet, writer);
    case 'pubcomp':
      return measurePubcomp(packet, writer);
    case 'connect':
      return measureConnect(packet, writer);
    case 'connack':
      return measureConnack(packet, writer);
    case 'subscribe':
      return measureSubscribe(packet, writer);
    case 'suback':
      return measureSuback(packet, writer);
    case 'unsubscribe':
      return measureUnsubscribe(packet, writer);
    case 'unsuback':
      return measureUnsuback(packet, writer);
    case 'disconnect':
      return measureDisconnect(packet, writer);
    case 'auth':
      return measureAuth(packet, writer);
    case 'pingreq':
    case 'pingresp':
      return 0;
    default:
      throw unknownType(packet);
  }
}

// The type says that this cannot be reached; a caller without types can.
function unknownType(packet: never): EncodeError {
  const found = (packet as { readonly type?: unknown }).type;
  return new EncodeError({ field: 'type', found, allowed: 'the name of a packet type' });
}
