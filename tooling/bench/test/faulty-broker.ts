import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { encodePacket, PacketReader, type EncodablePacket, type Packet, type PublishPacket } from '@skua/codec';

/** What happens to a message on its way through a {@link startFaultyBroker}. */
export type Fate = 'deliver' | 'drop' | 'double' | 'swap';

/** A broker of 3.1.1 that knows exact topics and QoS 0 only, and mistreats messages as it is told. */
export async function startFaultyBroker(fateOf: (message: number) => Fate): Promise<{ port: number; stop(): void }> {
  const subscribers = new Map<string, (message: PublishPacket) => void>();
  const sockets = new Set<Socket>();
  let messages = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    const reader = new PacketReader({ role: 'server', protocolVersion: 4 });
    const send = (packet: EncodablePacket): boolean => socket.write(encodePacket(packet, 4));
    socket.on('data', (chunk) => {
      reader.push(chunk);
      for (let packet = reader.next(); packet !== undefined; packet = reader.next()) handle(packet, send);
    });
    socket.on('error', () => undefined);
  });

  function handle(packet: Packet, send: (packet: EncodablePacket) => boolean): void {
    if (packet.type === 'connect') send({ type: 'connack', sessionPresent: false, reasonCode: 0, properties: {} });
    if (packet.type === 'publish') subscribers.get(packet.topicName)?.(packet);
    if (packet.type !== 'subscribe') return;
    for (const { topicFilter } of packet.subscriptions) subscribers.set(topicFilter, mistreat(send));
    const { packetIdentifier } = packet;
    send({ type: 'suback', packetIdentifier, reasonCodes: packet.subscriptions.map(() => 0), properties: {} });
  }

  function mistreat(send: (packet: EncodablePacket) => boolean): (message: PublishPacket) => void {
    let held: PublishPacket | undefined;
    return (message) => {
      const fate = fateOf(messages++);
      if (fate === 'swap' && held === undefined) {
        held = { ...message, payload: message.payload.slice() };
        return;
      }
      if (fate !== 'drop') send(message);
      if (fate === 'double') send(message);
      if (held !== undefined) send(held);
      held = undefined;
    };
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return {
    port: address.port,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
