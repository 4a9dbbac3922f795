import { ProtocolError, type Packet } from '@skua/codec';

import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';
import { handleAuth } from './handlers/auth.ts';
import { handleConnect } from './handlers/connect.ts';
import { handleDisconnect } from './handlers/disconnect.ts';
import { handlePingreq } from './handlers/pingreq.ts';
import { handlePuback } from './handlers/puback.ts';
import { handlePubcomp } from './handlers/pubcomp.ts';
import { handlePublish } from './handlers/publish.ts';
import { handlePubrec } from './handlers/pubrec.ts';
import { handlePubrel } from './handlers/pubrel.ts';
import { handleSubscribe } from './handlers/subscribe.ts';
import { handleUnsubscribe } from './handlers/unsubscribe.ts';
import type { Session } from './session.ts';

/**
 * Every packet goes through here. First the state of the connection decides whether it is allowed at all; an error
 * changes nothing and costs the connection.
 */
export function handlePacket(core: Core, connection: ClientConnection, packet: Packet, now: number): void {
  const { state, session } = connection;
  if (state === 'connected' && session !== undefined) {
    handleConnectedPacket(core, connection, session, packet, now);
    return;
  }
  if (state === 'awaitingConnect') {
    // [MQTT-3.1.0-1] [v3 MQTT-3.1.0-1]
    if (packet.type !== 'connect')
      throw new ProtocolError(`${packet.type} before connect`, { statement: 'MQTT-3.1.0-1' });
    handleConnect(core, connection, packet, now);
    return;
  }
  // Authenticating: only AUTH and DISCONNECT [MQTT-3.1.2-30].
  if (packet.type === 'auth') handleAuth(core, connection, packet, now);
  else if (packet.type === 'disconnect') handleDisconnect(core, connection, packet, now);
  else throw new ProtocolError(`${packet.type} before CONNACK`, { statement: 'MQTT-3.1.2-30' });
}

function handleConnectedPacket(
  core: Core,
  connection: ClientConnection,
  session: Session,
  packet: Packet,
  now: number,
): void {
  switch (packet.type) {
    case 'publish':
      handlePublish(core, connection, session, packet, now);
      return;
    case 'puback':
      handlePuback(core, connection, session, packet, now);
      return;
    case 'pubrec':
      handlePubrec(core, connection, session, packet, now);
      return;
    case 'pubrel':
      handlePubrel(core, connection, session, packet);
      return;
    case 'pubcomp':
      handlePubcomp(core, connection, session, packet, now);
      return;
    case 'subscribe':
      handleSubscribe(core, connection, session, packet, now);
      return;
    case 'unsubscribe':
      handleUnsubscribe(core, connection, session, packet);
      return;
    case 'pingreq':
      handlePingreq(core, connection);
      return;
    case 'disconnect':
      handleDisconnect(core, connection, packet, now);
      return;
    case 'auth':
      handleAuth(core, connection, packet, now);
      return;
    case 'connect':
      // [MQTT-3.1.0-2] [v3 MQTT-3.1.0-2]
      throw new ProtocolError('a second CONNECT', { statement: 'MQTT-3.1.0-2' });
    case 'connack':
    case 'suback':
    case 'unsuback':
    case 'pingresp':
      throw new ProtocolError(`${packet.type} from a client`);
  }
}
