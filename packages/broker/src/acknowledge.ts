import { ReasonCode } from '@skua/codec';

import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';
import { sendPromise } from './send-promise.ts';
import { sendAcknowledgement } from './send-packet.ts';

/**
 * Acknowledges a packet once everything that was appended to the journal since `before` is durable; at once if nothing
 * was, and nothing of this connection waits. Then no packet object is made and nothing is encoded.
 */
export function acknowledge(
  core: Core,
  connection: ClientConnection,
  type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp',
  packetIdentifier: number,
  reasonCode: ReasonCode,
  before: number,
): void {
  if (
    reasonCode === ReasonCode.Success &&
    core.journal.sequence === before &&
    connection.heldPromises === 0 &&
    connection.state === 'connected' &&
    sendAcknowledgement(core, connection, type, packetIdentifier)
  ) {
    if (type === 'puback') connection.session?.receiver.sendPuback(packetIdentifier);
    return;
  }
  const packet = { type, packetIdentifier, reasonCode, properties: NO_PROPERTIES };
  sendPromise(core, connection, packet, before);
}

const NO_PROPERTIES = Object.freeze({});
