import type { PubackPacket } from '@skua/codec';

import type { ClientConnection } from '../client-connection.ts';
import type { Core } from '../core.ts';
import { sendQueued } from '../transmit.ts';
import type { Session } from '../session.ts';

/** The client has a QoS 1 message (section 4.3.2), or refuses it, which ends it all the same [MQTT-4.4.0-2]. */
export function handlePuback(
  core: Core,
  connection: ClientConnection,
  session: Session,
  packet: PubackPacket,
  now: number,
): void {
  const delivery = session.sender.handlePuback(packet.packetIdentifier);
  // An acknowledgement of nothing is ignored: it may be late, from before a session was replaced.
  if (delivery === 'unknown') return;
  if (packet.reasonCode >= 0x80) {
    // Nor is it offered to another member of a shared subscription [MQTT-4.8.2-6].
    core.drop('rejected', session.clientIdentifier, delivery.message.message.topicName, delivery.qos);
  }
  session.finish(delivery.message);
  sendQueued(core, connection, session, now);
}
