import {
  encodePacket,
  PacketReader,
  type ConnackPacket,
  type EncodablePacket,
  type Packet,
  type ProtocolVersion,
} from '@skua/codec';
import { createTransportPair, pump, type MemoryTransport } from '@skua/transport';
import type { Dial } from '../src/driver.ts';
import { createClient, type Client, type ClientOptions } from '../src/index.ts';
import { settlePromises, VirtualTime } from './virtual-time.ts';

/** A server that says what a test tells it to, and remembers what the client says. */
export class ScriptedServer {
  readonly time = new VirtualTime();
  /** What the client has sent on the present connection. */
  received: Packet[] = [];
  /** How often it was dialled. */
  dials = 0;
  /** The servers that were dialled. */
  readonly servers: string[] = [];
  /** Whether the client has said that it sends nothing more, or is gone. */
  isEnded = false;
  readonly #protocolVersion: ProtocolVersion;
  #near: MemoryTransport | undefined;
  #far: MemoryTransport | undefined;
  #reader: PacketReader | undefined;

  constructor(protocolVersion: ProtocolVersion = 5) {
    this.#protocolVersion = protocolVersion;
  }

  readonly dial: Dial = (server) => {
    this.dials += 1;
    this.servers.push(server);
    const [near, far] = createTransportPair();
    const reader = new PacketReader({ role: 'server' });
    this.#near = near;
    this.#far = far;
    this.#reader = reader;
    this.received = [];
    this.isEnded = false;
    far.open({
      onData: (chunk) => {
        reader.push(chunk);
        for (let packet = reader.next(); packet !== undefined; packet = reader.next()) this.received.push(packet);
      },
      onWritable: () => {},
      onEnd: () => {
        this.isEnded = true;
        far.end();
      },
      onClose: () => (this.isEnded = true),
    });
    return Promise.resolve(near);
  };

  /** A client of this server, which has sent its CONNECT. */
  async client(options: ClientOptions = {}): Promise<Client> {
    const { dial, time } = this;
    const { schedule } = time;
    const base = { protocolVersion: this.#protocolVersion, clientIdentifier: 'c', random: () => 0.5 };
    const client = createClient({ ...base, dial, clock: time, schedule, ...options });
    await this.settle();
    return client;
  }

  /** A client whose CONNECT was accepted. */
  async connected(options: ClientOptions = {}, connack: Partial<ConnackPacket> = {}): Promise<Client> {
    const client = await this.client(options);
    await this.accept(connack);
    return client;
  }

  /** Accepts the CONNECT. */
  async accept(connack: Partial<ConnackPacket> = {}): Promise<void> {
    await this.send({ sessionPresent: false, reasonCode: 0, properties: {}, ...connack, type: 'connack' });
  }

  /** Sends packets in one piece. */
  async send(...packets: EncodablePacket[]): Promise<void> {
    for (const packet of packets) this.#far?.write(encodePacket(packet, this.#protocolVersion));
    await this.settle();
  }

  /** Sends bytes, given in hex. */
  async sendHex(hex: string): Promise<void> {
    this.#far?.write(Uint8Array.from(hex.match(/[0-9a-f]{2}/g) ?? [], (byte) => Number.parseInt(byte, 16)));
    await this.settle();
  }

  /** Cuts the connection. */
  async cut(): Promise<void> {
    this.#far?.cut();
    await this.settle();
  }

  /** Lets time pass, with everything that happens meanwhile. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.time.now() + milliseconds;
    while (this.time.now() < end) {
      this.time.advanceToTimer(end);
      await this.settle();
    }
  }

  /** Until nothing moves by itself any more. */
  async settle(): Promise<void> {
    do {
      await settlePromises();
      this.time.endTurns();
      if (this.#near !== undefined && this.#far !== undefined) pump([this.#near, this.#far]);
      await settlePromises();
    } while (this.time.hasTurns);
  }

  /** Takes what the client has sent out, of one type or all. */
  take(type?: Packet['type']): Packet[] {
    const taken = this.received.filter((packet) => type === undefined || packet.type === type);
    this.received = this.received.filter((packet) => !taken.includes(packet));
    return taken;
  }

  /** The types of what the client has sent. */
  get types(): string[] {
    return this.received.map(({ type }) => type);
  }

  /** Whether the reader has met something that no client may send. */
  get clientFailed(): boolean {
    return this.#reader?.failed === true;
  }
}
