import { encodePacket, ReasonCode, type EncodablePacket, type PublishTemplate } from '@skua/codec';

import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';

/**
 * Sends a packet that is not a PUBLISH. Reason String and User Properties are left out where the peer does not want
 * them [MQTT-3.1.2-29], where the operator does not, or where the packet would become too large [MQTT-3.2.2-19]
 * [MQTT-3.9.2-1] [MQTT-3.14.2-3].
 *
 * @returns false when it was not sent, because even so it is larger than the peer takes [MQTT-3.1.2-24].
 */
export function sendPacket(core: Core, connection: ClientConnection, packet: EncodablePacket): boolean {
  const chosen = mayExplain(core, connection, packet) ? packet : withoutExplanation(packet);
  let frame = encode(core, connection, chosen);
  if (frame === undefined || frame.byteLength > connection.maximumPacketSize) {
    frame = encode(core, connection, withoutExplanation(packet));
    if (frame !== undefined && frame.byteLength > connection.maximumPacketSize) return false;
  }
  if (frame === undefined) return false;
  write(core, connection, frame, undefined);
  core.counters.packetsSent[packet.type]++;
  return true;
}

/**
 * Sends a PUBACK, PUBREC, PUBREL or PUBCOMP with Success, which is the same four bytes in every version (section 3.4.2.1).
 *
 * @returns false when even that is more than the peer takes; nothing was sent.
 */
export function sendAcknowledgement(
  core: Core,
  connection: ClientConnection,
  type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp',
  packetIdentifier: number,
): boolean {
  if (connection.maximumPacketSize < ACKNOWLEDGEMENT_BYTES) return false;
  const frame = core.acknowledgement;
  frame[0] = FIRST_BYTES[type];
  frame[1] = ACKNOWLEDGEMENT_BYTES - 2;
  frame[2] = packetIdentifier >>> 8;
  frame[3] = packetIdentifier;
  write(core, connection, frame, undefined);
  core.counters.packetsSent[type]++;
  return true;
}

/** Writes a stamped PUBLISH. The caller has compared its length with what the peer takes. */
export function sendPublish(core: Core, connection: ClientConnection, template: PublishTemplate): void {
  write(core, connection, template.head, template.payload);
  core.counters.packetsSent.publish++;
  core.counters.messagesSent++;
}

function write(core: Core, connection: ClientConnection, head: Uint8Array, payload: Uint8Array | undefined): void {
  const bytes = head.byteLength + (payload === undefined ? 0 : payload.byteLength);
  core.counters.bytesSent += bytes;
  if (connection.output === 'congested') connection.congestedBytes += bytes;
  try {
    if (!connection.link.write(head, payload)) connection.output = 'congested';
  } catch {
    // A link that fails is a network that failed: the embedder will report the close, or this does.
    core.doom(connection, ReasonCode.UnspecifiedError, 'the link failed');
  }
}

// What cannot be encoded is a mistake of the embedder's (a Reason String that is no UTF-8) or of ours: the peer gets a
// packet without it, or none, and the mistake is reported.
function encode(core: Core, connection: ClientConnection, packet: EncodablePacket): Uint8Array | undefined {
  try {
    return encodePacket(packet, connection.rules.protocolVersion);
  } catch (error) {
    core.internalError(connection, error);
    return undefined;
  }
}

function mayExplain({ options }: Core, connection: ClientConnection, packet: EncodablePacket): boolean {
  if (!options.reasonStrings) return false;
  return connection.problemInformation || packet.type === 'connack' || packet.type === 'disconnect';
}

function withoutExplanation(packet: EncodablePacket): EncodablePacket {
  if (!('properties' in packet) || !('reasonString' in packet.properties || 'userProperties' in packet.properties)) {
    return packet;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- leaving out optional properties keeps the type
  return {
    ...packet,
    properties: { ...packet.properties, reasonString: undefined, userProperties: undefined },
  } as EncodablePacket;
}

const ACKNOWLEDGEMENT_BYTES = 4;
/** Packet type and flags (section 2.1.3). */
const FIRST_BYTES = { puback: 0x40, pubrec: 0x50, pubrel: 0x62, pubcomp: 0x70 };
