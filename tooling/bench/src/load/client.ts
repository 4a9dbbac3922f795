import { encodePacket, type QoS } from '@skua/codec';
import { Connection, type ConnectionHandler, type Endpoint } from './connection.ts';
import { SUBACK, UNSUBACK } from './small-packets.ts';

/** How every client of a run connects. */
export interface ClientOptions {
  readonly endpoint: Endpoint;
  readonly protocolVersion: 4 | 5;
  readonly clientIdentifier: string;
  /** Whether the session outlives the connection. */
  readonly keepsSession?: boolean;
  /** Called once at most: the broker has ended the connection or said something that is no MQTT. */
  readonly onFailure: (reason: string) => void;
}

/**
 * A client that can connect and subscribe; the senders and receivers of a run are made from it. As it is, it expects no
 * messages: one that comes is a failure.
 */
export class Client implements ConnectionHandler {
  #connection: Connection | undefined;
  #options: ClientOptions;
  #connected: ((reasonCode: number) => void) | undefined;
  readonly #requests: Map<number, () => void> = new Map();
  #nextIdentifier = 60_000;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Opens the connection and waits for CONNACK. @throws when it is refused */
  async connect(): Promise<void> {
    const { endpoint, protocolVersion, clientIdentifier, keepsSession = false } = this.#options;
    const answer = new Promise<number>((resolve) => {
      this.#connected = resolve;
    });
    this.#connection = await Connection.open(endpoint, protocolVersion, this);
    this.#connection.sendConnect(clientIdentifier, protocolVersion, !keepsSession);
    const reasonCode = await answer;
    if (reasonCode !== 0) throw new Error(`${clientIdentifier} was refused with 0x${reasonCode.toString(16)}`);
  }

  /** Subscribes to all these filters with one packet and waits for SUBACK. */
  async subscribe(topicFilters: readonly string[], qos: QoS): Promise<void> {
    const packetIdentifier = this.#takeIdentifier();
    const subscriptions = topicFilters.map((topicFilter) => ({ ...SUBSCRIPTION, topicFilter, qos }));
    await this.#request(packetIdentifier, { type: 'subscribe', packetIdentifier, subscriptions, properties: {} });
  }

  /** Unsubscribes from all these filters with one packet and waits for UNSUBACK. */
  async unsubscribe(topicFilters: readonly string[]): Promise<void> {
    const packetIdentifier = this.#takeIdentifier();
    await this.#request(packetIdentifier, { type: 'unsubscribe', packetIdentifier, topicFilters, properties: {} });
  }

  /** Ends without a word, as when a cable is pulled. */
  destroy(): void {
    this.#connection?.destroy();
  }

  get connection(): Connection {
    if (this.#connection === undefined) throw new Error(`${this.#options.clientIdentifier} is not connected`);
    return this.#connection;
  }

  handleConnack(reasonCode: number): void {
    this.#connected?.(reasonCode);
  }

  handleFailure(reason: string): void {
    this.#options.onFailure(`${this.#options.clientIdentifier}: ${reason}`);
  }

  handleAcknowledgement(packetType: number, packetIdentifier: number): void {
    if (packetType !== SUBACK && packetType !== UNSUBACK) {
      this.handleDelivery(packetType, packetIdentifier);
      return;
    }
    this.#requests.get(packetIdentifier)?.();
    this.#requests.delete(packetIdentifier);
  }

  handlePublish(
    _sender: number,
    _sequence: number,
    _ticks: number,
    _qos: number,
    _packetIdentifier: number,
    _bytes: number,
  ): void {
    this.handleFailure('got a message that nobody sent to it');
  }

  /** A PUBACK, PUBREC, PUBREL or PUBCOMP has come. */
  handleDelivery(packetType: number, packetIdentifier: number): void {
    this.handleFailure(`got a packet of type ${packetType} with identifier ${packetIdentifier} for no message`);
  }

  handleChunkEnd(): void {
    // What was awaited has been told already.
  }

  #takeIdentifier(): number {
    const identifier = this.#nextIdentifier++;
    if (this.#nextIdentifier > 65_535) this.#nextIdentifier = 60_000;
    return identifier;
  }

  async #request(packetIdentifier: number, packet: Parameters<typeof encodePacket>[0]): Promise<void> {
    const answered = new Promise<void>((resolve) => {
      this.#requests.set(packetIdentifier, resolve);
    });
    this.connection.write(encodePacket(packet, this.#options.protocolVersion));
    await answered;
  }
}

const SUBSCRIPTION = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
