import type { JournalEntry } from '@skua/broker';
import { StoreError } from '@skua/store';
import type { PendingState } from './pending-state.ts';

/**
 * Follows which sessions, messages and deliveries exist through a batch that is not applied yet, so that a batch that adds to
 * what is not there is refused before it is written.
 */
export class BatchCheck {
  readonly #state: PendingState;
  readonly #sessions: Map<string, boolean> = new Map();
  readonly #messages: Set<number> = new Set();
  readonly #entries: readonly JournalEntry[];
  #lastMessage = -1;
  #lastSession: string | undefined = undefined;

  constructor(state: PendingState, entries: readonly JournalEntry[]) {
    this.#state = state;
    this.#entries = entries;
  }

  /** @throws {StoreError} (`refused`) when an entry adds to something that does not exist. */
  check(): void {
    this.#entries.forEach((entry, index) => this.#checkEntry(entry, index));
  }

  #checkEntry(entry: JournalEntry, index: number): void {
    switch (entry.type) {
      case 'messageStored':
        this.#messages.add(entry.messageId);
        this.#lastMessage = entry.messageId;
        return;
      case 'sessionOpened':
      case 'sessionEnded':
        this.#sessions.set(entry.clientIdentifier, entry.type === 'sessionOpened');
        this.#lastSession = undefined;
        return;
      case 'queueSetAside':
        if (this.#hasSession(entry.clientIdentifier)) this.#sessions.set(entry.setAsideAs, true);
        return;
      case 'deliveryQueued':
        this.#needSession(entry);
        if (entry.messageId === this.#lastMessage || this.#hasMessage(entry.messageId)) return;
        throw refusal(`The entry deliveryQueued names the message ${entry.messageId}, which does not exist.`);
      case 'deliverySent':
      case 'deliveryReceived':
        this.#needSession(entry);
        if (this.#hasDelivery(entry.clientIdentifier, entry.deliveryId, index)) return;
        throw refusal(`The entry ${entry.type} names the delivery ${entry.deliveryId}, which does not exist.`);
      case 'subscribed':
      case 'packetReceived':
        this.#needSession(entry);
        return;
      // These take away, or need nothing: where there is nothing, nothing happens.
      case 'deliveryFinished':
      case 'packetReleased':
      case 'retainedRemoved':
      case 'retainedSet':
      case 'sessionDisconnected':
      case 'unsubscribed':
      case 'willRemoved':
    }
  }

  #needSession({ type, clientIdentifier }: JournalEntry & { clientIdentifier: string }): void {
    if (clientIdentifier === this.#lastSession) return;
    if (!this.#hasSession(clientIdentifier)) {
      throw refusal(`The entry ${type} names the session '${clientIdentifier}', which does not exist.`);
    }
    this.#lastSession = clientIdentifier;
  }

  #hasSession(clientIdentifier: string): boolean {
    return this.#sessions.get(clientIdentifier) ?? this.#state.sessions.has(clientIdentifier);
  }

  #hasMessage(messageId: number): boolean {
    return this.#messages.has(messageId) || this.#state.messages.find(messageId) !== undefined;
  }

  #hasDelivery(clientIdentifier: string, deliveryId: number, index: number): boolean {
    const session = this.#state.sessions.get(clientIdentifier);
    if (session !== undefined && this.#state.findDelivery(session, deliveryId) !== undefined) return true;
    const wanted = (entry: JournalEntry): boolean =>
      entry.type === 'deliveryQueued' && entry.deliveryId === deliveryId && entry.clientIdentifier === clientIdentifier;
    // Mostly it was queued just before.
    for (let at = index - 1; at >= 0; at -= 1) if (wanted(this.#entries[at]!)) return true;
    return false;
  }
}

function refusal(message: string): StoreError {
  return new StoreError(message, { code: 'refused' });
}
