import type { Message } from '@skua/broker';
import type { Medium } from './medium.ts';
import { hasStoredMessage, readReferences, readStoredMessage } from './table-records.ts';
import type { Totals } from './totals.ts';

/** A message whose deliveries are not the same in the tables. */
export interface MessageChange {
  /** undefined: only the tables have it. */
  message: Message | undefined;
  /** How many deliveries in the tables name it; undefined: the tables do not have it. */
  readonly storedReferences: number | undefined;
  references: number;
  /** Nobody names it any more, and it goes from the tables. */
  isFreed: boolean;
}

/** The messages that were appended and are not in the tables, and how many deliveries name those that are. */
export class PendingMessages {
  readonly changes: Map<number, MessageChange> = new Map();
  readonly #medium: Medium;
  readonly #totals: Totals;
  #maybeUnnamed: number[] = [];

  constructor(medium: Medium, totals: Totals) {
    this.#medium = medium;
    this.#totals = totals;
  }

  /** A message that exists; undefined: there is none. */
  find(messageId: number): MessageChange | undefined {
    const known = this.changes.get(messageId);
    if (known !== undefined) return known.isFreed ? undefined : known;
    if (messageId >= this.#totals.nextIdentifier || !hasStoredMessage(this.#medium, messageId)) return undefined;
    return this.#stored(messageId);
  }

  /** The message of a delivery. @throws {StoreError} when it is not there. */
  read(messageId: number): Message {
    return this.changes.get(messageId)?.message ?? readStoredMessage(this.#medium, messageId);
  }

  /** Adds a message, or replaces it. It lives to the end of the batch at least. */
  store(messageId: number, message: Message): void {
    const found = this.find(messageId);
    this.#maybeUnnamed.push(messageId);
    if (found !== undefined) {
      found.message = message;
      return;
    }
    this.#totals.messages += 1;
    // It may have been freed since the last move to the tables.
    const storedReferences = this.changes.get(messageId)?.storedReferences;
    this.changes.set(messageId, { message, storedReferences, references: 0, isFreed: false });
  }

  /** One more delivery names a message; gives it. */
  name(messageId: number, change: MessageChange): Message {
    change.message ??= readStoredMessage(this.#medium, messageId);
    change.references += 1;
    return change.message;
  }

  /** One delivery less names a message. */
  release(messageId: number): void {
    const change = this.changes.get(messageId) ?? this.#stored(messageId);
    change.references -= 1;
    if (change.references === 0) this.#maybeUnnamed.push(messageId);
  }

  /** The end of a batch: frees what nobody names. */
  freeUnnamed(): void {
    for (const messageId of this.#maybeUnnamed) {
      const change = this.changes.get(messageId);
      if (change === undefined || change.references > 0 || change.isFreed) continue;
      this.#totals.messages -= 1;
      if (change.storedReferences === undefined) this.changes.delete(messageId);
      else change.isFreed = true;
    }
    this.#maybeUnnamed = [];
  }

  #stored(messageId: number): MessageChange {
    const references = readReferences(this.#medium, messageId);
    const change = { message: undefined, storedReferences: references, references, isFreed: false };
    this.changes.set(messageId, change);
    return change;
  }
}
