import type { Server } from '@skua/server';

/** Ends the connection of a client; its session, if it has one, waits for it. */
export function disconnect(server: Server, clientIdentifier: string): boolean {
  return server.disconnectClient(clientIdentifier); // DISCONNECT with 0x98 Administrative action
}

/** Ends the connections of all clients of an address, and forgets their sessions. */
export function forgetAddress(server: Server, remoteAddress: string): number {
  const clients = server.broker.listClients({ limit: 10_000 }).items;
  const theirs = clients.filter((client) => client.remoteAddress === remoteAddress);
  for (const { clientIdentifier } of theirs) server.endSession(clientIdentifier);
  return theirs.length;
}
