import type { QueueReadRequest } from './queue-reader.ts';
import type { QueueSummary } from './snapshot.ts';

/**
 * The part of a session's queue that only the journal has: numbers, and where it begins and ends. Whether it is empty is
 * told by identifiers, which are exact; the numbers are corrected whenever it is.
 */
export class StoredQueue {
  messages = 0;
  bytes = 0;
  /** How many came through a shared subscription, or more. */
  shared = 0;
  /** None expires before. */
  soonestExpiry: number = Infinity;
  /** Everything up to this `deliveryId` has been read or finished. */
  after = 0;
  /** The last one that was added. */
  lastId = 0;
  /** The journal has everything of it at this sequence number. */
  sequence = 0;
  /** What is being read, one at a time. */
  reading: Reading | undefined = undefined;

  get isEmpty(): boolean {
    return this.lastId <= this.after;
  }

  /** Adds a delivery at the end. */
  add(deliveryId: number, bytes: number, expiresAt: number | undefined, isShared: boolean, sequence: number): void {
    if (this.isEmpty) this.after = deliveryId - 1;
    this.lastId = deliveryId;
    this.sequence = sequence;
    this.messages++;
    this.bytes += bytes;
    if (isShared) this.shared++;
    if (expiresAt !== undefined) this.#noteExpiry(expiresAt);
  }

  /** Puts back at the front what was read and not used; given from the last to the first. */
  addInFront(deliveryId: number, bytes: number, expiresAt: number | undefined, isShared: boolean): void {
    if (this.isEmpty) this.lastId = deliveryId;
    this.after = deliveryId - 1;
    this.messages++;
    this.bytes += bytes;
    if (isShared) this.shared++;
    if (expiresAt !== undefined) this.#noteExpiry(expiresAt);
  }

  /** Takes over what a store has counted. */
  restore({ messages, bytes, soonestExpiry, shared }: QueueSummary, after: number, lastId: number): void {
    this.messages = messages;
    this.bytes = bytes;
    this.soonestExpiry = soonestExpiry ?? Infinity;
    this.shared = shared;
    this.after = after;
    this.lastId = lastId;
  }

  /** A delivery is not in the journal only any more, or not at all. */
  remove(bytes: number, isShared: boolean): void {
    this.messages--;
    this.bytes -= bytes;
    if (isShared) this.shared--;
  }

  /** Everything up to this identifier is done with. */
  advance(deliveryId: number): void {
    this.after = Math.max(this.after, deliveryId);
    if (this.isEmpty) {
      this.messages = 0;
      this.bytes = 0;
      this.shared = 0;
      this.soonestExpiry = Infinity;
    } else {
      this.messages = Math.max(1, this.messages);
      this.bytes = Math.max(0, this.bytes);
      this.shared = Math.max(0, this.shared);
    }
  }

  #noteExpiry(expiresAt: number): void {
    this.soonestExpiry = Math.min(this.soonestExpiry, expiresAt);
    if (this.reading !== undefined) this.reading.soonestExpiry = Math.min(this.reading.soonestExpiry, expiresAt);
  }
}

/** A page on its way. */
export interface Reading {
  readonly request: QueueReadRequest;
  /** `lastId` when it was asked for: a page without more behind it has everything up to here. */
  readonly lastId: number;
  /** `take`: to be sent or displaced. `search`: for messages that have expired. */
  readonly purpose: 'take' | 'search';
  /** Of a search: none of those that it has seen and kept, or that were added since it began, expires before. */
  soonestExpiry: number;
}
