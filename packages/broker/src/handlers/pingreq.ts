import type { ClientConnection } from '../client-connection.ts';
import type { Core } from '../core.ts';
import { sendPacket } from '../send-packet.ts';

/** PINGREQ is answered, whatever else waits [MQTT-3.12.4-1] [v3 MQTT-3.12.4-1]. */
export function handlePingreq(core: Core, connection: ClientConnection): void {
  sendPacket(core, connection, PINGRESP);
}

const PINGRESP = { type: 'pingresp' } as const;
