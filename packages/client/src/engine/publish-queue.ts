import type { QoS } from '@skua/codec';
import { MessageQueue, type DropReason, type OverflowPolicy } from '@skua/session';
import { MessageDroppedError, MessageExpiredError, QueueFullError, type ClientError } from './errors.ts';
import type { OutgoingMessage } from './outgoing-message.ts';

/** What happens to a message that finds the queue full; `wait`: its `publish` resolves when there is room. */
export type WhenFull = 'wait' | 'reject' | 'dropOldest' | 'dropNewest' | 'keepLatestPerTopic';

/** The limits of the queue. */
export interface QueueOptions {
  /** Messages, 0 or more. */
  readonly messagesMax: number;
  /** Bytes, 0 or more: of Topic Name, payload, properties and 64 for each message. */
  readonly bytesMax: number;
  readonly whenFull: WhenFull;
  /** Whether QoS 0 messages wait at all; if not they fail while there is no connection. */
  readonly qos0: boolean;
  /** Messages that may wait for room with `wait`; a further one is refused. */
  readonly waitingMax: number;
}

/** How full the queue is and was, and what it lost. */
export interface QueueCounters {
  readonly queued: number;
  readonly queuedBytes: number;
  /** Messages that wait for room. */
  readonly waiting: number;
  /** The most messages that were ever queued. */
  readonly queuedHighWater: number;
  readonly queuedBytesHighWater: number;
  readonly expired: number;
  readonly dropped: number;
}

/** Told what becomes of messages. */
export interface QueueSink {
  /** A message that had to wait is admitted. */
  messageAdmitted(message: OutgoingMessage): void;
  messageDropped(message: OutgoingMessage, reason: DropReason): void;
}

/** Messages that wait to be sent, within budgets, and behind them those that wait for room. */
export class PublishQueue {
  readonly #options: QueueOptions;
  readonly #sink: QueueSink;
  readonly #fail: (message: OutgoingMessage, error: ClientError) => void;
  #queue: MessageQueue<OutgoingMessage>;
  #waiting: OutgoingMessage[] = [];
  #waitingHead = 0;
  #withdrawn = 0;
  #soonestExpiry = Infinity;
  #queuedHighWater = 0;
  #queuedBytesHighWater = 0;
  #expired = 0;
  #dropped = 0;

