import { encodePacket } from '@skua/codec';
import { Client, type ClientOptions } from '../load/client.ts';
import { PUBACK, SmallPackets } from '../load/small-packets.ts';

/** Publishes messages of 200 bytes with QoS 1, round the given topics, a window of them under way. */
export class SteadyPublisher extends Client {
  readonly #frames: Buffer;
  readonly #frameBytes: number;
  readonly #ring: number;
  readonly #window: number;
  #sent = 0;
  #wanted = 0;
  #done: (() => void) | undefined;
  acknowledged = 0;

  /** `topics` all have the same length, and there are more of them than `window`, or one. */
  constructor(options: ClientOptions, topics: readonly string[], window: number) {
    super(options);
    // Identifiers go round with the frames: the window is smaller than the ring, so none is used twice at a time.
    this.#ring = Math.max(topics.length, RING_MIN);
    this.#window = window;
    const frames = Array.from({ length: this.#ring }, (_none, index) =>
      encodePacket(
        {
          type: 'publish',
          dup: false,
          qos: 1,
          retain: false,
          topicName: topics[index % topics.length] ?? '',
          packetIdentifier: index + 1,
          payload: PAYLOAD,
          properties: {},
        },
        4,
      ),
    );
    this.#frames = Buffer.concat(frames);
    this.#frameBytes = this.#frames.length / this.#ring;
  }

  /** Publishes so many more. Resolves when all of them are acknowledged. */
  async publish(messages: number): Promise<void> {
    this.#wanted += messages;
    await new Promise<void>((resolve) => {
      this.#done = resolve;
      this.#pump();
    });
  }

  override handleDelivery(packetType: number): void {
    if (packetType === PUBACK) this.acknowledged += 1;
  }

  override handleChunkEnd(): void {
    if (this.acknowledged === this.#wanted) this.#done?.();
    else this.#pump();
  }

  #pump(): void {
    const end = Math.min(this.#wanted, this.acknowledged + this.#window);
    while (this.#sent < end) {
      const from = this.#sent % this.#ring;
      const count = Math.min(end - this.#sent, this.#ring - from);
      this.connection.writeFramed(this.#frames.subarray(from * this.#frameBytes, (from + count) * this.#frameBytes));
      this.#sent += count;
    }
  }
}

/** Takes what its session has and acknowledges it. */
export class Drainer extends Client {
  #acknowledgements: SmallPackets | undefined;
  #wanted = Infinity;
  #done: (() => void) | undefined;
  received = 0;

  /** Resolves when so many have come. */
  async receive(messages: number): Promise<void> {
    this.#wanted = messages;
    if (this.received >= messages) return;
    await new Promise<void>((resolve) => {
      this.#done = resolve;
    });
  }

  override handlePublish(_sender: number, _sequence: number, _ticks: number, _qos: number, identifier: number): void {
    this.received += 1;
    this.#acknowledgements ??= new SmallPackets(this.connection, false);
    this.#acknowledgements.add(PUBACK, identifier);
  }

  override handleChunkEnd(): void {
    this.#acknowledgements?.flush();
    if (this.received >= this.#wanted) this.#done?.();
  }
}

const RING_MIN = 2000;
const PAYLOAD = new Uint8Array(200).fill(0x41);
