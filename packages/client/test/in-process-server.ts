import { createServer, type Server, type ServerOptions } from '@skua/server';
import { createTransportPair, type Transport } from '@skua/transport';
import type { Dial } from '../src/driver.ts';

/** A server in this process, and how to dial it. */
export interface InProcessServer {
  readonly server: Server;
  readonly dial: Dial;
  /** The client's side of every connection, oldest first. */
  readonly connections: { cut(): void; readonly closed: boolean }[];
}

/** Starts a server; connections to it move by themselves, a chunk in each turn of the event loop. */
export function inProcessServer(options: ServerOptions = {}): InProcessServer {
  const server = createServer(options);
  const connections: InProcessServer['connections'] = [];
  const dial: Dial = () => {
    const [near, far] = createTransportPair();
    server.accept(far);
    connections.push(near);
    const move = (): void => {
      const moved = [near.deliver(), far.deliver()].includes(true);
      if (near.closed && far.closed) return;
      if (moved) setImmediate(move);
      else setTimeout(move, 1);
    };
    setImmediate(move);
    return Promise.resolve<Transport>(near);
  };
  return { server, dial, connections };
}
