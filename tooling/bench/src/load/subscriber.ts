import { Client, type ClientOptions } from './client.ts';
import type { Histogram } from './histogram.ts';
import { nowUs } from './payload-stamp.ts';
import type { Publisher } from './publisher.ts';
import type { SequenceCheck } from './sequence-check.ts';
import { PUBACK, PUBCOMP, PUBREC, PUBREL, SmallPackets } from './small-packets.ts';

/** What a subscriber needs besides its connection. */
export interface SubscriberOptions extends ClientOptions {
  readonly webSocket: boolean;
  readonly check: SequenceCheck;
  /** By the sender's number in the stamps. */
  readonly publishers: readonly Publisher[];
  /** Microseconds from send to receipt, the whole chunk's time for all messages in it. */
  readonly latencies: Histogram;
}

/** Takes messages, checks and acknowledges them, and tells the publisher that they have arrived. */
export class Subscriber extends Client {
  readonly #options: SubscriberOptions;
  #acknowledgements: SmallPackets | undefined;
  /** The time of the chunk that is being read; 0 between chunks. */
  #chunkUs = 0;
  #received = 0;

  constructor(options: SubscriberOptions) {
    super(options);
    this.#options = options;
  }

  /** Messages received, duplicates not counted. */
  get received(): number {
    return this.#received;
  }

  override handlePublish(
    sender: number,
    sequence: number,
    timeUs: number,
    qos: number,
    packetIdentifier: number,
  ): void {
    if (this.#chunkUs === 0) this.#chunkUs = nowUs();
    if (qos > 0) {
      this.#acknowledgements ??= new SmallPackets(this.connection, this.#options.webSocket);
      this.#acknowledgements.add(qos === 1 ? PUBACK : PUBREC, packetIdentifier);
    }
    if (!this.#options.check.accept(sender, sequence)) return;
    this.#received += 1;
    this.#options.latencies.record((this.#chunkUs - timeUs) | 0);
    this.#options.publishers[sender]?.settle(sequence);
  }

  override handleDelivery(packetType: number, packetIdentifier: number): void {
    if (packetType !== PUBREL) return;
    this.#acknowledgements ??= new SmallPackets(this.connection, this.#options.webSocket);
    this.#acknowledgements.add(PUBCOMP, packetIdentifier);
  }

  override handleChunkEnd(): void {
    this.#chunkUs = 0;
    this.#acknowledgements?.flush();
  }
}
