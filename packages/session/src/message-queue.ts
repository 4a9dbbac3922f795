import type { QoS } from '@skua/codec';

import { QueueRing } from './queue-ring.ts';
import { SupersededMessages } from './superseded-messages.ts';

/**
 * What gives way when a queue is full:
 *
 * - `dropNewest`: the message that is to be added.
 * - `dropOldest`: the oldest messages, until there is room.
 * - `keepLastPerTopic`: messages that are not the last of their topic any more, in the order in which they were
 *   superseded; if there are none left, the oldest.
 * - `disconnect`: the message that is to be added, and the caller is asked to close the connection (0x97).
 */
export type OverflowPolicy = 'dropNewest' | 'dropOldest' | 'keepLastPerTopic' | 'disconnect';

/**
 * Why a message was dropped: `expired`; `qos0`: QoS 0 is not queued; `tooLarge`: larger than the whole queue may be;
 * `queueFull`: it found no room; `displaced`: the oldest, for a newer one; `superseded`: not the last of its topic.
 */
export type DropReason = 'expired' | 'qos0' | 'tooLarge' | 'queueFull' | 'displaced' | 'superseded';

/** What became of a message that was pushed. `disconnect`: it was dropped, and the connection is to be closed. */
export type PushOutcome = 'queued' | 'dropped' | 'disconnect';

/** The limits of a queue. One object can be shared by many queues. */
export interface MessageQueueLimits {
  /** How many messages; 0 or more, Infinity for no limit. */
  readonly messagesMax: number;
  /** How many bytes by {@link QueuedMessageReader.bytes}; 0 or more, Infinity for no limit. */
  readonly bytesMax: number;
  readonly overflow: OverflowPolicy;
  /** Whether messages of QoS 0 may be queued; the specification leaves it open (section 4.1). */
  readonly queueQos0Messages: boolean;
}

/** How a queue reads the caller's messages. One object can be shared by many queues. The answers must not change while a message is queued. */
export interface QueuedMessageReader<M> {
  /** What the message counts for, 0 or more. */
  bytes(message: M): number;
  /** When its Message Expiry Interval ends, in the milliseconds of `now`; undefined: never. */
  expiresAt(message: M): number | undefined;
  topicName(message: M): string;
  /** The QoS it is to be sent with. */
  qos(message: M): QoS;
}

/** Told of every message that a queue drops. Must not call the queue. */
export interface MessageQueueSink<M> {
  messageDropped(message: M, reason: DropReason): void;
}

/**
 * The Application Messages that wait for one receiver (section 4.1), first in first out, bounded by count and by bytes.
 * An empty queue holds no memory but this object. A message takes one reference; with `keepLastPerTopic` an index by
 * topic is added from the first overflow until the queue is empty.
 *
 * Every step is O(1), spread over the steps before it, except that a full queue is searched for expired messages when
 * there may be one.
 */
export class MessageQueue<M extends object> {
  readonly #limits: MessageQueueLimits;
  readonly #reader: QueuedMessageReader<M>;
  readonly #sink: MessageQueueSink<M>;
  readonly #ring = new QueueRing<M>();
  #bytes = 0;
  /** No queued message expires before. */
  #soonestExpiry = Infinity;
  /** For `keepLastPerTopic`; always what building it anew would give. */
  #superseded: SupersededMessages | undefined;

  constructor(limits: MessageQueueLimits, reader: QueuedMessageReader<M>, sink: MessageQueueSink<M>) {
    this.#limits = limits;
    this.#reader = reader;
    this.#sink = sink;
  }

  /** How many messages wait, expired ones among them until they are noticed. */
  get length(): number {
    return this.#ring.length;
  }

  /** How many bytes wait, by {@link QueuedMessageReader.bytes}. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a message, or drops what the policy says. `now` in milliseconds. */
  push(message: M, now: number): PushOutcome {
    const bytes = this.#reader.bytes(message);
    const refusal = this.#refusal(message, bytes, now);
    if (refusal !== undefined) {
      this.#sink.messageDropped(message, refusal);
      return 'dropped';
    }
    if (!this.#hasRoomFor(bytes) && !this.#makeRoom(message, bytes, now)) {
      this.#sink.messageDropped(message, 'queueFull');
      return this.#limits.overflow === 'disconnect' ? 'disconnect' : 'dropped';
    }
    this.#add(message, bytes);
    return 'queued';
  }

  /** Takes out the oldest message that has not expired [MQTT-3.3.2-5]; undefined if there is none. */
  shift(now: number): M | undefined {
    const message = this.peek(now);
    if (message !== undefined) {
      this.#remove(this.#ring.head);
    }
    return message;
  }

  /** The message that {@link shift} would take out; drops expired ones before it. */
  peek(now: number): M | undefined {
    for (;;) {
      const message = this.#ring.at(this.#ring.head);
      if (message === undefined || !this.#hasExpired(message, now)) {
        return message;
      }
      this.#drop(this.#ring.head, 'expired');
    }
  }

