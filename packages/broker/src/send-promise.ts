import { ReasonCode, type EncodablePacket } from '@skua/codec';

import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';
import { sendPacket } from './send-packet.ts';

/**
 * Sends an acknowledgement once everything that was appended to the journal since `before` is durable; at once if
 * nothing was. The acknowledgements of one connection never overtake each other.
 */
export function sendPromise(core: Core, connection: ClientConnection, packet: EncodablePacket, before: number): void {
  if (!core.journal.holdPromise(connection, packet, before)) releasePromise(core, connection, packet);
}

/** The store has what this acknowledgement promises: it leaves. */
export function releasePromise(core: Core, connection: ClientConnection, packet: EncodablePacket): void {
  if (connection.state !== 'connected') return;
  if (packet.type === 'puback') connection.session?.receiver.sendPuback(packet.packetIdentifier);
  else if (packet.type === 'pubrec') {
    connection.session?.receiver.sendPubrec(packet.packetIdentifier, packet.reasonCode);
  }
  if (!sendPacket(core, connection, packet)) {
    core.doom(connection, ReasonCode.PacketTooLarge, `${packet.type} is larger than the client's Maximum Packet Size`);
  }
}
