import { encodePacket, type QoS } from '@skua/codec';
import { STAMP_BYTES, writeStamp } from './payload-stamp.ts';
import { clientFrame, MASK } from './web-socket-frame.ts';

/** What all messages of a publisher have in common. */
export interface PublishOptions {
  /** The sender's number in the stamps. */
  readonly sender: number;
  readonly topicName: string;
  readonly qos: QoS;
  readonly payloadBytes: number;
  readonly protocolVersion: 4 | 5;
  readonly properties: boolean;
  readonly webSocket: boolean;
  readonly retain?: boolean;
}

/**
 * Prepared PUBLISH frames, one for each place in a publisher's window, side by side: sending some is to stamp them and
 * to write one range of bytes. A slot may be used again when its message has arrived, so its bytes have left the socket.
 * Slot `n` has Packet Identifier `n + 1`.
 */
export class PublishRing {
  readonly slots: number;
  readonly frameBytes: number;
  readonly #bytes: Buffer;
  readonly #sender: number;
  /** Where the stamp stands in a frame, and the mask's turn there; -1 without WebSocket. */
  readonly #stampOffset: number;
  readonly #maskTurn: number;

  constructor(slots: number, options: PublishOptions) {
    const packet = prepare(1, options);
    const framed = options.webSocket ? clientFrame(packet) : packet;
    this.slots = slots;
    this.frameBytes = framed.length;
    this.#sender = options.sender;
    this.#stampOffset = framed.length - options.payloadBytes;
    this.#maskTurn = options.webSocket ? (packet.length - options.payloadBytes) % MASK.length : -1;
    this.#bytes = Buffer.allocUnsafeSlow(slots * framed.length);
    for (let slot = 0; slot < slots; slot++) {
      const own = options.qos === 0 ? packet : prepare(slot + 1, options);
      this.#bytes.set(options.webSocket ? clientFrame(own) : own, slot * framed.length);
    }
  }

  /** Puts the stamps on `count` messages from `first` on, and gives the bytes as one range, or two where the ring ends. */
  *take(first: number, count: number, ticks: number): Generator<Buffer> {
    const start = first % this.slots;
    const inFirst = Math.min(count, this.slots - start);
    yield this.#stamp(start, first, inFirst, ticks);
    if (inFirst < count) yield this.#stamp(0, first + inFirst, count - inFirst, ticks);
  }

  #stamp(slot: number, first: number, count: number, ticks: number): Buffer {
    const start = slot * this.frameBytes;
    const end = start + count * this.frameBytes;
    let sequence = first;
    for (let offset = start + this.#stampOffset; offset < end; offset += this.frameBytes) {
      writeStamp(this.#bytes, offset, this.#sender, sequence++, ticks);
      if (this.#maskTurn >= 0) this.#mask(offset);
    }
    return this.#bytes.subarray(start, end);
  }

  #mask(offset: number): void {
    for (let i = 0; i < STAMP_BYTES; i++) {
      this.#bytes[offset + i] = (this.#bytes[offset + i] ?? 0) ^ (MASK[(this.#maskTurn + i) % MASK.length] ?? 0);
    }
  }
}

function prepare(packetIdentifier: number, options: PublishOptions): Uint8Array {
  return encodePacket(
    {
      type: 'publish',
      dup: false,
      qos: options.qos,
      retain: options.retain ?? false,
      topicName: options.topicName,
      packetIdentifier: options.qos === 0 ? 0 : packetIdentifier,
      payload: PAYLOAD_BYTE(options.payloadBytes),
      properties: options.properties ? PROPERTIES : {},
    },
    options.protocolVersion,
  );
}

/** Text, as sensors send it. */
const PAYLOAD_BYTE = (length: number): Uint8Array => new Uint8Array(length).fill(0x78);

const PROPERTIES = {
  messageExpiryInterval: 3600,
  contentType: 'application/octet-stream',
  userProperties: [
    ['site', 'north-quay'],
    ['unit', 'celsius'],
  ],
} as const;
