import { MessageQueue, type MessageQueueLimits, type PushOutcome, type QueuedMessageReader } from '@skua/session';

import type { Core } from './core.ts';
import { isExpired } from './message.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import type { QueuePage, QueueReadRequest } from './queue-reader.ts';
import { messageBytes } from './retained-messages.ts';
import type { Session } from './session.ts';
import type { DeliverySnapshot, QueueSummary } from './snapshot.ts';
import { StoredQueue, type Reading } from './stored-queue.ts';

/**
 * The messages that wait for one session (section 4.1): first those in memory, then those that only the journal has.
 *
 * A journalled message stays in the journal only when the session has no connection, when there are such messages already
 * (it comes behind them), or when enough wait in memory. They are read in pages, the next one before the last is used up.
 * Messages that the journal does not know are always in memory; so are, under `keepLastPerTopic`, all.
 */
export class SessionQueue {
  readonly #core: Core;
  readonly #session: Session;
  readonly #limits: MessageQueueLimits;
  readonly #memory: MessageQueue<OutgoingMessage>;
  #stored: StoredQueue | undefined = undefined;

  constructor(core: Core, session: Session) {
    this.#core = core;
    this.#session = session;
    this.#limits = core.queueLimits;
    this.#memory = new MessageQueue(core.queueLimits, OUTGOING_READER, session);
  }

  get length(): number {
    return this.#memory.length + (this.#stored === undefined ? 0 : this.#stored.messages);
  }

  get bytes(): number {
    return this.#memory.bytes + (this.#stored === undefined ? 0 : this.#stored.bytes);
  }

  /** The part that only the journal has; undefined: there is none. */
  get stored(): StoredQueue | undefined {
    return this.#stored === undefined || this.#stored.isEmpty ? undefined : this.#stored;
  }

  /** Adds a message, or drops what the overflow policy says. */
  push(outgoing: OutgoingMessage, now: number): PushOutcome {
    const { length, bytes } = this;
    const isStored = outgoing.deliveryId !== 0 && this.#isForStore();
    const outcome = isStored ? this.#pushStored(outgoing, now) : this.#memory.push(outgoing, now);
    this.#count(length, bytes);
    return outcome;
  }

