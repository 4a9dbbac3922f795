import { connect, type Socket } from 'node:net';
import { encodePacket, PacketReader, type EncodablePacket, type Packet, type PublishPacket } from '@skua/codec';
import { PacketIdentifiers, Receiver, Sender, type Delivery } from '@skua/session';
import type { History, HistoryEvent, WillPromise } from '../history.ts';
import { payloadOf, readPayload } from '../payload.ts';

/** Where the broker is. */
export interface BrokerAddress {
  readonly port: number;
  /** Whether nobody has begun to kill it. */
  readonly isAlive: () => boolean;
}

/** A client that crashes along. */
export interface ClientOptions {
  readonly name: string;
  readonly version: 4 | 5;
  readonly broker: BrokerAddress;
  readonly history: History;
  /** Seconds that the session outlives its connection: a day by default; 0: it ends with it. Whole in 3.1.1: 0 or for ever. */
  readonly sessionExpirySeconds?: number | undefined;
  readonly will?: WillPromise | undefined;
}

/** What a client publishes. */
export interface Publication {
  readonly serial: number;
  readonly topic: string;
  readonly qos: 1 | 2;
  readonly retain: boolean;
  readonly empty: boolean;
}

/**
 * An MQTT client that keeps its session as the specification asks: what it sent and what it received, across connections,
 * until the server says that there is no session (CONNACK without Session Present). It writes down all that it sees.
 */
export class CrashClient {
  readonly name: string;
  readonly #options: ClientOptions;
  /** Called for each message that came to the application. */
  onMessage: (packet: PublishPacket) => void = () => {};
  /** Called when the server had no session although this client had connected before. */
  onSessionLost: () => void = () => {};

  // For the session.
  #identifiers = new PacketIdentifiers();
  #sender = new Sender<Publication>(this.#identifiers);
  #receiver = new Receiver();
  #connectedBefore = false;

  // For the connection.
  #socket: Socket | undefined;
  #state: 'closed' | 'connecting' | 'connected' | 'leaving' = 'closed';
  #settleConnect: ((connected: boolean) => void) | undefined;
  readonly #requests = new Map<number, { readonly ended: () => void; readonly settle: (accepted: boolean) => void }>();
  #closed: Promise<void> = Promise.resolve();

  constructor(options: ClientOptions) {
    this.#options = options;
    this.name = options.name;
  }

  get isConnected(): boolean {
    return this.#state === 'connected';
  }

  /** Resolves when the present connection is closed; at once without one. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** Messages that are not completely acknowledged. */
  get inflightCount(): number {
    return this.#sender.inflightCount;
  }

  /** Whether a message may be sent now. */
  get canPublish(): boolean {
    return this.#state === 'connected' && this.#sender.canPublish;
  }

