import { encodePacket, encodedLength, PacketReader, type EncodablePacket, type Packet } from '@skua/codec';
import { PingSchedule, type VersionRules } from '@skua/session';
import type { Limits } from './limits.ts';
import type { Link } from './link.ts';
import type { PacketRing } from './packet-ring.ts';
import type { Wire } from './wire.ts';

/**
 * `awaitingConnack`: CONNECT was sent. `connected`: CONNACK came. `reauthenticating`: the same, while the two sides
 * authenticate anew. `ended`: nothing is sent or read any more.
 */
export type ConnectionPhase = 'awaitingConnack' | 'connected' | 'reauthenticating' | 'ended';

/** One Network Connection: its bytes, its limits, its keep alive. */
export class Connection implements Wire {
  readonly server: string;
  readonly rules: VersionRules;
  /** Whether CONNECT asked for a new session. */
  readonly cleanStart: boolean;
  readonly openedAt: number;
  limits: Limits;
  phase: ConnectionPhase = 'awaitingConnack';
  isCongested = false;
  readonly #link: Link;
  readonly #reader: PacketReader;
  readonly #ring: PacketRing;
  #ping: PingSchedule;
  /** Whether the application has stopped the reading: silence says nothing then. */
  #isReadingPaused = false;

  constructor(
    link: Link,
    server: string,
    rules: VersionRules,
    cleanStart: boolean,
    limits: Limits,
    maximumPacketSize: number,
    ring: PacketRing,
    now: number,
  ) {
    this.#link = link;
    this.server = server;
    this.rules = rules;
    this.cleanStart = cleanStart;
    this.limits = limits;
    this.openedAt = now;
    this.#ring = ring;
    this.#reader = new PacketReader({ role: 'client', protocolVersion: rules.protocolVersion, maximumPacketSize });
    this.#ping = new PingSchedule(0, now);
  }

  /** Whether this is the connection of a link. */
  isOn(link: Link): boolean {
    return this.#link === link;
  }

  /** CONNACK came: its limits hold, and its Keep Alive. */
  establish(limits: Limits, now: number): void {
    this.phase = 'connected';
    this.limits = limits;
    this.#ping = new PingSchedule(limits.keepAlive, now);
  }

  /** When {@link checkKeepAlive} is to be called, in milliseconds; Infinity: never. */
  get deadline(): number {
    return this.#ping.deadline;
  }

  send(packet: EncodablePacket, now: number): void {
    const bytes = encodePacket(packet, this.rules.protocolVersion);
    if (this.phase === 'ended') return;
    this.#ring.add('sent', packet, bytes.length, now);
    if (packet.type !== 'pingreq') this.#ping.handleSent(now);
    if (!this.#link.write(bytes)) this.isCongested = true;
  }

  sizeOf(packet: EncodablePacket): number {
    return encodedLength(packet, this.rules.protocolVersion);
  }

  /** Bytes arrived. */
  push(chunk: Uint8Array, now: number): void {
    this.#ping.handleReceived(now);
    this.#reader.push(chunk);
  }

  /** The next packet of what arrived. @throws MqttError when it is none */
  next(now: number): Packet | undefined {
    const start = this.#reader.streamOffset;
    const packet = this.#reader.next();
    if (packet !== undefined) this.#ring.add('received', packet, this.#reader.streamOffset - start, now);
    return packet;
  }

  /** PINGRESP arrived. */
  handlePingresp(): void {
    this.#ping.handlePingresp();
  }

  /** The application stops or resumes the reading. */
  setReadingPaused(isPaused: boolean, now: number): void {
    this.#isReadingPaused = isPaused;
    this.#ping.handleReceived(now);
  }

  /** Sends PINGREQ when it is due. False: the server is silent, the connection is as good as lost. */
  checkKeepAlive(now: number): boolean {
    const lateMs = now - this.#ping.deadline;
    const action = this.#ping.check(now);
    if (action === 'sendPingreq') {
      this.send({ type: 'pingreq' }, now);
    } else if (action === 'close') {
      if (!this.#isReadingPaused && lateMs < SLEPT_MS) return false;
      // Either nobody has read, or this machine slept: the answer may be here already. It gets one more chance.
      this.#ping.handleReceived(now);
      this.#ping.handleSent(now);
      this.send({ type: 'pingreq' }, now);
    }
    return true;
  }

  /** Asks the server now whether it is there, as after a change of network. */
  probe(now: number): void {
    if (this.limits.keepAlive > 0) {
      this.#ping = new PingSchedule(this.limits.keepAlive, now - this.limits.keepAlive * 1000, PROBE_MS);
      this.checkKeepAlive(now);
    }
  }

  /** The end: what was written leaves, nothing is read any more. */
  close(): void {
    this.phase = 'ended';
    this.#link.close();
  }

  /** The end, at once. */
  destroy(): void {
    this.phase = 'ended';
    this.#link.destroy();
  }
}

/** A timer that is so late was not late because of work: the machine slept. */
const SLEPT_MS = 5000;
/** How long an answer to a probe may take: after a change of network the connection is more likely lost than slow. */
const PROBE_MS = 5000;
