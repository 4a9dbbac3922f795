import type { PubrelPacket } from '@skua/codec';

import { acknowledge } from '../acknowledge.ts';
import type { ClientConnection } from '../client-connection.ts';
import type { Core } from '../core.ts';
import type { Session } from '../session.ts';

/** The client has seen PUBREC: its Packet Identifier is free again [MQTT-4.3.3-11] [MQTT-4.3.3-12]. */
export function handlePubrel(core: Core, connection: ClientConnection, session: Session, packet: PubrelPacket): void {
  const { packetIdentifier } = packet;
  const before = core.journal.sequence;
  const outcome = session.receiver.handlePubrel(packetIdentifier);
  const reasonCode = outcome === 'released' ? 0 : session.rules.unknownPacketIdentifierReasonCode;
  if (outcome === 'released' && session.isDurable) {
    core.journal.append({ type: 'packetReleased', clientIdentifier: session.clientIdentifier, packetIdentifier });
  }
  acknowledge(core, connection, 'pubcomp', packetIdentifier, reasonCode, before);
}
