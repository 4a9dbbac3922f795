import { encodePacket, PacketReader, type EncodablePacket, type Packet, type PublishPacket } from '@skua/codec';
import { createTransportPair, type MemoryTransport } from '@skua/transport';
import { connect, publish } from '../packets.ts';
import type { History, PublishedMessage, SubscriptionSpan, WillSpan } from './history.ts';

/** How a client behaves; it keeps its side of a session through all its connections. */
export interface ClientSettings {
  readonly name: string;
  /** Whether its session outlives its connections. */
  readonly isDurable: boolean;
  readonly hasWill: boolean;
}

/** A client that keeps the protocol and writes down what it is promised and given. */
export class SimulatedClient {
  readonly settings: ClientSettings;
  readonly #history: History;
  transport: MemoryTransport | undefined;
  remote: MemoryTransport | undefined;
  isConnected = false;
  /** It was told that it has a session. */
  #hasSession = false;
  #reader = new PacketReader({ role: 'client', protocolVersion: 5 });
  #connections = 0;
  #published = 0;
  #identifier = 0;
  /** QoS 1 and 2 messages under way, in the order in which they were sent. */
  readonly #outgoing: Map<number, { readonly message: PublishedMessage; released: boolean }> = new Map();
  /** QoS 2 messages that it has, until PUBREL. */
  readonly #taken: Set<number> = new Set();
  /** SUBSCRIBE and UNSUBSCRIBE under way. */
  readonly #asking: Map<number, { readonly filter: string; readonly subscribes: boolean }> = new Map();
  readonly spans: Map<string, SubscriptionSpan> = new Map();
  /** Filters about which it has asked last and not been answered. */
  readonly unsure: Set<string> = new Set();
  /** Answers that it has not sent yet. */
  readonly #answers: EncodablePacket[] = [];
  #will: WillSpan | undefined;

  constructor(settings: ClientSettings, history: History) {
    this.settings = settings;
    this.#history = history;
  }

  get underWay(): number {
    return this.#outgoing.size;
  }

  get owesAnswers(): boolean {
    return this.#answers.length > 0;
  }

  /** Opens a connection and says CONNECT. @returns the server's side of it. */
  connect(): MemoryTransport {
    this.lose();
    const [local, remote] = createTransportPair();
    this.transport = local;
    this.remote = remote;
    this.#reader = new PacketReader({ role: 'client', protocolVersion: 5 });
    local.open({
      onData: (chunk) => {
        this.#reader.push(chunk);
        for (let packet = this.#reader.next(); packet !== undefined; packet = this.#reader.next()) this.#handle(packet);
      },
      onWritable: () => {},
      onEnd: () => this.lose(),
      onClose: () => this.lose(),
    });
    const { name, isDurable, hasWill } = this.settings;
    this.#connections += 1;
    const payload = `will ${name} ${this.#connections}`;
    this.#send(
      connect({
        clientIdentifier: name,
        cleanStart: !isDurable,
        properties: isDurable ? { sessionExpiryInterval: 100_000 } : {},
        will: hasWill
          ? { topicName: `w/${name}`, payload: bytes(payload), qos: 1, retain: false, properties: {} }
          : undefined,
      }),
    );
    this.#will = hasWill ? { payload, connectedAt: 0, lost: false } : undefined;
    return remote;
  }

