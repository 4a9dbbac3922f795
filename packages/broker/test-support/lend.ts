import type { Broker, Connection } from '../src/index.ts';

/** Gives bytes to a broker as a transport does that reads into the same memory again: afterwards something else is there. */
export function lend(broker: Broker, connection: Connection, bytes: Uint8Array, now: number): void {
  const chunk = new Uint8Array(bytes);
  broker.handleBytes(connection, chunk, now);
  chunk.fill(0xdb);
}