  /** `fail` ends a message that is lost here. */
  constructor(options: QueueOptions, sink: QueueSink, fail: (message: OutgoingMessage, error: ClientError) => void) {
    this.#options = options;
    this.#sink = sink;
    this.#fail = fail;
    this.#queue = this.#create();
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  get counters(): QueueCounters {
    return {
      queued: this.#queue.length,
      queuedBytes: this.#queue.bytes,
      waiting: this.#waiting.length - this.#waitingHead,
      queuedHighWater: this.#queuedHighWater,
      queuedBytesHighWater: this.#queuedBytesHighWater,
      expired: this.#expired,
      dropped: this.#dropped,
    };
  }

  /** No message expires before, in milliseconds. */
  get soonestExpiry(): number {
    return this.#soonestExpiry;
  }

  /** Adds a message. @throws QueueFullError | MessageDroppedError when it is not admitted */
  push(message: OutgoingMessage, now: number): 'admitted' | 'waiting' {
    const { whenFull, qos0, waitingMax, bytesMax } = this.#options;
    if (message.qos === 0 && !qos0) {
      throw new MessageDroppedError('There is no connection, and QoS 0 messages are not queued.');
    }
    const isRefusing = whenFull === 'wait' || whenFull === 'reject';
    if (!this.#hasRoomFor(message) && isRefusing) {
      this.#sweep(now);
      if (!this.#hasRoomFor(message)) {
        const waiting = this.#waiting.length - this.#waitingHead;
        if (whenFull === 'reject' || waiting >= waitingMax || message.bytes > bytesMax) throw this.#full();
        this.#waiting.push(message);
        return 'waiting';
      }
    }
    this.#add(message, now);
    return 'admitted';
  }

  /** The message that is next; undefined: none, or the next one is not stored yet. */
  peek(now: number): OutgoingMessage | undefined {
    for (;;) {
      const message = this.#queue.peek(now);
      if (message?.outcome === undefined) return message?.isHeld === true ? undefined : message;
      this.#queue.shift(now);
      this.#withdrawn -= 1;
      this.#admit(now);
    }
  }

  /** Takes out the message that {@link peek} gave. */
  shift(now: number): void {
    this.#queue.shift(now);
    this.#admit(now);
  }

  /** A queued message has ended by itself. */
  noteWithdrawn(): void {
    this.#withdrawn += 1;
  }

  /** Gives up every message that has expired, and forgets those that were withdrawn. */
  removeExpired(now: number): void {
    this.#queue.removeExpired(now);
    this.#sweep(now);
    this.#admit(now);
    this.#soonestExpiry = Infinity;
    for (const { expiresAt } of this.#queue) this.#soonestExpiry = Math.min(this.#soonestExpiry, expiresAt ?? Infinity);
  }

  /** Puts messages before all others, whatever the limits: they had left the queue before. */
  putBack(messages: readonly OutgoingMessage[], now: number): void {
    if (messages.length === 0) return;
    this.#replace([...messages, ...this.#queue], now);
  }

  /** Takes over stored messages, whatever the limits. */
  restore(messages: readonly OutgoingMessage[]): void {
    this.#queue.restore(messages);
    for (const { expiresAt } of messages) this.#soonestExpiry = Math.min(this.#soonestExpiry, expiresAt ?? Infinity);
  }

  /** Empties the queue: every message is handed to `end`. */
  failAll(end: (message: OutgoingMessage) => void): void {
    const all = [...this.#queue, ...this.#waiting.slice(this.#waitingHead)];
    this.#queue = this.#create();
    this.#waiting = [];
    this.#waitingHead = 0;
    this.#withdrawn = 0;
    for (const message of all) end(message);
  }

  #hasRoomFor(message: OutgoingMessage): boolean {
    const { messagesMax, bytesMax } = this.#options;
    const nobodyWaits = this.#waiting.length === this.#waitingHead;
    return nobodyWaits && this.#queue.length < messagesMax && this.#queue.bytes + message.bytes <= bytesMax;
  }

  #add(message: OutgoingMessage, now: number): void {
    this.#queue.push(message, now);
    this.#soonestExpiry = Math.min(this.#soonestExpiry, message.expiresAt ?? Infinity);
    this.#queuedHighWater = Math.max(this.#queuedHighWater, this.#queue.length);
    this.#queuedBytesHighWater = Math.max(this.#queuedBytesHighWater, this.#queue.bytes);
  }

  /** Lets those in that wait for room. */
  #admit(now: number): void {
    const { messagesMax, bytesMax } = this.#options;
    while (this.#waitingHead < this.#waiting.length) {
      const message = this.#waiting[this.#waitingHead];
      if (message === undefined) break;
      const isGone = message.outcome !== undefined;
      if (!isGone && (this.#queue.length >= messagesMax || this.#queue.bytes + message.bytes > bytesMax)) break;
      this.#waitingHead += 1;
      if (isGone) {
        this.#withdrawn -= 1;
        continue;
      }
      this.#add(message, now);
      if (!message.isHeld && message.outcome === undefined) this.#sink.messageAdmitted(message);
    }
    if (this.#waitingHead === this.#waiting.length) {
      this.#waiting = [];
      this.#waitingHead = 0;
    } else if (this.#waitingHead > TRIM_MIN && this.#waitingHead * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#waitingHead);
      this.#waitingHead = 0;
    }
  }

  /** Forgets withdrawn messages if there are any. */
  #sweep(now: number): void {
    if (this.#withdrawn === 0) return;
    this.#waiting = this.#waiting.slice(this.#waitingHead).filter(({ outcome }) => outcome === undefined);
    this.#waitingHead = 0;
    this.#replace([...this.#queue], now);
  }

  #replace(messages: readonly OutgoingMessage[], now: number): void {
    this.#queue = this.#create();
    this.#queue.restore(messages.filter(({ outcome }) => outcome === undefined));
    this.#withdrawn = 0;
    this.#admit(now);
  }

  #full(): QueueFullError {
    const { messagesMax, bytesMax } = this.#options;
    const { length, bytes } = this.#queue;
    return new QueueFullError(
      `The queue is full: ${length} of ${messagesMax} messages, ${bytes} of ${bytesMax} bytes.`,
    );
  }

  #create(): MessageQueue<OutgoingMessage> {
    const { messagesMax, bytesMax, whenFull } = this.#options;
    return new MessageQueue({ messagesMax, bytesMax, overflow: OVERFLOW[whenFull], queueQos0Messages: true }, READER, {
      messageDropped: (message, reason) => this.#handleDropped(message, reason),
    });
  }

  #handleDropped(message: OutgoingMessage, reason: DropReason): void {
    if (message.outcome !== undefined) {
      this.#withdrawn -= 1;
      return;
    }
    if (reason === 'expired') this.#expired += 1;
    else this.#dropped += 1;
    this.#fail(
      message,
      reason === 'expired'
        ? new MessageExpiredError('The message expired before it was sent.')
        : new MessageDroppedError(`The message gave way in the full queue (${reason}).`),
    );
    this.#sink.messageDropped(message, reason);
  }
}

const OVERFLOW: Readonly<Record<WhenFull, OverflowPolicy>> = {
  wait: 'dropNewest',
  reject: 'dropNewest',
  dropNewest: 'dropNewest',
  dropOldest: 'dropOldest',
  keepLatestPerTopic: 'keepLastPerTopic',
};

const READER = {
  bytes: (message: OutgoingMessage): number => message.bytes,
  expiresAt: (message: OutgoingMessage): number | undefined => message.expiresAt,
  topicName: (message: OutgoingMessage): string => message.topicName,
  qos: (message: OutgoingMessage): QoS => message.qos,
};

/** So many places of admitted messages are tolerated at the head of the list of those that wait. */
const TRIM_MIN = 64;
