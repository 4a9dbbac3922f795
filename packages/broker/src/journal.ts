import type { EncodablePacket } from '@skua/codec';
import type { Delivery } from '@skua/session';

import type { ClientConnection } from './client-connection.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import type { JournalEntry, JournalSink } from './journal-entry.ts';

/**
 * The journal and its gate: what must survive goes out under a rising sequence number, and what promises ownership of
 * it is held until {@link Journal.release} is called with that number.
 *
 * Sequence numbers only rise, so what is held is one queue for the whole broker, already in the order of release.
 */
export class Journal {
  readonly #sink: JournalSink | undefined;
  readonly #failed: (error: unknown) => void;
  #sequence = 0;
  #storedSequence = 0;
  #awaitedSequence = 0;
  #held: Held[] = [];
  #heldHead = 0;
  #identifier = 1;

  constructor(sink: JournalSink | undefined, failed: (error: unknown) => void) {
    this.#sink = sink;
    this.#failed = failed;
  }

  /** Whether anybody keeps what is appended. */
  get isKept(): boolean {
    return this.#sink !== undefined;
  }

  /** The number of the last entry. */
  get sequence(): number {
    return this.#sequence;
  }

  /** How many promises are held. */
  get heldCount(): number {
    return this.#held.length - this.#heldHead;
  }

  /** The last sequence number that something held waits for; 0: nothing ever has. */
  get awaitedSequence(): number {
    return this.#awaitedSequence;
  }

  /** A new `messageId` or `deliveryId`. */
  nextIdentifier(): number {
    return this.#identifier++;
  }

  /** Identifiers below this one are taken. */
  restoreIdentifier(next: number): void {
    this.#identifier = Math.max(this.#identifier, next);
  }

  /** Appends an entry. A sink that throws never makes it durable: whatever waits for it waits for ever. */
  append(entry: JournalEntry): void {
    if (this.#sink === undefined) return;
    this.#sequence++;
    try {
      this.#sink.append(entry, this.#sequence);
    } catch (error) {
      this.#failed(error);
    }
  }

  /**
   * Holds a promise if it must wait: because entries were appended since `before` that are not durable yet, or because
   * an earlier promise of the same connection waits [MQTT-4.6.0-2].
   *
   * @returns false when it may leave at once.
   */
  holdPromise(connection: ClientConnection, packet: EncodablePacket, before: number): boolean {
    const waits = this.#sequence > before && this.#sequence > this.#storedSequence && !connection.isRelaxed;
    if (!waits && connection.heldPromises === 0) return false;
    connection.heldPromises++;
    if (waits) this.#awaitedSequence = this.#sequence;
    this.#held.push({ connection, sequence: waits ? this.#sequence : 0, packet, delivery: undefined });
    return true;
  }

  /** Holds a QoS 2 PUBLISH whose Packet Identifier was appended after `before`. @returns false: it may leave at once. */
  holdDelivery(connection: ClientConnection, delivery: Delivery<OutgoingMessage>, before: number): boolean {
    if (this.#sequence === before || this.#sequence <= this.#storedSequence || connection.isRelaxed) return false;
    this.#awaitedSequence = this.#sequence;
    this.#held.push({ connection, sequence: this.#sequence, packet: undefined, delivery });
    return true;
  }

  /** Everything up to `sequence` is durable: gives what waited for it, first in first out. */
  release(sequence: number, give: (held: Held) => void): void {
    this.#storedSequence = Math.max(this.#storedSequence, Math.min(sequence, this.#sequence));
    while (this.#heldHead < this.#held.length) {
      const held = this.#held[this.#heldHead]!;
      if (held.sequence > this.#storedSequence) break;
      this.#heldHead++;
      if (held.packet !== undefined) held.connection.heldPromises--;
      give(held);
    }
    // Dropping the front in one go when it is the larger part keeps this O(1) an item.
    if (this.#heldHead * 2 >= this.#held.length) {
      this.#held = this.#held.slice(this.#heldHead);
      this.#heldHead = 0;
    }
  }
}

/** A promise that waits for the store: a packet, or a QoS 2 PUBLISH that is encoded when it leaves. */
export interface Held {
  readonly connection: ClientConnection;
  /** 0: waits only for its turn. */
  readonly sequence: number;
  readonly packet: EncodablePacket | undefined;
  readonly delivery: Delivery<OutgoingMessage> | undefined;
}
