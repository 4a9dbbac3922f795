import type { JournalEntry } from '@skua/broker';

/**
 * A batch that no store has been given yet. What cancels out within it never reaches one:
 *
 * - `messageStored`, when every `deliveryQueued` of the batch that names it is gone;
 * - `deliveryQueued`, `deliverySent`, `deliveryReceived` and `deliveryFinished` of one delivery together;
 * - `deliverySent` and `deliveryReceived` before the `deliveryFinished` of a delivery that an earlier batch has queued;
 * - `packetReceived` and `packetReleased` of one Packet Identifier together;
 * - `retainedSet` and `retainedRemoved` before a later one of the same Topic Name.
 *
 * Why the rest adds up to the same state, whatever the state before is, as long as the journal keeps its own rules. Entries
 * act on one thing each: a message, a delivery, a Packet Identifier of a session, the retained message of a Topic Name. So
 * it is enough to look at the entries of one thing, in order; others between them do not change what they add up to, since
 * the end or the setting aside of a session takes a delivery away or moves it, and does neither to one that is not there.
 *
 * A delivery gets its identifier when it is queued and that identifier is never given again, so before a `deliveryQueued`
 * there is no such delivery, and after its `deliveryFinished` there is none: the same as without all of them. If it was
 * queued earlier, `deliveryFinished` takes it away in whatever step it is. The same holds for messages, and one that no
 * delivery names at the end of a batch is not kept. A `packetReceived` is written only where the identifier is not taken. A
 * `retainedSet` or `retainedRemoved` says all about its Topic Name, whatever was said before.
 *
 * What differs is `nextIdentifier`: an identifier that no store has seen may be given again after a crash, and nothing is
 * left that could be confused with it.
 *
 * That is why only a batch that was never submitted is thinned. One that failed may have had its effect, and is submitted
 * again as it is.
 */
export class JournalBatch {
  #entries: (JournalEntry | undefined)[] = [];
  #length = 0;
  #bytes = 0;
  #cancelled = 0;
  readonly #messages: Map<number, MessageInBatch> = new Map();
  readonly #deliveries: Map<number, DeliveryInBatch> = new Map();
  /** By Client Identifier and Packet Identifier. */
  readonly #packets: Map<string, Map<number, number>> = new Map();
  readonly #retained: Map<string, number> = new Map();
  /** A message that no delivery names any more may get another one before the turn ends. */
  #unnamed: MessageInBatch[] = [];

  /** How many entries are left. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of the messages in those. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many entries have cancelled out. */
  get cancelled(): number {
    return this.#cancelled;
  }

