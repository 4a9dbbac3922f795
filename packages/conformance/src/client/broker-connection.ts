import {
  encodePacket,
  PacketReader,
  type EncodablePacket,
  type Packet,
  type PacketType,
  type ProtocolVersion,
} from '@skua/codec';
import type { Transport } from '@skua/transport';
import { isPacketOf, type PacketOf } from '../harness/raw-client.ts';
import type { TargetClock } from '../harness/target.ts';
import { toHex, type TranscriptEntry } from '../harness/transcript.ts';
import { ConformanceFailure } from '../harness/verdict.ts';
import { FrameSplitter } from '../wire/frame-splitter.ts';
import { concatenate } from '../wire/frame.ts';

/** What every connection of one test shares. */
export interface BrokerConnectionContext {
  readonly clock: TargetClock;
  readonly quietMs: number;
  readonly transcript: TranscriptEntry[];
  /** How bytes are cut on their way to the client; the verdict must not depend on it. */
  readonly mangle: (bytes: Uint8Array) => readonly Uint8Array[];
  /** Joins what is sent before the test waits. */
  readonly coalesce: boolean;
}

/** A frame that a client sent. */
export interface ReceivedFrame {
  readonly bytes: Uint8Array;
  readonly packet: Packet;
}

/**
 * The broker's side of one connection, under the test's control: sends any bytes, and reads what comes strictly. It answers
 * nothing by itself. Packets are taken from its inbox in the order in which they came.
 */
export class BrokerConnection {
  readonly name: string;
  readonly #context: BrokerConnectionContext;
  readonly #transport: Transport;
  readonly #splitter = new FrameSplitter();
  readonly #inbox: ReceivedFrame[] = [];
  #version: ProtocolVersion;
  #held: Uint8Array[] = [];
  #problem: string | undefined;
  #state: 'open' | 'closed' = 'open';
  #markers = 0;
  #largestFrame = 0;

  constructor(name: string, version: ProtocolVersion, transport: Transport, context: BrokerConnectionContext) {
    this.name = name;
    this.#version = version;
    this.#transport = transport;
    this.#context = context;
    this.#note('opened');
    transport.open({
      onData: (chunk) => this.#handleData(chunk),
      onWritable: () => undefined,
      onEnd: () => this.#handleClosed(),
      onClose: () => this.#handleClosed(),
    });
  }

  /** True when either side has closed the connection. */
  get closed(): boolean {
    return this.#state === 'closed';
  }

  /** Packets that have come and were not taken yet, one more when something came that is none. */
  get waiting(): number {
    return this.#inbox.length + (this.#problem === undefined ? 0 : 1);
  }

  /** Bytes of the largest packet since the last {@link resetLargestFrame}, fixed header included. */
  get largestFrame(): number {
    return this.#largestFrame;
  }

  /** How long to watch that something does not happen, in milliseconds. */
  get quietMs(): number {
    return this.#context.quietMs;
  }

  /** Begins to measure {@link largestFrame} anew. */
  resetLargestFrame(): void {
    this.#largestFrame = 0;
  }

