import {
  encodePacket,
  PacketReader,
  type EncodablePacket,
  type Packet,
  type PacketType,
  type ProtocolVersion,
} from '@skua/codec';
import type { Transport } from '@skua/transport';
import { FrameSplitter } from '../wire/frame-splitter.ts';
import type { Target } from './target.ts';
import { toHex, type TranscriptEntry } from './transcript.ts';
import { ConformanceFailure } from './verdict.ts';

/** Whether a packet is of this type. */
export function isPacketOf<Type extends PacketType>(packet: Packet, type: Type): packet is PacketOf<Type> {
  return packet.type === type;
}

/** What every connection of one test shares. */
export interface RawClientContext {
  readonly target: Target;
  readonly transcript: TranscriptEntry[];
  /** How bytes are cut on their way to the broker; the verdict must not depend on it. */
  readonly mangle: (bytes: Uint8Array) => readonly Uint8Array[];
}

/** The packet of a type, by the type's name. */
export type PacketOf<Type extends PacketType> = Extract<Packet, { readonly type: Type }>;

/**
 * One connection under the test's control: sends any bytes, and reads what comes back strictly. It answers nothing by
 * itself. Packets are taken from its inbox in the order in which they came.
 */
export class RawClient {
  readonly name: string;
  readonly version: ProtocolVersion;
  readonly #context: RawClientContext;
  readonly #transport: Transport;
  readonly #splitter = new FrameSplitter();
  readonly #inbox: Packet[] = [];
  #problem: string | undefined;
  #state: 'open' | 'closed' = 'open';
  #nextPacketIdentifier = 1;
  #largestFrame = 0;

  private constructor(name: string, version: ProtocolVersion, context: RawClientContext, transport: Transport) {
    this.name = name;
    this.version = version;
    this.#context = context;
    this.#transport = transport;
  }

