import { ReasonCode } from '@skua/codec';

import { ClientConnection } from './client-connection.ts';
import type { ConnectionInfo } from './connection-info.ts';
import type { Core } from './core.ts';
import { endConnection, NETWORK_CLOSED } from './end-connection.ts';
import type { Link } from './link.ts';

/** A peer has connected: counted, and closed at once if that is one too many. */
export function openConnection(core: Core, link: Link, info: ConnectionInfo, now: number): ClientConnection {
  const { options, connections, connectionsByAddress, counters } = core;
  const connection = new ClientConnection(link, info, options.maximumPacketSize, now, core.topicNames);
  connection.isRelaxed = (info.acknowledgement ?? options.acknowledgement) === 'relaxed';
  const fromAddress = (connectionsByAddress.get(info.remoteAddress) ?? 0) + 1;
  connectionsByAddress.set(info.remoteAddress, fromAddress);
  connections.add(connection);
  counters.connectionsOpened++;
  counters.connectionsNow = connections.size;
  if (connections.size > options.connectionsMax || fromAddress > options.connectionsPerAddressMax) {
    const explanation = 'there are too many connections';
    endConnection(core, connection, { reasonCode: ReasonCode.QuotaExceeded, explanation, by: 'broker' }, now);
  } else {
    // [U-3.1.4-2] [v3 U-3.1.4-2]
    core.wheel.schedule(connection.deadline, now + options.connectTimeoutMs, now);
  }
  return connection;
}

/** The network connection is gone, perhaps because the broker closed it. */
export function closeConnection(core: Core, connection: ClientConnection, now: number): void {
  if (connection.state === 'closed') return;
  endConnection(core, connection, NETWORK_CLOSED, now);
  connection.state = 'closed';
  const { connections, connectionsByAddress, counters } = core;
  const { remoteAddress } = connection.info;
  connections.delete(connection);
  counters.connectionsNow = connections.size;
  const fromAddress = (connectionsByAddress.get(remoteAddress) ?? 1) - 1;
  if (fromAddress === 0) connectionsByAddress.delete(remoteAddress);
  else connectionsByAddress.set(remoteAddress, fromAddress);
}
