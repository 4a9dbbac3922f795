import { Broker, type Link } from '@skua/broker';
import { encodePacket, PacketReader, type EncodablePacket } from '@skua/codec';

/** Connects two clients to a broker without a network, and gives what the second one receives. */
export function receivedInMemory(now: number): string[] {
  const broker = new Broker({ queuedMessagesMax: 100 }, { events: (event) => void event });
  const received: string[] = [];

  // A client is a link for what the broker sends it, and a handle for what it sends the broker.
  const connect = (clientIdentifier: string): ((packet: EncodablePacket) => void) => {
    const reader = new PacketReader({ role: 'client', protocolVersion: 5 });
    const link: Link = {
      write(head, payload) {
        reader.push(head.slice()); // `head` is used again after `write`
        if (payload !== undefined) reader.push(payload);
        for (let packet = reader.next(); packet !== undefined; packet = reader.next()) {
          received.push(`${clientIdentifier} gets ${packet.type}`);
        }
        return true; // false: congested, until `broker.handleWritable`
      },
      close: () => undefined,
      destroy: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
    };
    const info = { remoteAddress: 'here', listener: 'memory', anonymousAllowed: true };
    const connection = broker.handleConnectionOpened(link, info, now);
    const send = (packet: EncodablePacket): void => broker.handleBytes(connection, encodePacket(packet, 5), now);
    send({
      type: 'connect',
      protocolVersion: 5,
      cleanStart: true,
      keepAlive: 60,
      clientIdentifier,
      properties: {},
    });
    return send;
  };

  const alice = connect('alice');
  const bob = connect('bob');
  const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
  bob({
    type: 'subscribe',
    packetIdentifier: 1,
    subscriptions: [{ topicFilter: 'sensors/#', ...options }],
    properties: {},
  });
  alice({
    type: 'publish',
    dup: false,
    qos: 1,
    retain: false,
    topicName: 'sensors/kitchen',
    packetIdentifier: 1,
    payload: Uint8Array.of(0x32, 0x31),
    properties: {},
  });
  broker.handleTimeout(now + 90_000); // one and a half Keep Alives of silence
  return received;
}
