import { encodePacket, PacketReader, type EncodablePacket, type Packet } from '@skua/codec';

import { lend } from '../../test-support/lend.ts';
import { Broker, type BrokerOptionsInput, type Connection, type Link } from '../../src/index.ts';

/** One packet of a run, or an event of its network. */
export interface ScriptLine {
  readonly now: number;
  readonly clientIdentifier: string;
  readonly direction: 'sends' | 'is sent' | '';
  readonly what: EncodablePacket | Packet | string;
}

/** The broker under test, with a record of every packet. */
export class RealBroker {
  readonly broker: Broker;
  readonly script: ScriptLine[] = [];
  now: number;
  #failure: Error | undefined = undefined;

  constructor(options: BrokerOptionsInput, now: number) {
    this.now = now;
    this.broker = new Broker(options, {
      random: () => 0.5,
      events: (event) => {
        if (event.type !== 'internalError') return;
        this.#failure ??= new Error('the broker failed inside', { cause: event.error });
      },
    });
  }

  /** Opens a network connection. */
  open(clientIdentifier: string, version: 4 | 5): RealConnection {
    return new RealConnection(this, clientIdentifier, version);
  }

  advance(now: number): void {
    this.now = now;
    this.broker.handleTimeout(now);
  }

  record(clientIdentifier: string, direction: ScriptLine['direction'], what: ScriptLine['what']): void {
    this.script.push({ now: this.now, clientIdentifier, direction, what });
  }

  /** Throws if the broker has failed inside. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** The client's end of one network connection. */
export class RealConnection implements Link {
  readonly clientIdentifier: string;
  readonly version: 4 | 5;
  isClosing = false;
  readonly #real: RealBroker;
  readonly #connection: Connection;
  readonly #reader: PacketReader;
  readonly #topicAliases = new Map<number, string>();
  #received: Packet[] = [];

  constructor(real: RealBroker, clientIdentifier: string, version: 4 | 5) {
    this.#real = real;
    this.clientIdentifier = clientIdentifier;
    this.version = version;
    this.#reader = new PacketReader({ role: 'client', protocolVersion: version });
    const info = { remoteAddress: '192.0.2.1', listener: 'model', anonymousAllowed: true };
    this.#connection = real.broker.handleConnectionOpened(this, info, real.now);
  }

  send(packet: EncodablePacket): void {
    this.#real.record(this.clientIdentifier, 'sends', packet);
    lend(this.#real.broker, this.#connection, encodePacket(packet, this.version), this.#real.now);
  }

  /** The network connection is gone. */
  lose(): void {
    this.#real.broker.handleConnectionClosed(this.#connection, this.#real.now);
  }

  /** What it was sent since the last call, Topic Aliases resolved. */
  take(): readonly Packet[] {
    const received = this.#received;
    this.#received = [];
    return received;
  }

  write(head: Uint8Array, payload?: Uint8Array): boolean {
    if (this.isClosing) throw new Error('written to after it was closed');
    this.#reader.push(head.slice());
    if (payload !== undefined) this.#reader.push(payload);
    for (let packet = this.#reader.next(); packet !== undefined; packet = this.#reader.next()) {
      const resolved = packet.type === 'publish' ? this.#resolve(packet) : packet;
      this.#real.record(this.clientIdentifier, 'is sent', resolved);
      this.#received.push(resolved);
    }
    return true;
  }

  close(): void {
    this.isClosing = true;
  }

  destroy(): void {
    this.isClosing = true;
  }

  pause(): void {}

  resume(): void {}

  #resolve(packet: Extract<Packet, { type: 'publish' }>): Packet {
    const { topicAlias } = packet.properties;
    if (topicAlias === undefined) return packet;
    if (packet.topicName !== '') this.#topicAliases.set(topicAlias, packet.topicName);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was a Topic Name when it was kept
    return { ...packet, topicName: (this.#topicAliases.get(topicAlias) ?? '') as typeof packet.topicName };
  }
}