  /** Opens a connection; nothing is sent yet. */
  static async open(name: string, version: ProtocolVersion, context: RawClientContext): Promise<RawClient> {
    const client = new RawClient(name, version, context, await context.target.dial());
    client.#transport.open({
      onData: (chunk) => client.#handleData(chunk),
      onWritable: () => undefined,
      onEnd: () => client.#handleClosed(),
      onClose: () => client.#handleClosed(),
    });
    client.#note('opened');
    return client;
  }

  /** True when the broker has closed the connection. */
  get closed(): boolean {
    return this.#state === 'closed';
  }

  /** Bytes of the largest packet that the broker has sent, fixed header included. */
  get largestFrame(): number {
    return this.#largestFrame;
  }

  /** Packets that have come and were not taken yet. */
  get waiting(): number {
    return this.#inbox.length;
  }

  /** A Packet Identifier that this client has not used before. */
  packetIdentifier(): number {
    return this.#nextPacketIdentifier++;
  }

  /** Sends a valid packet. */
  send(packet: EncodablePacket): void {
    const bytes = encodePacket(packet, this.version);
    this.#record({ kind: 'sent', bytes, packet });
    this.#write(bytes);
  }

  /** Sends any bytes. */
  sendBytes(bytes: Uint8Array): void {
    this.#record({ kind: 'sent', bytes, packet: undefined });
    this.#write(bytes);
  }

  /** Says that nothing more follows, and goes on reading. */
  halfClose(): void {
    this.#note('half-closed by client');
    this.#transport.end();
  }

  /** Ends the connection without a DISCONNECT, as a lost network does. */
  cut(): void {
    this.#note('cut by client');
    this.#state = 'closed';
    this.#transport.destroy();
  }

  /**
   * The next packet, which must be of this type.
   *
   * @throws {ConformanceFailure} when another packet comes, the broker closes, or nothing comes in time.
   */
  async expect<Type extends PacketType>(type: Type): Promise<PacketOf<Type>> {
    const packet = await this.next();
    if (packet === undefined) throw this.failure(`expected ${type.toUpperCase()}, ${this.#silence()}`);
    if (!isPacketOf(packet, type)) {
      throw this.failure(`expected ${type.toUpperCase()}, received ${packet.type.toUpperCase()}`);
    }
    return packet;
  }

  /**
   * The first packet of this type for which `matches` holds, whatever else comes before it: that stays in the inbox. For
   * answers that other traffic may overtake.
   *
   * @throws {ConformanceFailure} when the broker closes, or none comes in time.
   */
  async expectAmong<Type extends PacketType>(
    type: Type,
    matches: (packet: PacketOf<Type>) => boolean,
  ): Promise<PacketOf<Type>> {
    const isIt = (packet: Packet): packet is PacketOf<Type> => isPacketOf(packet, type) && matches(packet);
    const { clock } = this.#context.target;
    await clock.until(() => this.#inbox.some(isIt) || this.#ended(), clock.answerTimeoutMs);
    const found = this.#inbox.find(isIt);
    if (found === undefined) throw this.failure(`expected ${type.toUpperCase()}, ${this.#silence()}`);
    this.#inbox.splice(this.#inbox.indexOf(found), 1);
    return found;
  }

  /** Waits for an answer and says of what kind it is, without taking it. */
  async answers(): Promise<'readable' | 'unreadable' | 'closed' | 'nothing'> {
    const { clock } = this.#context.target;
    await clock.until(() => this.#inbox.length > 0 || this.#ended(), clock.answerTimeoutMs);
    if (this.#inbox.length > 0) return 'readable';
    if (this.#problem !== undefined) return 'unreadable';
    return this.closed ? 'closed' : 'nothing';
  }

  /** The next packet, or undefined when the connection closed or the time for an answer has passed without one. */
  async next(timeoutMs: number = this.#context.target.clock.answerTimeoutMs): Promise<Packet | undefined> {
    await this.#context.target.clock.until(() => this.#inbox.length > 0 || this.#ended(), timeoutMs);
    const packet = this.#inbox.shift();
    if (packet === undefined && this.#problem !== undefined) throw this.failure(this.#problem);
    return packet;
  }

  /** Everything that is in the inbox now. */
  takeAll(): Packet[] {
    return this.#inbox.splice(0);
  }

  /**
   * The broker must close the connection, and may send one DISCONNECT or CONNACK before.
   *
   * @returns that packet's Reason Code, or undefined when there was none.
   * @throws {ConformanceFailure} when it stays open, or sends anything else first.
   */
  async expectClose(timeoutMs: number = this.#context.target.clock.answerTimeoutMs): Promise<number | undefined> {
    await this.#context.target.clock.until(() => this.#ended(), timeoutMs);
    if (!this.#ended()) throw this.failure(`expected the broker to close the connection, ${this.#silence()}`);
    if (this.#problem !== undefined) throw this.failure(this.#problem);
    const [last, ...more] = this.#inbox.splice(0);
    if (last === undefined) return undefined;
    if (more.length > 0 || (last.type !== 'disconnect' && last.type !== 'connack')) {
      throw this.failure(
        `expected at most a DISCONNECT or CONNACK before the close, received ${last.type.toUpperCase()}`,
      );
    }
    return last.reasonCode;
  }

  /**
   * The broker must refuse the CONNECT: close the connection, and may send one packet with an error before.
   *
   * @returns that packet's Reason Code, or undefined when there was none.
   * @throws {ConformanceFailure} when it stays open, accepts first, or sends anything else.
   */
  async expectRefusal(): Promise<number | undefined> {
    const reasonCode = await this.expectClose();
    if (reasonCode === undefined || reasonCode >= REFUSAL_MIN) return reasonCode;
    throw this.failure(`expected the broker to refuse CONNECT, received Reason Code 0x${reasonCode.toString(16)}`);
  }

  /**
   * The same where nobody can say in which version the refusal will be: what comes before the close need not be
   * readable, as long as it does not accept.
   *
   * @returns the Reason Code of what came, or undefined when nothing came or nothing that this version can read.
   */
  async expectRefusalInAnyVersion(): Promise<number | undefined> {
    const { clock } = this.#context.target;
    if (!(await clock.until(() => this.closed, clock.answerTimeoutMs))) {
      throw this.failure(`expected the broker to close the connection, ${this.#silence()}`);
    }
    let reasonCode: number | undefined;
    for (const packet of this.#inbox.splice(0)) {
      const refuses = (packet.type === 'connack' || packet.type === 'disconnect') && packet.reasonCode >= REFUSAL_MIN;
      if (!refuses) throw this.failure(`expected the broker to refuse CONNECT, received ${packet.type.toUpperCase()}`);
      reasonCode = packet.reasonCode;
    }
    return reasonCode;
  }

  /**
   * Nothing may have come, and nothing may come, of what was done so far: a PINGREQ must be answered by PINGRESP and by
   * nothing before it, since a broker works in order.
   */
  async expectNothing(): Promise<void> {
    this.send({ type: 'pingreq' });
    const packet = await this.next();
    // What could not be read is not in the inbox, and is not nothing either.
    if (this.#problem !== undefined) throw this.failure(this.#problem);
    if (packet === undefined) throw this.failure(`expected PINGRESP, ${this.#silence()}`);
    if (packet.type !== 'pingresp') throw this.failure(`expected nothing, received ${packet.type.toUpperCase()}`);
  }

  /** A failure that names this connection. */
  failure(message: string): ConformanceFailure {
    return new ConformanceFailure(`${this.name}: ${message}`);
  }

  #ended(): boolean {
    return this.#state === 'closed' || this.#problem !== undefined;
  }

  #silence(): string {
    if (this.#problem !== undefined) return this.#problem;
    if (this.#state === 'closed') return 'the broker closed the connection';
    const waiting = this.#inbox[0];
    return waiting === undefined ? 'nothing came in time' : `${waiting.type.toUpperCase()} came`;
  }

  #write(bytes: Uint8Array): void {
    for (const piece of this.#context.mangle(bytes)) this.#transport.write(piece);
  }

  #handleData(chunk: Uint8Array): void {
    if (this.#state === 'closed') return;
    for (const frame of this.#splitter.push(chunk)) this.#handleFrame(frame);
    this.#context.target.clock.notify();
  }

  /** Each frame is read by a reader of its own, so that one bad packet does not hide those after it. */
  #handleFrame(frame: Uint8Array): void {
    this.#largestFrame = Math.max(this.#largestFrame, frame.length);
    try {
      const reader = new PacketReader({ role: 'client', protocolVersion: this.version });
      reader.push(frame);
      const packet = reader.next();
      if (packet === undefined) throw new Error('the frame is not a whole packet');
      this.#record({ kind: 'received', bytes: frame, packet });
      this.#inbox.push(packet);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#record({ kind: 'unreadable', bytes: frame, problem });
      this.#problem ??= `the broker sent an invalid packet: ${problem} (${toHex(frame)})`;
    }
  }

  #handleClosed(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#note('closed by broker');
    this.#context.target.clock.notify();
  }

  #note(kind: 'opened' | 'closed by broker' | 'half-closed by client' | 'cut by client'): void {
    this.#context.transcript.push({ at: this.#context.target.clock.now(), client: this.name, kind });
  }

  #record(
    entry:
      | { readonly kind: 'sent' | 'received'; readonly bytes: Uint8Array; readonly packet: EncodablePacket | undefined }
      | { readonly kind: 'unreadable'; readonly bytes: Uint8Array; readonly problem: string },
  ): void {
    this.#context.transcript.push({ at: this.#context.target.clock.now(), client: this.name, ...entry });
  }
}

/** Reason Codes from here on are errors (section 2.4). */
const REFUSAL_MIN = 0x80;
