import type { SessionEntry, StoredDelivery, StoredSession } from './engine/session-entry.ts';

/** What a row of entries says, for stores: they keep the entries and need not understand them. */
export class StoredState {
  #clientIdentifier: string | undefined;
  readonly #deliveries = new Map<number, StoredDelivery>();
  readonly #received = new Set<number>();

  /** How many messages and Packet Identifiers there are. */
  get size(): number {
    return this.#deliveries.size + this.#received.size;
  }

  /** Takes the next entry. */
  apply(entry: SessionEntry): void {
    if (entry.kind === 'session') {
      this.#clientIdentifier = entry.clientIdentifier;
      this.#received.clear();
      for (const [number, { message }] of this.#deliveries) {
        this.#deliveries.set(number, { number, message, packetIdentifier: 0, isReleased: false });
      }
    } else if (entry.kind === 'received') {
      this.#received.add(entry.packetIdentifier);
    } else if (entry.kind === 'completed') {
      this.#received.delete(entry.packetIdentifier);
    } else if (entry.kind === 'done') {
      this.#deliveries.delete(entry.number);
    } else if (entry.kind === 'queued') {
      const { number, message } = entry;
      this.#deliveries.set(number, { number, message, packetIdentifier: 0, isReleased: false });
    } else {
      const delivery = this.#deliveries.get(entry.number);
      if (delivery === undefined) return;
      const change = entry.kind === 'sent' ? { packetIdentifier: entry.packetIdentifier } : { isReleased: true };
      this.#deliveries.set(entry.number, { ...delivery, ...change });
    }
  }

  /** The session; undefined if there were no entries. */
  session(): StoredSession | undefined {
    if (this.#clientIdentifier === undefined && this.size === 0) return undefined;
    return {
      clientIdentifier: this.#clientIdentifier ?? '',
      deliveries: [...this.#deliveries.values()].toSorted((left, right) => left.number - right.number),
      received: [...this.#received],
    };
  }

  /** The fewest entries that say the same. */
  entries(): SessionEntry[] {
    const entries: SessionEntry[] = [{ kind: 'session', clientIdentifier: this.#clientIdentifier ?? '' }];
    for (const { number, message, packetIdentifier, isReleased } of this.session()?.deliveries ?? []) {
      entries.push({ kind: 'queued', number, message });
      if (packetIdentifier > 0) entries.push({ kind: 'sent', number, packetIdentifier });
      if (isReleased) entries.push({ kind: 'released', number });
    }
    for (const packetIdentifier of this.#received) entries.push({ kind: 'received', packetIdentifier });
    return entries;
  }
}
