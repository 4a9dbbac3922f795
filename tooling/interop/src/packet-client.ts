import { connect, type Socket } from 'node:net';
import { encodePacket, PacketReader, type EncodablePacket, type Packet, type ProtocolVersion } from '@skua/codec';

/** What a {@link PacketClient} says in its CONNECT. */
export interface ConnectOptions {
  readonly clientIdentifier: string;
  readonly version: Exclude<ProtocolVersion, 3>;
  readonly cleanStart?: boolean;
  readonly sessionExpiryInterval?: number;
  readonly userName?: string;
}

/** A client that sends single packets and answers nothing by itself: for exchanges that stop in the middle. */
export class PacketClient {
  readonly #socket: Socket;
  readonly #version: ProtocolVersion;
  readonly #packets: Packet[] = [];
  readonly #watchers = new Set<() => void>();
  #sessionPresent = false;

  private constructor(port: number, version: ProtocolVersion) {
    this.#version = version;
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('error', () => {});
    const reader = new PacketReader({ role: 'client', protocolVersion: version });
    this.#socket.on('data', (chunk) => {
      reader.push(chunk);
      for (let packet = reader.next(); packet !== undefined; packet = reader.next()) this.#packets.push(packet);
      for (const watcher of this.#watchers) watcher();
    });
  }

  /** Connects and waits for CONNACK. */
  static async connect(port: number, options: ConnectOptions): Promise<PacketClient> {
    const { clientIdentifier, version, cleanStart = false, sessionExpiryInterval, userName } = options;
    const client = new PacketClient(port, version);
    client.send({
      type: 'connect',
      protocolVersion: version,
      cleanStart,
      keepAlive: 0,
      clientIdentifier,
      userName,
      properties: { sessionExpiryInterval },
    });
    client.#sessionPresent = (await client.next('connack')).sessionPresent;
    return client;
  }

  /** Whether the broker had the session. */
  get sessionPresent(): boolean {
    return this.#sessionPresent;
  }

  send(packet: EncodablePacket): void {
    this.#socket.write(encodePacket(packet, this.#version));
  }

  /** Sends PUBLISH without properties. */
  publish(topicName: string, qos: 0 | 1 | 2, packetIdentifier: number, payload: string, retain = false): void {
    const rest = { dup: false, payload: Buffer.from(payload), properties: {} };
    this.send({ type: 'publish', topicName, qos, packetIdentifier, retain, ...rest });
  }

  /** Subscribes to one filter and waits for SUBACK. */
  async subscribe(topicFilter: string, qos: 0 | 1 | 2, options: SubscribeOptions = {}): Promise<void> {
    const { subscriptionIdentifier, ...rest } = options;
    const subscription = { noLocal: false, retainAsPublished: false, retainHandling: 0, ...rest } as const;
    const subscriptions = [{ topicFilter, qos, ...subscription }];
    this.send({ type: 'subscribe', packetIdentifier: 1, subscriptions, properties: { subscriptionIdentifier } });
    await this.next('suback');
  }

  /** Takes the next packet of this type, waiting for it. Others before it stay. */
  async next<T extends Packet['type']>(type: T): Promise<Packet & { readonly type: T }> {
    for (;;) {
      const index = this.#packets.findIndex((packet) => packet.type === type);
      const [packet] = index < 0 ? [] : this.#packets.splice(index, 1);
      if (packet !== undefined && isOfType(packet, type)) return packet;
      await new Promise<void>((resolve) => {
        const watcher = (): void => {
          this.#watchers.delete(watcher);
          resolve();
        };
        this.#watchers.add(watcher);
      });
    }
  }

  /** Closes the connection without DISCONNECT. */
  cut(): void {
    this.#socket.destroy();
  }
}

/** What a SUBSCRIBE of 5.0 may say of a filter. */
export interface SubscribeOptions {
  readonly noLocal?: boolean;
  readonly retainAsPublished?: boolean;
  readonly retainHandling?: 0 | 1 | 2;
  readonly subscriptionIdentifier?: number;
}

function isOfType<T extends Packet['type']>(packet: Packet, type: T): packet is Packet & { readonly type: T } {
  return packet.type === type;
}
