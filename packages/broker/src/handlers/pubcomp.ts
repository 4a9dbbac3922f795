import type { PubcompPacket } from '@skua/codec';

import type { ClientConnection } from '../client-connection.ts';
import type { Core } from '../core.ts';
import { sendQueued } from '../transmit.ts';
import type { Session } from '../session.ts';

/** A QoS 2 delivery is complete (section 4.3.3). */
export function handlePubcomp(
  core: Core,
  connection: ClientConnection,
  session: Session,
  packet: PubcompPacket,
  now: number,
): void {
  const delivery = session.sender.handlePubcomp(packet.packetIdentifier);
  if (delivery === 'unknown') return;
  session.finish(delivery.message);
  sendQueued(core, connection, session, now);
}
