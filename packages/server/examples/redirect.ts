import { createServer, type Server } from '@skua/server';

const SERVER_MOVED = 0x9d;

/** A server that lets nobody in and tells 5.0 clients where to go instead (section 4.11). */
export function serverThatHasMoved(serverReference: string): Server {
  return createServer({
    authenticator: {
      authenticate: () => ({ outcome: 'reject', reasonCode: SERVER_MOVED, serverReference }),
    },
  });
}

/** Sends away the clients that are connected. */
export function sendAway(server: Server, serverReference: string): void {
  for (const { clientIdentifier } of server.broker.listClients({ limit: 10_000 }).items) {
    server.disconnectClient(clientIdentifier, SERVER_MOVED, serverReference);
  }
}
