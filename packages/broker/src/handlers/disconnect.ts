import { ProtocolError, ReasonCode, type DisconnectPacket } from '@skua/codec';

import type { ClientConnection } from '../client-connection.ts';
import type { Core } from '../core.ts';
import { endConnection } from '../end-connection.ts';

/** The client says goodbye (section 3.14); it may change the Session Expiry Interval as it does. */
export function handleDisconnect(
  core: Core,
  connection: ClientConnection,
  packet: DisconnectPacket,
  now: number,
): void {
  const { reasonCode } = packet;
  const { sessionExpiryInterval } = packet.properties;
  const { session } = connection;
  if (session !== undefined && sessionExpiryInterval !== undefined) {
    if (session.expiryInterval === 0 && sessionExpiryInterval > 0) {
      // A session that was to end with its connection cannot be kept after all.
      throw new ProtocolError(`Session Expiry Interval is ${sessionExpiryInterval}; allowed: 0, as in CONNECT`, {
        statement: 'U-3.14.2.2.2-2',
      });
    }
    session.expiryInterval = Math.min(sessionExpiryInterval, core.options.sessionExpiryIntervalMaximum);
  }
  // [MQTT-3.14.4-3] [v3 MQTT-3.14.4-3]; with any other reason, 0x04 above all, the will is published.
  const withoutWill = reasonCode === ReasonCode.NormalDisconnection;
  const explanation = packet.properties.reasonString ?? 'the client disconnected';
  endConnection(core, connection, { reasonCode, explanation, by: 'client', withoutWill }, now);
}