  /** Takes out the oldest message that has not expired; undefined: none is there, though one may be on its way. */
  shift(now: number): OutgoingMessage | undefined {
    if (this.#memory.length === 0) return undefined;
    const { length, bytes } = this;
    const outgoing = this.#memory.shift(now);
    this.#count(length, bytes);
    return outgoing;
  }

  /** Takes out everything that is in memory, expired or not, and forgets the rest. */
  empty(): OutgoingMessage[] {
    const { length, bytes } = this;
    if (length === 0) return [];
    const all = this.#takeMemory();
    this.#stored = undefined;
    this.#count(length, bytes);
    return all;
  }

  /** Takes over what a store has kept: messages, and the numbers of those that are left in it. */
  restore(outgoing: readonly OutgoingMessage[], summary: QueueSummary, nextIdentifier: number): void {
    const { length, bytes } = this;
    this.#memory.restore(outgoing);
    if (summary.messages > 0) {
      this.#stored = new StoredQueue();
      this.#stored.restore(summary, outgoing.at(-1)?.deliveryId ?? 0, nextIdentifier - 1);
    }
    this.#count(length, bytes);
  }

  /** The connection is gone: what the journal has need not be in memory. */
  leaveToStore(): void {
    if (this.#stored !== undefined) this.#stored.reading = undefined;
    const { length, bytes } = this;
    if (this.#core.queueReader === undefined || this.#keepsAllInMemory || this.#memory.length === 0) return;
    const stored = (this.#stored ??= new StoredQueue());
    const unknown: OutgoingMessage[] = [];
    for (const outgoing of this.#takeMemory().toReversed()) {
      const { deliveryId, message, shared } = outgoing;
      if (deliveryId === 0) unknown.unshift(outgoing);
      else stored.addInFront(deliveryId, messageBytes(message), message.expiresAt, shared !== undefined);
    }
    stored.sequence = this.#core.journal.sequence;
    this.#memory.restore(unknown);
    this.#count(length, bytes);
  }

  /** Asks for the next page unless enough is in memory. */
  readAhead(): void {
    const { stored } = this;
    if (stored !== undefined && !this.#isWindowFull) this.#read(stored, 'take', stored.after);
  }

  /** A page is here. @returns false when nobody waits for it any more. */
  takePage(request: QueueReadRequest, page: QueuePage, now: number): boolean {
    const stored = this.#stored;
    const reading = stored?.reading;
    if (stored === undefined || reading?.request !== request) return false;
    stored.reading = undefined;
    const { length, bytes } = this;
    if (reading.purpose === 'take') this.#take(stored, reading, page);
    else this.#search(stored, reading, page, now);
    this.#settle(stored);
    this.#count(length, bytes);
    return true;
  }

  get #keepsAllInMemory(): boolean {
    return this.#limits.overflow === 'keepLastPerTopic';
  }

  get #isWindowFull(): boolean {
    const { options } = this.#core;
    if (this.#keepsAllInMemory) return false;
    return (
      this.#memory.length >= options.queuedInMemoryMessagesMax || this.#memory.bytes >= options.queuedInMemoryBytesMax
    );
  }

  #isForStore(): boolean {
    if (this.stored !== undefined) return true;
    if (this.#core.queueReader === undefined || this.#keepsAllInMemory) return false;
    return this.#session.connection === undefined || this.#isWindowFull;
  }

  #pushStored(outgoing: OutgoingMessage, now: number): PushOutcome {
    const { message, deliveryId, shared } = outgoing;
    const bytes = messageBytes(message);
    const session = this.#session;
    if (isExpired(message, now) || bytes > this.#limits.bytesMax) {
      session.messageDropped(outgoing, isExpired(message, now) ? 'expired' : 'tooLarge');
      return 'dropped';
    }
    if (!this.#hasRoomFor(bytes) && !this.#makeRoom(bytes, now)) {
      session.messageDropped(outgoing, 'queueFull');
      return this.#limits.overflow === 'disconnect' ? 'disconnect' : 'dropped';
    }
    const stored = (this.#stored ??= new StoredQueue());
    stored.add(deliveryId, bytes, message.expiresAt, shared !== undefined, this.#core.journal.sequence);
    return 'queued';
  }

  // What the policies need to know of stored messages must be read. Until it is there the message that finds the queue full
  // is dropped where the newest gives way; where others give way it is taken, as far beyond the limits again as they go.
  #makeRoom(bytes: number, now: number): boolean {
    this.#memory.removeExpired(now);
    if (this.#hasRoomFor(bytes)) return true;
    const { stored } = this;
    const { overflow } = this.#limits;
    const mayHaveExpired = stored !== undefined && stored.soonestExpiry <= now;
    if (mayHaveExpired && !this.#keepsAllInMemory) this.#read(stored, 'search', stored.after);
    if (overflow === 'dropNewest' || overflow === 'disconnect') return false;
    const isOldest = overflow === 'dropOldest' && !mayHaveExpired;
    if (isOldest && this.#displace(() => this.#hasRoomFor(bytes))) return true;
    if (stored === undefined) return false;
    this.#read(stored, 'take', stored.after);
    const { messagesMax, bytesMax } = this.#limits;
    return this.length < 2 * messagesMax && this.bytes + bytes <= 2 * bytesMax;
  }

  /** Displaces the oldest of those in memory. @returns whether it was enough. */
  #displace(isEnough: () => boolean): boolean {
    while (this.#memory.length > 0 && !isEnough()) {
      const oldest = this.#memory.shift(-Infinity);
      if (oldest !== undefined) this.#session.messageDropped(oldest, 'displaced');
    }
    return isEnough();
  }

  #hasRoomFor(bytes: number): boolean {
    const { messagesMax, bytesMax } = this.#limits;
    return this.length < messagesMax && this.bytes + bytes <= bytesMax;
  }

  #isWithinLimits(): boolean {
    const { messagesMax, bytesMax } = this.#limits;
    return this.length <= messagesMax && this.bytes <= bytesMax;
  }

  #read(stored: StoredQueue, purpose: Reading['purpose'], after: number, soonestExpiry = Infinity): void {
    const { queueReader, options } = this.#core;
    if (queueReader === undefined || stored.reading !== undefined) return;
    const { clientIdentifier, connection } = this.#session;
    // Of a queue that is full without a connection only the next few are needed, which then stay in memory.
    const isHead = purpose === 'take' && connection === undefined && !this.#keepsAllInMemory;
    const request: QueueReadRequest = {
      clientIdentifier,
      after,
      deliveriesMax: isHead ? HEAD_MESSAGES : options.queuedInMemoryMessagesMax,
      bytesMax: isHead ? HEAD_BYTES : options.queuedInMemoryBytesMax,
      sequence: stored.sequence,
    };
    stored.reading = { request, lastId: stored.lastId, purpose, soonestExpiry };
    queueReader.readQueue(request);
  }

  #take(stored: StoredQueue, { lastId }: Reading, { deliveries, hasMore }: QueuePage): void {
    const taken: OutgoingMessage[] = [];
    for (const delivery of deliveries) {
      if (delivery.deliveryId <= stored.after) continue;
      stored.remove(messageBytes(delivery.message), delivery.sharedSubscription !== undefined);
      taken.push(outgoingMessage(delivery));
    }
    this.#memory.restore(taken);
    const last = deliveries.at(-1)?.deliveryId ?? 0;
    stored.advance(hasMore ? last : Math.max(last, lastId));
    // The rest of a queue that must be in memory as a whole, to know what was superseded.
    if (this.#keepsAllInMemory && this.#session.connection === undefined) this.readAhead();
  }

  #search(stored: StoredQueue, reading: Reading, { deliveries, hasMore }: QueuePage, now: number): void {
    let { soonestExpiry } = reading;
    for (const delivery of deliveries) {
      if (delivery.deliveryId <= stored.after) continue;
      const { message, sharedSubscription } = delivery;
      if (isExpired(message, now)) {
        stored.remove(messageBytes(message), sharedSubscription !== undefined);
        this.#session.messageDropped(outgoingMessage(delivery), 'expired');
        stored.sequence = this.#core.journal.sequence;
      } else soonestExpiry = Math.min(soonestExpiry, message.expiresAt ?? Infinity);
    }
    // Of a queue that nothing is left of this corrects the numbers.
    stored.advance(!hasMore && stored.messages <= 0 ? reading.lastId : 0);
    // A client that is there takes them anyway, and does not wait for the end of a search.
    const isAwaited = this.#session.connection !== undefined && this.#memory.length === 0;
    const last = deliveries.at(-1);
    if (hasMore && last !== undefined && !isAwaited) this.#read(stored, 'search', last.deliveryId, soonestExpiry);
    else if (!hasMore && !stored.isEmpty) stored.soonestExpiry = soonestExpiry;
  }

  // What was taken beyond the limits while a page was on its way is made good.
  #settle(stored: StoredQueue): void {
    if (this.#limits.overflow !== 'dropOldest' || this.#isWithinLimits()) return;
    if (!this.#displace(() => this.#isWithinLimits())) this.#read(stored, 'take', stored.after);
  }

  #takeMemory(): OutgoingMessage[] {
    const all = this.#memory.exportState();
    while (this.#memory.shift(-Infinity) !== undefined);
    return all;
  }

  #count(lengthBefore: number, bytesBefore: number): void {
    this.#core.counters.queuedNow += this.length - lengthBefore;
    this.#core.counters.queuedBytesNow += this.bytes - bytesBefore;
  }
}

/** A delivery that a store has kept, as it goes to its session. */
export function outgoingMessage(delivery: DeliverySnapshot): OutgoingMessage {
  const { message, qos, retain, deliveryId } = delivery;
  const { subscriptionIdentifiers: identifiers, sharedSubscription: shared } = delivery;
  return { message, qos, retain, identifiers, deliveryId, shared };
}

const OUTGOING_READER: QueuedMessageReader<OutgoingMessage> = {
  bytes: (outgoing) => messageBytes(outgoing.message),
  expiresAt: (outgoing) => outgoing.message.expiresAt,
  topicName: (outgoing) => outgoing.message.topicName,
  qos: (outgoing) => outgoing.qos,
};

/** Few enough to be kept for each of many sessions, many enough that not every message causes a read. */
const HEAD_MESSAGES = 32;
const HEAD_BYTES = 16_384;