  add(entry: JournalEntry): void {
    switch (entry.type) {
      case 'messageStored':
        this.#messages.set(entry.messageId, { messageId: entry.messageId, index: this.#push(entry), namedBy: 0 });
        return;
      case 'deliveryQueued': {
        const message = this.#messages.get(entry.messageId);
        if (message !== undefined) message.namedBy++;
        this.#deliveries.set(entry.deliveryId, { queued: this.#push(entry), sent: -1, received: -1, message });
        return;
      }
      case 'deliverySent':
        this.#delivery(entry.deliveryId).sent = this.#push(entry);
        return;
      case 'deliveryReceived':
        this.#delivery(entry.deliveryId).received = this.#push(entry);
        return;
      case 'deliveryFinished':
        this.#finish(entry);
        return;
      case 'packetReceived': {
        let packets = this.#packets.get(entry.clientIdentifier);
        if (packets === undefined) this.#packets.set(entry.clientIdentifier, (packets = new Map()));
        packets.set(entry.packetIdentifier, this.#push(entry));
        return;
      }
      case 'packetReleased': {
        const packets = this.#packets.get(entry.clientIdentifier);
        const received = packets?.get(entry.packetIdentifier);
        if (received === undefined) this.#push(entry);
        else {
          packets?.delete(entry.packetIdentifier);
          this.#remove(received);
          this.#cancelled++;
        }
        return;
      }
      case 'retainedSet':
        this.#supersede(entry.message.topicName, entry);
        return;
      case 'retainedRemoved':
        this.#supersede(entry.topicName, entry);
        return;
      case 'sessionOpened':
      case 'sessionDisconnected':
      case 'sessionEnded':
      case 'queueSetAside':
      case 'willRemoved':
      case 'subscribed':
      case 'unsubscribed':
        this.#push(entry);
    }
  }

  /** The end of a turn: from here on no message gets deliveries that it does not have. */
  endTurn(): void {
    for (const { messageId, index, namedBy } of this.#unnamed) {
      if (namedBy > 0 || this.#messages.get(messageId)?.index !== index) continue;
      this.#messages.delete(messageId);
      this.#remove(index);
    }
    this.#unnamed = [];
    // Rarely enough that each entry pays for it once.
    if (this.#entries.length > HOLES_MAX + 2 * this.#length) this.#compact();
  }

  /** Gives the entries that are left, in order, and is empty again. Only at the end of a turn. */
  take(): readonly JournalEntry[] {
    this.endTurn();
    const entries = this.#length === this.#entries.length ? this.#entries : this.#entries.filter(isThere);
    this.#clear();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no holes: that is what the lengths say
    return entries as readonly JournalEntry[];
  }

  #push(entry: JournalEntry): number {
    this.#length++;
    this.#bytes += bytesOf(entry);
    return this.#entries.push(entry) - 1;
  }

  #remove(index: number): void {
    const entry = this.#entries[index];
    if (entry === undefined) return;
    this.#entries[index] = undefined;
    this.#length--;
    this.#cancelled++;
    this.#bytes -= bytesOf(entry);
  }

  #delivery(deliveryId: number): DeliveryInBatch {
    const known = this.#deliveries.get(deliveryId);
    if (known !== undefined) return known;
    const delivery: DeliveryInBatch = { queued: -1, sent: -1, received: -1, message: undefined };
    this.#deliveries.set(deliveryId, delivery);
    return delivery;
  }

  #finish(entry: JournalEntry & { type: 'deliveryFinished' }): void {
    const delivery = this.#deliveries.get(entry.deliveryId);
    if (delivery === undefined) {
      this.#push(entry);
      return;
    }
    this.#deliveries.delete(entry.deliveryId);
    const { queued, sent, received, message } = delivery;
    if (sent !== -1) this.#remove(sent);
    if (received !== -1) this.#remove(received);
    if (queued === -1) {
      this.#push(entry);
      return;
    }
    this.#remove(queued);
    this.#cancelled++;
    if (message !== undefined && --message.namedBy === 0) this.#unnamed.push(message);
  }

  #supersede(topicName: string, entry: JournalEntry): void {
    const former = this.#retained.get(topicName);
    if (former !== undefined) this.#remove(former);
    this.#retained.set(topicName, this.#push(entry));
  }

  #compact(): void {
    const entries = this.#entries.filter(isThere);
    const cancelled = this.#cancelled;
    this.#clear();
    for (const entry of entries) this.add(entry);
    this.#cancelled = cancelled;
  }

  #clear(): void {
    this.#entries = [];
    this.#length = 0;
    this.#bytes = 0;
    this.#cancelled = 0;
    this.#messages.clear();
    this.#deliveries.clear();
    this.#packets.clear();
    this.#retained.clear();
  }
}

function isThere(entry: JournalEntry | undefined): entry is JournalEntry {
  return entry !== undefined;
}

function bytesOf(entry: JournalEntry): number {
  if (entry.type !== 'messageStored' && entry.type !== 'retainedSet') return 0;
  return entry.message.payload.byteLength + entry.message.topicName.length;
}

interface MessageInBatch {
  readonly messageId: number;
  /** Where its `messageStored` is. */
  readonly index: number;
  namedBy: number;
}

/** Where the entries of a delivery are; -1: not in this batch. */
interface DeliveryInBatch {
  readonly queued: number;
  sent: number;
  received: number;
  readonly message: MessageInBatch | undefined;
}

/** So many holes are tolerated, and two for each entry. */
const HOLES_MAX = 1024;
