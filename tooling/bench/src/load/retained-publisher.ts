import { encodePacket } from '@skua/codec';
import { Client, type ClientOptions } from './client.ts';
import { STAMP_BYTES, writeStamp } from './payload-stamp.ts';
import { PUBACK } from './small-packets.ts';

/** What a {@link RetainedPublisher} publishes. */
export interface RetainedMessages {
  /** The first level of all its topics. */
  readonly prefix: string;
  readonly messages: number;
  /** 0 deletes what is retained on these topics. */
  readonly payloadBytes: number;
  /** Messages that may be unacknowledged, 1 to 50,000. */
  readonly window: number;
}

/** Publishes retained messages with QoS 1, each once and on a topic of its own. */
export class RetainedPublisher extends Client {
  readonly #frames: Buffer;
  readonly #frameBytes: number;
  readonly #messages: RetainedMessages;
  #sent = 0;
  #acknowledged = 0;

  constructor(options: ClientOptions, messages: RetainedMessages) {
    super(options);
    this.#messages = messages;
    const frames = Array.from({ length: messages.messages }, (_, i) => retainedFrame(i, messages));
    this.#frames = Buffer.concat(frames);
    this.#frameBytes = frames[0]?.length ?? 0;
  }

  /** Messages that the broker has acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Sends what the window has room for. */
  pump(): void {
    const end = Math.min(this.#messages.messages, this.#acknowledged + this.#messages.window);
    if (end <= this.#sent) return;
    this.connection.writeFramed(this.#frames.subarray(this.#sent * this.#frameBytes, end * this.#frameBytes));
    this.#sent = end;
  }

  override handleDelivery(packetType: number): void {
    if (packetType === PUBACK) this.#acknowledged += 1;
  }

  override handleChunkEnd(): void {
    this.pump();
  }
}

/** All frames have the same length, so that a range of them is a range of bytes. */
function retainedFrame(index: number, { prefix, payloadBytes }: RetainedMessages): Uint8Array {
  const payload = new Uint8Array(payloadBytes).fill(0x78);
  if (payloadBytes >= STAMP_BYTES) writeStamp(payload, 0, 0, index, 0);
  const digits = String(index).padStart(7, '0');
  return encodePacket(
    {
      type: 'publish',
      dup: false,
      qos: 1,
      retain: true,
      topicName: `${prefix}/${digits.slice(-2)}/${digits}/value`,
      packetIdentifier: (index % IDENTIFIERS) + 1,
      payload,
      properties: {},
    },
    4,
  );
}

const IDENTIFIERS = 50_000;
