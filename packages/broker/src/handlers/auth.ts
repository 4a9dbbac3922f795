import { ProtocolError, ReasonCode, type AuthPacket } from '@skua/codec';

import { askToContinue } from '../ask-authenticator.ts';
import type { ClientConnection } from '../client-connection.ts';
import type { Core } from '../core.ts';

/** A step of enhanced authentication (section 4.12), before CONNACK or, if the client began it, after. */
export function handleAuth(core: Core, connection: ClientConnection, packet: AuthPacket, now: number): void {
  const { authenticationMethod } = connection;
  if (authenticationMethod === undefined) {
    throw new ProtocolError('AUTH without Authentication Method in CONNECT', { statement: 'MQTT-4.12.0-7' });
  }
  if (packet.properties.authenticationMethod !== authenticationMethod) {
    throw new ProtocolError('AUTH with another Authentication Method than CONNECT', { statement: 'U-3.15-1' });
  }
  const begins = connection.state === 'connected' && !connection.reauthenticating;
  const expected = begins ? ReasonCode.ReAuthenticate : ReasonCode.ContinueAuthentication;
  if (packet.reasonCode !== expected) {
    const statement = begins ? 'MQTT-4.12.1-1' : 'MQTT-4.12.0-3';
    throw new ProtocolError(`AUTH has Reason Code ${packet.reasonCode}; allowed: ${expected}`, { statement });
  }
  if (begins) connection.reauthenticating = true;
  const { authenticationData } = packet.properties;
  // The answer may take a while, and the chunk that this is a view of is only lent.
  const ownData = authenticationData === undefined ? undefined : new Uint8Array(authenticationData);
  askToContinue(core, connection, authenticationMethod, ownData, now);
}