  /** Connects and waits for CONNACK. @returns whether there is a connection now. */
  async connect(): Promise<boolean> {
    if (this.#state !== 'closed') throw new Error(`${this.name} is ${this.#state}`);
    const { version, broker, sessionExpirySeconds = A_DAY_SECONDS, will } = this.#options;
    const socket = connect({ port: broker.port, host: '127.0.0.1', noDelay: true });
    this.#socket = socket;
    this.#state = 'connecting';
    const reader = new PacketReader({ role: 'client', protocolVersion: version });
    this.#closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#handleClosed();
        resolve();
      });
    });
    socket.on('error', () => {});
    socket.on('connect', () => {
      if (will !== undefined) this.#note({ type: 'connecting', will });
      this.#write({
        type: 'connect',
        protocolVersion: version,
        cleanStart: version === 4 && sessionExpirySeconds === 0,
        keepAlive: 0,
        clientIdentifier: this.name,
        will: will === undefined ? undefined : this.#will(will),
        properties: version === 5 ? { sessionExpiryInterval: sessionExpirySeconds } : {},
      });
    });
    socket.on('data', (chunk) => {
      reader.push(chunk);
      for (let packet = reader.next(); packet !== undefined; packet = reader.next()) this.#handlePacket(packet);
    });
    return await new Promise((resolve) => {
      this.#settleConnect = resolve;
    });
  }

  /** Sends a message for the first time. Only when {@link canPublish}. */
  publish(publication: Publication): void {
    const { serial, topic, qos, retain, empty } = publication;
    const delivery = this.#sender.publish(publication, qos);
    this.#options.history.add({ type: 'published', publisher: this.name, serial, topic, qos, retain, empty });
    this.#sendPublish(delivery, false);
  }

  /** Subscribes. @returns whether SUBACK came and granted it. */
  async subscribe(filter: string, qos: 1 | 2): Promise<boolean> {
    const packetIdentifier = this.#allocate();
    const { history } = this.#options;
    history.add({ type: 'subscribing', client: this.name, filter, qos });
    this.#write({
      type: 'subscribe',
      packetIdentifier,
      subscriptions: [{ topicFilter: filter, qos, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
      properties: {},
    });
    return await this.#answer(packetIdentifier, () => {
      history.add({ type: 'subscribed', client: this.name, filter, qos });
    });
  }

  /** Unsubscribes. @returns whether UNSUBACK came. */
  async unsubscribe(filter: string): Promise<boolean> {
    const packetIdentifier = this.#allocate();
    const { history } = this.#options;
    history.add({ type: 'unsubscribing', client: this.name, filter });
    this.#write({ type: 'unsubscribe', packetIdentifier, topicFilters: [filter], properties: {} });
    return await this.#answer(packetIdentifier, () => {
      history.add({ type: 'unsubscribed', client: this.name, filter });
    });
  }

  /** Sends DISCONNECT and waits until the connection is closed. */
  async disconnect(): Promise<void> {
    if (this.#state !== 'connected') return;
    this.#state = 'leaving';
    this.#note({ type: 'connectionEnded', by: 'disconnect' });
    this.#write({ type: 'disconnect', reasonCode: 0, properties: {} });
    await this.#closed;
  }

  /** Closes the connection without DISCONNECT. */
  async cut(): Promise<void> {
    if (this.#state === 'connected') {
      this.#state = 'closed';
      this.#note({ type: 'connectionEnded', by: 'cut' });
    }
    this.#socket?.destroy();
    await this.#closed;
  }

  #handlePacket(packet: Packet): void {
    // What arrives after the client has gone is read by nobody.
    if (this.#state !== 'connected' && packet.type !== 'connack') return;
    switch (packet.type) {
      case 'connack':
        if (packet.reasonCode !== 0) this.#socket?.destroy();
        else this.#handleConnack(packet.sessionPresent, packet.properties.receiveMaximum ?? 0xffff);
        return;
      case 'publish':
        this.#handlePublish(packet);
        return;
      case 'puback':
      case 'pubrec':
      case 'pubcomp':
        this.#handleAcknowledgement(packet);
        return;
      case 'pubrel':
        this.#receiver.handlePubrel(packet.packetIdentifier);
        this.#write({ type: 'pubcomp', packetIdentifier: packet.packetIdentifier, reasonCode: 0, properties: {} });
        return;
      case 'suback':
      case 'unsuback':
        this.#settleRequest(
          packet.packetIdentifier,
          packet.reasonCodes.every((code) => code < 0x80),
        );
        return;
      case 'auth':
      case 'connect':
      case 'disconnect':
      case 'pingreq':
      case 'pingresp':
      case 'subscribe':
      case 'unsubscribe':
    }
  }

  #handleConnack(sessionPresent: boolean, receiveMaximum: number): void {
    this.#state = 'connected';
    this.#note({ type: 'connected', sessionPresent, will: this.#options.will });
    if (!sessionPresent) {
      // [MQTT-3.2.2-5]: what the client kept belongs to a session that is no more.
      this.#identifiers = new PacketIdentifiers();
      this.#sender = new Sender(this.#identifiers);
      this.#receiver = new Receiver();
      if (this.#connectedBefore) this.onSessionLost();
    }
    this.#connectedBefore = true;
    this.#sender.connect(Math.min(receiveMaximum, INFLIGHT_MAX));
    this.#receiver.connect(0xffff);
    this.#sendAgain();
    this.#settleConnect?.(true);
    this.#settleConnect = undefined;
  }

  #handlePublish(packet: PublishPacket): void {
    const { packetIdentifier, qos } = packet;
    if (qos === 0) {
      this.#noteReceived(packet);
    } else if (qos === 1) {
      this.#noteReceived(packet);
      this.#write({ type: 'puback', packetIdentifier, reasonCode: 0, properties: {} });
    } else {
      if (this.#receiver.handlePublish(packetIdentifier, 2) === 'new') this.#noteReceived(packet);
      this.#receiver.sendPubrec(packetIdentifier, 0);
      this.#write({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
    }
  }

  #noteReceived(packet: PublishPacket): void {
    const { topicName: topic, qos, retain } = packet;
    const content = readPayload(packet.payload);
    if (content !== undefined) this.#note({ type: 'received', topic, qos, retain, ...content });
    this.onMessage(packet);
  }

  #handleAcknowledgement(packet: Packet & { type: 'puback' | 'pubrec' | 'pubcomp' }): void {
    const { type, packetIdentifier, reasonCode } = packet;
    const before = this.#sender.find(packetIdentifier)?.state;
    const delivery = this.#acknowledge(packet);
    if (delivery !== undefined) {
      const about = { publisher: this.name, serial: delivery.message.serial };
      const { history } = this.#options;
      if (reasonCode >= 0x80 && type !== 'pubcomp') history.add({ type: 'refused', ...about, reasonCode });
      else if (type !== 'pubcomp' && before !== 'awaitingPubcomp') history.add({ type: 'acknowledged', ...about });
      if (delivery.state === 'done' && reasonCode < 0x80) history.add({ type: 'completed', ...about });
    }
    if (type === 'pubrec' && reasonCode < 0x80) {
      this.#write({ type: 'pubrel', packetIdentifier, reasonCode: 0, properties: {} });
    }
    this.#sendAgain();
  }

  #acknowledge({
    type,
    packetIdentifier,
    reasonCode,
  }: Packet & { type: 'puback' | 'pubrec' | 'pubcomp' }): Delivery<Publication> | undefined {
    const sender = this.#sender;
    const found =
      type === 'puback'
        ? sender.handlePuback(packetIdentifier)
        : type === 'pubrec'
          ? sender.handlePubrec(packetIdentifier, reasonCode)
          : sender.handlePubcomp(packetIdentifier);
    return found === 'unknown' ? undefined : found;
  }

  #sendAgain(): void {
    for (let again = this.#sender.nextResend(); again !== undefined; again = this.#sender.nextResend()) {
      const { packetIdentifier, state } = again;
      if (state === 'awaitingPubcomp') this.#write({ type: 'pubrel', packetIdentifier, reasonCode: 0, properties: {} });
      else this.#sendPublish(again, true);
    }
  }

  #sendPublish({ packetIdentifier, message, qos }: Delivery<Publication>, dup: boolean): void {
    const { topic, retain, empty, serial } = message;
    const payload = empty ? new Uint8Array() : payloadOf(this.name, serial);
    this.#write({ type: 'publish', dup, qos, retain, topicName: topic, packetIdentifier, payload, properties: {} });
  }

  #will({ topic, qos, delaySeconds }: WillPromise): (EncodablePacket & { type: 'connect' })['will'] {
    const properties = delaySeconds > 0 ? { willDelayInterval: delaySeconds } : {};
    return { topicName: topic, payload: payloadOf(this.name, 1), qos, retain: false, properties };
  }

  #allocate(): number {
    const packetIdentifier = this.#identifiers.allocate();
    if (packetIdentifier === undefined || this.#state !== 'connected') throw new Error(`${this.name} cannot ask now`);
    return packetIdentifier;
  }

  async #answer(packetIdentifier: number, accepted: () => void): Promise<boolean> {
    // The identifiers of a session that is lost meanwhile are not these.
    const identifiers = this.#identifiers;
    return await new Promise((resolve) => {
      this.#requests.set(packetIdentifier, {
        ended: () => identifiers.release(packetIdentifier),
        settle: (granted) => {
          if (granted) accepted();
          resolve(granted);
        },
      });
    });
  }

  #settleRequest(packetIdentifier: number, accepted: boolean): void {
    const request = this.#requests.get(packetIdentifier);
    if (request === undefined) return;
    this.#requests.delete(packetIdentifier);
    request.ended();
    request.settle(accepted);
  }

  #handleClosed(): void {
    if (this.#state === 'connected') this.#note({ type: 'connectionEnded', by: 'broker' });
    if (this.#state === 'leaving' && this.#options.broker.isAlive()) this.#note({ type: 'disconnectRead' });
    this.#state = 'closed';
    this.#socket = undefined;
    this.#sender.disconnect();
    this.#receiver.disconnect();
    for (const packetIdentifier of this.#requests.keys()) this.#settleRequest(packetIdentifier, false);
    this.#settleConnect?.(false);
    this.#settleConnect = undefined;
  }

  #note(event: WithoutClient<Extract<HistoryEvent, { client: string }>>): void {
    this.#options.history.add({ ...event, client: this.name });
  }

  #write(packet: EncodablePacket): void {
    const bytes = encodePacket(packet, this.#options.version);
    if (packet.type === 'disconnect') this.#socket?.end(bytes);
    else this.#socket?.write(bytes);
  }
}

type WithoutClient<T> = T extends unknown ? Omit<T, 'client'> : never;

const A_DAY_SECONDS = 86_400;
/** So many messages are under way at most. */
const INFLIGHT_MAX = 20;