  /** The connection is gone, or is cut. */
  lose(): void {
    this.remote?.cut();
    this.transport = undefined;
    if (this.isConnected && this.#will !== undefined) this.#will.lost = true;
    this.isConnected = false;
    this.#answers.splice(0);
    this.#asking.clear();
    // Without a session nothing can be sent again: QoS 2 is given up.
    if (!this.settings.isDurable) {
      this.#outgoing.clear();
      this.#taken.clear();
      this.#forgetSpans();
    }
  }

  /** Says DISCONNECT and keeps the connection until the other side ends it. */
  disconnect(): void {
    if (!this.isConnected) return;
    this.#send({ type: 'disconnect', reasonCode: 0, properties: {} });
    this.isConnected = false;
    if (!this.settings.isDurable) this.#forgetSpans();
  }

  publish(topicName: string, qos: 1 | 2, retain: boolean): void {
    if (!this.isConnected) return;
    const { name } = this.settings;
    this.#published += 1;
    const message: PublishedMessage = {
      payload: `${name} ${this.#published}`,
      publisher: name,
      number: this.#published,
      topicName,
      qos,
      retain,
      sentAt: this.#history.next(),
      acknowledgedAt: undefined,
    };
    this.#history.messages.set(message.payload, message);
    const packetIdentifier = this.#nextIdentifier();
    this.#outgoing.set(packetIdentifier, { message, released: false });
    this.#sendMessage(packetIdentifier, message, false);
  }

  subscribe(filter: string): void {
    if (!this.isConnected || this.#isAsking(filter)) return;
    const packetIdentifier = this.#nextIdentifier();
    this.#asking.set(packetIdentifier, { filter, subscribes: true });
    this.unsure.add(filter);
    const subscription = {
      topicFilter: filter,
      qos: 2,
      noLocal: false,
      retainAsPublished: false,
      retainHandling: 2,
    } as const;
    this.#send({ type: 'subscribe', packetIdentifier, subscriptions: [subscription], properties: {} });
  }

  unsubscribe(filter: string): void {
    if (!this.isConnected || this.#isAsking(filter)) return;
    this.#endSpan(filter);
    const packetIdentifier = this.#nextIdentifier();
    this.#asking.set(packetIdentifier, { filter, subscribes: false });
    this.unsure.add(filter);
    this.#send({ type: 'unsubscribe', packetIdentifier, topicFilters: [filter], properties: {} });
  }

  /** Sends the first answer that it owes. */
  answer(): void {
    const answer = this.#answers.shift();
    if (answer !== undefined && this.transport !== undefined) this.#send(answer);
  }

  #endSpan(filter: string): void {
    const span = this.spans.get(filter);
    if (span === undefined) return;
    span.until = this.#history.next();
    this.spans.delete(filter);
  }

  /** What is on its way to a session that ends with its connection may be lost. */
  #forgetSpans(): void {
    for (const span of this.#history.subscriptions) {
      if (span.client === this.settings.name) span.until = Number.NEGATIVE_INFINITY;
    }
    this.spans.clear();
  }

  #handle(packet: Packet): void {
    switch (packet.type) {
      case 'connack':
        this.#begin(packet.reasonCode, packet.sessionPresent);
        return;
      case 'puback':
      case 'pubrec':
        this.#acknowledged(packet.type, packet.packetIdentifier, packet.reasonCode);
        return;
      case 'pubcomp':
        this.#outgoing.delete(packet.packetIdentifier);
        return;
      case 'publish':
        this.#take(packet);
        return;
      case 'pubrel':
        this.#taken.delete(packet.packetIdentifier);
        this.#answers.push({
          type: 'pubcomp',
          packetIdentifier: packet.packetIdentifier,
          reasonCode: 0,
          properties: {},
        });
        return;
      case 'suback':
      case 'unsuback':
        this.#answered(packet.packetIdentifier);
        return;
      case 'connect':
      case 'subscribe':
      case 'unsubscribe':
      case 'pingreq':
      case 'pingresp':
      case 'disconnect':
      case 'auth':
    }
  }

  #begin(reasonCode: number, sessionPresent: boolean): void {
    if (reasonCode !== 0) return;
    const { name, isDurable } = this.settings;
    if (isDurable && this.#hasSession && !sessionPresent) this.#history.faults.push(`${name} has lost its session`);
    this.isConnected = true;
    this.#hasSession = true;
    if (this.#will !== undefined) {
      this.#will = { ...this.#will, connectedAt: this.#history.next() };
      this.#history.wills.push(this.#will);
    }
    if (!sessionPresent) {
      this.#taken.clear();
      this.unsure.clear();
    }
    for (const [packetIdentifier, { message, released }] of this.#outgoing) {
      if (released) this.#send({ type: 'pubrel', packetIdentifier, reasonCode: 0, properties: {} });
      else this.#sendMessage(packetIdentifier, message, sessionPresent);
    }
  }

  #acknowledged(type: 'puback' | 'pubrec', packetIdentifier: number, reasonCode: number): void {
    const outgoing = this.#outgoing.get(packetIdentifier);
    if (outgoing === undefined) return;
    const isTaken = reasonCode < 0x80;
    if (isTaken) outgoing.message.acknowledgedAt ??= this.#history.next();
    if (type === 'puback' || !isTaken) {
      this.#outgoing.delete(packetIdentifier);
      return;
    }
    outgoing.released = true;
    this.#answers.push({ type: 'pubrel', packetIdentifier, reasonCode: 0, properties: {} });
  }

  #take({ qos, packetIdentifier, payload }: PublishPacket): void {
    const isKnown = qos === 2 && this.#taken.has(packetIdentifier);
    if (!isKnown) this.#history.receive(this.settings.name, String.fromCodePoint(...payload));
    if (qos === 0) return;
    if (qos === 2) this.#taken.add(packetIdentifier);
    const type = qos === 1 ? 'puback' : 'pubrec';
    this.#answers.push({ type, packetIdentifier, reasonCode: 0, properties: {} });
  }

  #answered(packetIdentifier: number): void {
    const asked = this.#asking.get(packetIdentifier);
    if (asked === undefined) return;
    this.#asking.delete(packetIdentifier);
    this.unsure.delete(asked.filter);
    if (!asked.subscribes || this.spans.has(asked.filter)) return;
    const { name: client } = this.settings;
    const span = { client, filter: asked.filter, from: this.#history.next(), until: Number.POSITIVE_INFINITY };
    this.spans.set(asked.filter, span);
    this.#history.subscriptions.push(span);
  }

  #sendMessage(packetIdentifier: number, message: PublishedMessage, dup: boolean): void {
    const { topicName, payload, qos, retain } = message;
    this.#send(publish(topicName, payload, { packetIdentifier, qos, retain, dup }));
  }

  #isAsking(filter: string): boolean {
    return [...this.#asking.values()].some((asked) => asked.filter === filter);
  }

  #nextIdentifier(): number {
    do this.#identifier = (this.#identifier % 60_000) + 1;
    while (this.#outgoing.has(this.#identifier) || this.#asking.has(this.#identifier));
    return this.#identifier;
  }

  #send(packet: EncodablePacket): void {
    this.transport?.write(encodePacket(packet, 5));
  }
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.codePointAt(0) ?? 0);
}
