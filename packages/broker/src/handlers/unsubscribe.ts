import { ReasonCode, type UnsubscribePacket } from '@skua/codec';

import type { ClientConnection } from '../client-connection.ts';
import type { Core } from '../core.ts';
import { sendPromise } from '../send-promise.ts';
import type { Session } from '../session.ts';

/**
 * A client unsubscribes (section 3.10): each filter is compared character by character [MQTT-3.10.4-1]. What is queued
 * or in flight for it is delivered all the same [MQTT-3.10.4-3] [U-3.10.4-2].
 */
export function handleUnsubscribe(
  core: Core,
  connection: ClientConnection,
  session: Session,
  packet: UnsubscribePacket,
): void {
  const { clientIdentifier, rules } = session;
  const before = core.journal.sequence;
  const reasonCodes = packet.topicFilters.map((subscriptionFilter) => {
    const existed = core.subscriptions.remove(session, subscriptionFilter);
    if (existed && session.isDurable)
      core.journal.append({ type: 'unsubscribed', clientIdentifier, subscriptionFilter });
    const reasonCode = existed ? ReasonCode.Success : ReasonCode.NoSubscriptionExisted;
    if (core.wantsEvents) core.emit({ type: 'unsubscribed', clientIdentifier, subscriptionFilter, reasonCode });
    return rules.unsubscribeReasonCode(reasonCode);
  });
  // [MQTT-3.10.4-4] [MQTT-3.10.4-5] [MQTT-3.10.4-6], in the order of the filters [MQTT-3.11.3-1]
  const { packetIdentifier } = packet;
  sendPromise(core, connection, { type: 'unsuback', packetIdentifier, reasonCodes, properties: {} }, before);
}
