import { Client, type ClientOptions } from './client.ts';
import { nowTicks } from './payload-stamp.ts';
import { PublishRing, type PublishOptions } from './publish-ring.ts';
import { PUBACK, PUBCOMP, PUBREC, PUBREL, SmallPackets } from './small-packets.ts';

/** What a publisher needs besides its frames. */
export interface PublisherOptions extends ClientOptions {
  readonly frames: PublishOptions;
  readonly window: number;
  /** Subscribers that get each message. */
  readonly receivers: number;
  /** Called when the window has room again. */
  readonly onRoom: (publisher: Publisher) => void;
}

/**
 * Sends numbered messages within a window. A message leaves the window when all its receivers have it and, above QoS 0,
 * the broker has acknowledged it; so nothing is dropped for want of room that the window itself does not exceed.
 */
export class Publisher extends Client {
  readonly #ring: PublishRing;
  readonly #options: PublisherOptions;
  /** What is still awaited for the message in each slot: receivers and acknowledgement. */
  readonly #awaited: Uint16Array;
  readonly #awaitedEach: number;
  /** The oldest message in the window, and the next one. */
  #base = 0;
  #next = 0;
  #acknowledgements: SmallPackets | undefined;
  /** Wakes in the queue of publishers with room, so that each is in it once. */
  isQueued = false;
  #unexpected = 0;
  #acknowledged = 0;

  constructor(options: PublisherOptions) {
    super(options);
    this.#options = options;
    this.#ring = new PublishRing(options.window, options.frames);
    this.#awaited = new Uint16Array(options.window);
    this.#awaitedEach = options.receivers + (options.frames.qos === 0 ? 0 : 1);
  }

  /** Messages sent. */
  get sent(): number {
    return this.#next;
  }

  /** Messages that the broker has acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** How many may be sent now. */
  get room(): number {
    return this.#options.window - (this.#next - this.#base);
  }

  /** Whether every message has arrived everywhere and was acknowledged. */
  get isSettled(): boolean {
    return this.#next === this.#base;
  }

  /** Deliveries and acknowledgements that nobody waited for any more. */
  get unexpected(): number {
    return this.#unexpected;
  }

  /** Deliveries and acknowledgements that are still awaited. */
  get outstanding(): number {
    let sum = 0;
    for (let number = this.#base; number < this.#next; number++) {
      sum += this.#awaited[number % this.#options.window] ?? 0;
    }
    return sum;
  }

  /** Sends up to `count` messages, as many as there is room for; returns how many. */
  publish(count: number): number {
    const room = Math.min(count, this.room);
    if (room <= 0) return 0;
    const { window } = this.#options;
    for (let number = this.#next; number < this.#next + room; number++) {
      this.#awaited[number % window] = this.#awaitedEach;
    }
    const { connection } = this;
    for (const bytes of this.#ring.take(this.#next, room, nowTicks())) connection.writeFramed(bytes);
    this.#next += room;
    return room;
  }

  /** A receiver has got message `sequence`. */
  settle(sequence: number): void {
    if (sequence < this.#base || sequence >= this.#next) {
      this.#unexpected += 1;
      return;
    }
    this.#settleSlot(sequence % this.#options.window);
  }

  override handleDelivery(packetType: number, packetIdentifier: number): void {
    if (packetType === PUBACK || packetType === PUBCOMP) {
      this.#acknowledged += 1;
      this.#settleSlot(packetIdentifier - 1);
    } else if (packetType === PUBREC) {
      this.#acknowledgements ??= new SmallPackets(this.connection, this.#options.frames.webSocket);
      this.#acknowledgements.add(PUBREL, packetIdentifier);
    } else {
      this.#unexpected += 1;
    }
  }

  override handleChunkEnd(): void {
    this.#acknowledgements?.flush();
  }

  override handlePublish(): void {
    this.#unexpected += 1;
  }

  #settleSlot(slot: number): void {
    const awaited = this.#awaited;
    const left = awaited[slot];
    if (left === undefined || left === 0) {
      this.#unexpected += 1;
      return;
    }
    awaited[slot] = left - 1;
    const { window } = this.#options;
    if (left > 1 || slot !== this.#base % window) return;
    do {
      this.#base += 1;
    } while (this.#base < this.#next && awaited[this.#base % window] === 0);
    this.#options.onRoom(this);
  }
}
