import { ReasonCode, type PubrecPacket } from '@skua/codec';

import { acknowledge } from '../acknowledge.ts';
import type { ClientConnection } from '../client-connection.ts';
import type { Core } from '../core.ts';
import { sendQueued } from '../transmit.ts';
import type { Session } from '../session.ts';

/** The client has taken a QoS 2 message (section 4.3.3): from here on only PUBREL is sent [MQTT-4.3.3-6]. */
export function handlePubrec(
  core: Core,
  connection: ClientConnection,
  session: Session,
  packet: PubrecPacket,
  now: number,
): void {
  const { packetIdentifier } = packet;
  const before = core.journal.sequence;
  const repeated = session.sender.find(packetIdentifier)?.state === 'awaitingPubcomp';
  const delivery = session.sender.handlePubrec(packetIdentifier, packet.reasonCode);
  if (delivery === 'unknown') {
    const { unknownPacketIdentifierReasonCode: reasonCode } = session.rules;
    acknowledge(core, connection, 'pubrel', packetIdentifier, reasonCode, before);
    return;
  }
  const outgoing = delivery.message;
  if (delivery.state === 'done') {
    // Refused: it is over [MQTT-4.4.0-2], and nobody else gets it [MQTT-4.8.2-6].
    core.drop('rejected', session.clientIdentifier, outgoing.message.topicName, 2);
    session.finish(outgoing);
    sendQueued(core, connection, session, now);
    return;
  }
  if (outgoing.deliveryId !== 0 && !repeated) {
    const { clientIdentifier } = session;
    core.journal.append({ type: 'deliveryReceived', clientIdentifier, deliveryId: outgoing.deliveryId });
  }
  // Not before that is durable: a PUBLISH repeated after PUBREL would be a new message to the client [MQTT-4.3.3-12].
  acknowledge(core, connection, 'pubrel', packetIdentifier, ReasonCode.Success, before);
}