  /** Drops every expired message; O(n) if there may be one, else O(1). Returns how many. */
  removeExpired(now: number): number {
    if (now < this.#soonestExpiry) {
      return 0;
    }
    const before = this.length;
    this.#soonestExpiry = Infinity;
    this.#superseded = undefined;
    const end = this.#ring.tail;
    for (let position = this.#ring.head; position < end; position += 1) {
      const message = this.#ring.at(position);
      if (message === undefined) {
        continue;
      }
      if (this.#hasExpired(message, now)) {
        this.#drop(position, 'expired');
      } else {
        this.#soonestExpiry = Math.min(this.#soonestExpiry, this.#reader.expiresAt(message) ?? Infinity);
      }
    }
    return before - this.length;
  }

  /** The messages, oldest first, expired ones among them. The queue must not change meanwhile. */
  [Symbol.iterator](): IterableIterator<M> {
    return this.#ring.values();
  }

  /** The messages as an array, oldest first: what a stored session keeps. */
  exportState(): M[] {
    return [...this.#ring.values()];
  }

  /** Adds the messages of a stored session without regard to the limits, since they were promised under others. */
  restore(messages: readonly M[]): void {
    for (const message of messages) {
      this.#add(message, this.#reader.bytes(message));
    }
  }

  // Why a message has no place here however empty the queue is.
  #refusal(message: M, bytes: number, now: number): DropReason | undefined {
    if (this.#reader.qos(message) === 0 && !this.#limits.queueQos0Messages) {
      return 'qos0';
    }
    if (this.#hasExpired(message, now)) {
      return 'expired';
    }
    return bytes > this.#limits.bytesMax ? 'tooLarge' : undefined;
  }

  #makeRoom(message: M, bytes: number, now: number): boolean {
    this.removeExpired(now);
    if (this.#hasRoomFor(bytes)) {
      return true;
    }
    const { overflow } = this.#limits;
    if (overflow === 'keepLastPerTopic') {
      return this.#dropSuperseded(message, bytes) || this.#dropOldest(bytes);
    }
    return overflow === 'dropOldest' && this.#dropOldest(bytes);
  }

  #dropOldest(bytes: number): boolean {
    while (this.length > 0 && !this.#hasRoomFor(bytes)) {
      this.#drop(this.#ring.head, 'displaced');
    }
    return this.#hasRoomFor(bytes);
  }

  #dropSuperseded(message: M, bytes: number): boolean {
    const superseded = (this.#superseded ??= this.#buildSuperseded());
    superseded.supersede(this.#reader.topicName(message));
    while (!this.#hasRoomFor(bytes)) {
      const position = superseded.take();
      if (position === undefined) {
        return false;
      }
      this.#drop(position, 'superseded'); // nothing, if it left the queue since
    }
    return true;
  }

  #buildSuperseded(): SupersededMessages {
    // Holes are closed here, when all positions are read anyway, so that a message that stays for long at the head
    // does not let the ring grow behind it.
    if (this.#ring.span > this.#ring.length) {
      this.#ring.compact();
    }
    const superseded = new SupersededMessages();
    for (let position = this.#ring.head; position < this.#ring.tail; position += 1) {
      const message = this.#ring.at(position);
      if (message !== undefined) {
        superseded.add(this.#reader.topicName(message), position);
      }
    }
    return superseded;
  }

  #add(message: M, bytes: number): void {
    this.#superseded?.add(this.#reader.topicName(message), this.#ring.tail);
    this.#ring.push(message);
    this.#bytes += bytes;
    this.#soonestExpiry = Math.min(this.#soonestExpiry, this.#reader.expiresAt(message) ?? Infinity);
    // Entries of messages that are gone, and holes, would pile up: the index is made anew when it is needed again.
    const entries = Math.max(this.#superseded?.size ?? 0, this.#ring.span);
    if (entries > 2 * this.#ring.length + CLUTTER_MAX) {
      this.#superseded = undefined;
      this.#ring.compact();
    }
  }

  #drop(position: number, reason: DropReason): void {
    const message = this.#remove(position);
    if (message !== undefined) {
      this.#sink.messageDropped(message, reason);
    }
  }

  #remove(position: number): M | undefined {
    const message = this.#ring.remove(position);
    if (message === undefined) {
      return undefined;
    }
    this.#bytes -= this.#reader.bytes(message);
    if (this.#ring.length === 0) {
      this.#superseded = undefined;
      this.#soonestExpiry = Infinity;
    }
    return message;
  }

  #hasRoomFor(bytes: number): boolean {
    return this.length < this.#limits.messagesMax && this.#bytes + bytes <= this.#limits.bytesMax;
  }

  #hasExpired(message: M, now: number): boolean {
    return now >= (this.#reader.expiresAt(message) ?? Infinity);
  }
}

/** So many entries of messages that are gone are tolerated, and as many again as there are messages. */
const CLUTTER_MAX = 32;
