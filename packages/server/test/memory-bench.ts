import { encodePacket, PacketReader, type EncodablePacket, type Packet, type ProtocolVersion } from '@skua/codec';
import { createTransportPair, type MemoryTransport, type TransportInfo } from '@skua/transport';
import { createServer, type AcceptOptions, type Server, type ServerEvent, type ServerOptions } from '../src/index.ts';
import { connect } from './packets.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A server on in-memory transports and a virtual clock: the test decides what moves, and when a turn ends. */
export class MemoryBench {
  readonly clock: VirtualClock = new VirtualClock();
  readonly events: ServerEvent[] = [];
  readonly server: Server;
  readonly peers: MemoryPeer[] = [];
  #turnEnds: (() => void)[] = [];
  /** The largest chunk that the server is given; a peer's packets arrive split and joined by it. */
  chunkBytes = Number.POSITIVE_INFINITY;

  constructor(options: ServerOptions = {}) {
    this.server = createServer({
      clock: this.clock,
      schedule: (callback) => this.#turnEnds.push(callback),
      random: () => 0.5,
      onEvent: (event) => this.events.push(event),
      ...options,
    });
  }

  /** A new connection; the server does not know of it yet if it is still starting. */
  peer(version: ProtocolVersion = 5, options: AcceptOptions = {}, info: Partial<TransportInfo> = {}): MemoryPeer {
    const [local, remote] = createTransportPair({ info });
    const peer = new MemoryPeer(local, remote, version);
    this.peers.push(peer);
    this.server.accept(remote, options);
    return peer;
  }

  /** A peer that has connected. */
  async connected(
    clientIdentifier: string,
    fields: Parameters<typeof connect>[0] = {},
    options: AcceptOptions = {},
  ): Promise<MemoryPeer> {
    const peer = this.peer(fields.protocolVersion ?? 5, options);
    peer.send(connect({ clientIdentifier, ...fields }));
    await this.settle();
    const connack = peer.take('connack');
    if (connack.reasonCode !== 0) throw new Error(`CONNACK with ${connack.reasonCode}`);
    return peer;
  }

  /** Moves bytes to the server, without ending the turn. */
  deliverToServer(): boolean {
    let moved = false;
    for (const peer of this.peers) while (peer.remote.deliver(this.chunkBytes)) moved = true;
    return moved;
  }

  /** Ends the turn. */
  endTurn(): boolean {
    const ends = this.#turnEnds.splice(0);
    for (const end of ends) end();
    return ends.length > 0;
  }

  /** Until nothing moves any more, promises included. Peers that do not read are left out. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3;) {
      let moved = this.deliverToServer();
      if (this.endTurn()) moved = true;
      for (const peer of this.peers) while (peer.reads && peer.local.deliver()) moved = true;
      // Promises of stores and hooks.
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
      quiet = moved ? 0 : quiet + 1;
    }
  }

  /** Closes the server, moving everything that this takes. */
  async close(): Promise<void> {
    const closing = this.server.close();
    for (let round = 0; round < 3; round += 1) {
      await this.settle();
      for (const peer of this.peers) if (peer.reads && peer.ended) peer.local.end();
    }
    await closing;
  }

  /** Lets time pass in small steps, each with all that follows from it. */
  async advance(milliseconds: number): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += 250) {
      this.clock.advance(Math.min(250, milliseconds - passed));
      await this.settle();
    }
  }

  /** The events of one type. */
  eventsOf<T extends ServerEvent['type']>(type: T): Extract<ServerEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<ServerEvent, { type: T }> => event.type === type);
  }
}

/** A raw client. It answers nothing by itself. */
export class MemoryPeer {
  readonly local: MemoryTransport;
  /** The server's side. */
  readonly remote: MemoryTransport;
  readonly version: ProtocolVersion;
  readonly received: Packet[] = [];
  /** Set to false to be a peer that does not read. */
  reads = true;
  ended = false;
  closed = false;
  receivedBytes = 0;
  readonly #reader: PacketReader;

  constructor(local: MemoryTransport, remote: MemoryTransport, version: ProtocolVersion) {
    this.local = local;
    this.remote = remote;
    this.version = version;
    this.#reader = new PacketReader({ role: 'client', protocolVersion: version });
    local.open({
      onData: (chunk) => {
        this.receivedBytes += chunk.length;
        this.#reader.push(chunk);
        for (let packet = this.#reader.next(); packet !== undefined; packet = this.#reader.next()) {
          this.received.push(packet);
        }
      },
      onWritable: () => {},
      onEnd: () => {
        this.ended = true;
      },
      onClose: () => {
        this.closed = true;
      },
    });
  }

  send(...packets: readonly EncodablePacket[]): void {
    for (const packet of packets) this.local.write(encodePacket(packet, this.version));
  }

  /** Removes and returns the first packet received, which must be of this type. */
  take<T extends Packet['type']>(type: T): Extract<Packet, { type: T }> {
    const packet = this.received.shift();
    if (packet === undefined || !isOfType(packet, type)) {
      throw new Error(`Expected ${type}, found ${packet === undefined ? 'nothing' : JSON.stringify(packet)}.`);
    }
    return packet;
  }

  /** Types of what was received and not taken. */
  get types(): Packet['type'][] {
    return this.received.map((packet) => packet.type);
  }
}

function isOfType<T extends Packet['type']>(packet: Packet, type: T): packet is Extract<Packet, { type: T }> {
  return packet.type === type;
}

/** A payload as text. */
export function text(payload: Uint8Array): string {
  return String.fromCodePoint(...payload);
}
