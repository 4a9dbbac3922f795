import { Client, type ClientOptions } from './client.ts';
import type { Histogram } from './histogram.ts';
import { nowTicks } from './payload-stamp.ts';
import type { Publisher } from './publisher.ts';
import type { SequenceCheck } from './sequence-check.ts';
import { PUBACK, PUBCOMP, PUBREC, PUBREL, SmallPackets } from './small-packets.ts';

/** What a subscriber needs besides its connection. */
export interface SubscriberOptions extends ClientOptions {
  readonly webSocket: boolean;
  readonly check: SequenceCheck;
  /** By the sender's number in the stamps. */
  readonly publishers: readonly Publisher[];
  /** Ticks from send to receipt, the chunk's time for all messages in it. */
  readonly latencies: Histogram;
}

/** Takes messages, checks and acknowledges them, and tells the publisher that they have arrived. */
export class Subscriber extends Client {
  readonly #options: SubscriberOptions;
  #acknowledgements: SmallPackets | undefined;
  /** The time of the chunk that is being read; 0 between chunks. */
  #chunkTicks = 0;
  #received = 0;

  constructor(options: SubscriberOptions) {
    super(options);
    this.#options = options;
  }

  /** Messages received, duplicates not counted. */
  get received(): number {
    return this.#received;
  }

  override handlePublish(sender: number, sequence: number, ticks: number, qos: number, packetIdentifier: number): void {
    if (this.#chunkTicks === 0) this.#chunkTicks = nowTicks();
    if (qos > 0) {
      this.#acknowledgements ??= new SmallPackets(this.connection, this.#options.webSocket);
      this.#acknowledgements.add(qos === 1 ? PUBACK : PUBREC, packetIdentifier);
    }
    if (!this.#options.check.accept(sender, sequence)) return;
    this.#received += 1;
    this.#options.latencies.record((this.#chunkTicks - ticks) | 0);
    this.#options.publishers[sender]?.settle(sequence);
  }

  override handleDelivery(packetType: number, packetIdentifier: number): void {
    if (packetType !== PUBREL) return;
    this.#acknowledgements ??= new SmallPackets(this.connection, this.#options.webSocket);
    this.#acknowledgements.add(PUBCOMP, packetIdentifier);
  }

  override handleChunkEnd(): void {
    this.#chunkTicks = 0;
    this.#acknowledgements?.flush();
  }
}