  /** Sends a valid packet. */
  send(...packets: readonly EncodablePacket[]): void {
    for (const packet of packets) {
      const bytes = encodePacket(packet, this.#version);
      this.#record({ kind: 'sent', bytes, packet });
      this.#write(bytes);
    }
  }

  /** Sends any bytes. */
  sendBytes(bytes: Uint8Array): void {
    this.#record({ kind: 'sent', bytes, packet: undefined });
    this.#write(bytes);
  }

  /** Ends the connection as a lost network does. */
  cut(): void {
    if (this.closed) return;
    this.flush();
    this.#note('cut by broker');
    this.#state = 'closed';
    this.#transport.destroy();
  }

  /** Closes in order: sends what is pending first. */
  end(): void {
    this.flush();
    this.#note('closed by broker');
    this.#state = 'closed';
    this.#transport.end();
  }

  /** Hands on what was held back to be sent together. */
  flush(): void {
    if (this.#held.length === 0) return;
    const joined = concatenate(this.#held.splice(0));
    for (const piece of this.#context.mangle(joined)) this.#transport.write(piece);
  }

  /**
   * The next packet, which must be of this type.
   *
   * @throws {ConformanceFailure} when another packet comes, the client closes, or nothing comes in time.
   */
  async expect<Type extends PacketType>(type: Type): Promise<PacketOf<Type>> {
    return (await this.expectFrame(type)).packet;
  }

  /**
   * The first packet of this type for which `matches` holds, whatever else comes before it: that stays in the inbox.
   *
   * @throws {ConformanceFailure} when the client closes, or none comes in time.
   */
  async expectAmong<Type extends PacketType>(
    type: Type,
    matches: (packet: PacketOf<Type>) => boolean = () => true,
  ): Promise<PacketOf<Type>> {
    const isIt = ({ packet }: ReceivedFrame): boolean => isPacketOf(packet, type) && matches(packet);
    await this.#until(() => this.#inbox.some(isIt), this.#context.clock.answerTimeoutMs);
    const index = this.#inbox.findIndex(isIt);
    const packet = index < 0 ? undefined : this.#inbox.splice(index, 1)[0]?.packet;
    if (packet === undefined || !isPacketOf(packet, type)) {
      throw this.failure(`expected ${type.toUpperCase()}, ${this.#silence()}`);
    }
    return packet;
  }

  /** The same with its bytes. */
  async expectFrame<Type extends PacketType>(
    type: Type,
  ): Promise<{ readonly bytes: Uint8Array; readonly packet: PacketOf<Type> }> {
    const { packet, bytes } = (await this.nextFrame()) ?? {};
    if (packet === undefined || bytes === undefined) {
      throw this.failure(`expected ${type.toUpperCase()}, ${this.#silence()}`);
    }
    if (isPacketOf(packet, type)) return { bytes, packet };
    throw this.failure(`expected ${type.toUpperCase()}, received ${packet.type.toUpperCase()}`);
  }

  /** The next packet with its bytes, or undefined when the connection closed or none came in time. */
  async nextFrame(timeoutMs: number = this.#context.clock.answerTimeoutMs): Promise<ReceivedFrame | undefined> {
    await this.#until(() => this.#inbox.length > 0, timeoutMs);
    const received = this.#inbox.shift();
    if (received === undefined && this.#problem !== undefined) throw this.failure(this.#problem);
    return received;
  }

  /** Everything that is in the inbox now. @throws {ConformanceFailure} when something came that is no valid packet. */
  takeAll(): Packet[] {
    if (this.#problem !== undefined) throw this.failure(this.#problem);
    return this.#inbox.splice(0).map(({ packet }) => packet);
  }

  /** Watches for a while, and returns everything that came in it and before. The connection may end meanwhile. */
  async watch(ms: number = this.#context.quietMs): Promise<Packet[]> {
    await this.#until(() => false, ms);
    return this.takeAll();
  }

  /**
   * Sends a message at QoS 1 and waits for its PUBACK: what the client had to say to everything before has come then.
   * Returns it. The program hears the message too, on {@link MARKER_TOPIC}.
   */
  async settle(): Promise<Packet[]> {
    this.#markers += 1;
    const packetIdentifier = 0xffff - this.#markers;
    this.send({
      type: 'publish',
      dup: false,
      qos: 1,
      retain: false,
      topicName: MARKER_TOPIC,
      packetIdentifier,
      payload: new Uint8Array(0),
      properties: {},
    });
    await this.expectAmong('puback', (puback) => puback.packetIdentifier === packetIdentifier);
    return this.takeAll();
  }

  /** Whether the client closes the connection in time. */
  async closes(timeoutMs: number = this.#context.clock.answerTimeoutMs): Promise<boolean> {
    await this.#until(() => false, timeoutMs);
    return this.closed;
  }

  /**
   * The client must close the connection, and may send one DISCONNECT before. What it sent before that is thrown away.
   *
   * @returns that DISCONNECT, or undefined when there was none.
   * @throws {ConformanceFailure} when it stays open, or sends what is no valid packet.
   */
  async expectClose(timeoutMs?: number): Promise<PacketOf<'disconnect'> | undefined> {
    if (!(await this.closes(timeoutMs))) {
      throw this.failure(`expected the client to close the connection, ${this.#silence()}`);
    }
    const last = this.takeAll().at(-1);
    return last?.type === 'disconnect' ? last : undefined;
  }

  /** A failure that names this connection. */
  failure(message: string): ConformanceFailure {
    return new ConformanceFailure(`${this.name}: ${message}`);
  }

  async #until(condition: () => boolean, timeoutMs: number): Promise<void> {
    this.flush();
    await this.#context.clock.until(() => condition() || this.closed || this.#problem !== undefined, timeoutMs);
  }

  #silence(): string {
    if (this.#problem !== undefined) return this.#problem;
    if (this.closed) return 'the connection is closed';
    const waiting = this.#inbox[0];
    const { rest } = this.#splitter;
    if (waiting === undefined && rest.length > 0) return `only the beginning of a packet came (${toHex(rest)})`;
    return waiting === undefined ? 'nothing came in time' : `${waiting.packet.type.toUpperCase()} came`;
  }

  #write(bytes: Uint8Array): void {
    this.#held.push(bytes);
    if (!this.#context.coalesce) this.flush();
  }

  #handleData(chunk: Uint8Array): void {
    if (this.closed) return;
    for (const frame of this.#splitter.push(chunk)) this.#handleFrame(frame);
    this.#context.clock.notify();
  }

  /** Each frame is read by a reader of its own, so that one bad packet does not hide those after it. */
  #handleFrame(frame: Uint8Array): void {
    this.#largestFrame = Math.max(this.#largestFrame, frame.length);
    try {
      const isConnect = (frame[0] ?? 0) >> 4 === 1;
      const reader = new PacketReader({ role: 'server', protocolVersion: isConnect ? undefined : this.#version });
      reader.push(frame);
      const packet = reader.next();
      if (packet === undefined) throw new Error('the frame is not a whole packet');
      if (packet.type === 'connect') this.#version = packet.protocolVersion;
      this.#record({ kind: 'received', bytes: frame, packet });
      this.#inbox.push({ bytes: frame, packet });
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#record({ kind: 'unreadable', bytes: frame, problem });
      this.#problem ??= `the client sent an invalid packet: ${problem} (${toHex(frame)})`;
    }
  }

  #handleClosed(): void {
    if (this.closed) return;
    this.#state = 'closed';
    const { rest } = this.#splitter;
    if (rest.length > 0) this.#problem ??= `the client closed in the middle of a packet (${toHex(rest)})`;
    this.#note('closed by client');
    this.#transport.end();
    this.#context.clock.notify();
  }

  #note(kind: 'opened' | 'closed by client' | 'closed by broker' | 'cut by broker'): void {
    this.#context.transcript.push({ at: this.#context.clock.now(), client: this.name, kind });
  }

  #record(
    entry:
      | { readonly kind: 'sent' | 'received'; readonly bytes: Uint8Array; readonly packet: EncodablePacket | undefined }
      | { readonly kind: 'unreadable'; readonly bytes: Uint8Array; readonly problem: string },
  ): void {
    this.#context.transcript.push({ at: this.#context.clock.now(), client: this.name, ...entry });
  }
}

/** The topic of the messages by which {@link BrokerConnection.settle} learns that a client is done. */
export const MARKER_TOPIC = 'skua/marker';
