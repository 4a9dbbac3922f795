import type { ReceivedMessage } from './engine/received-message.ts';

/** Handles a message. Its promise says when it is done. */
export type MessageHandler = (message: ReceivedMessage) => void | Promise<void>;

/** What happens to a QoS 0 message that finds the buffer full; `pause`: nothing is read from the server for a while. */
export type BufferOverflow = 'dropNewest' | 'dropOldest' | 'pause';

/** How messages reach the application. */
export interface ChannelOptions {
  /** When a message is acknowledged: `handled` when the handler is done or the iterator advances, `manual` by `message.acknowledge()`. */
  readonly acknowledge: 'handled' | 'manual';
  /** Messages that wait for the application, 1 or more. */
  readonly bufferMax: number;
  readonly bufferOverflow: BufferOverflow;
  /** Handlers whose promises may be pending, 1 or more. */
  readonly concurrency: number;
}

/** What a channel needs of its client. */
export interface ChannelOwner {
  /** The channel is done with a message. */
  release(message: ReceivedMessage): void;
  handlerFailed(error: unknown, message: ReceivedMessage): void;
  messageDropped(message: ReceivedMessage): void;
  /** The channel is full and wants nothing to be read, or takes that back. */
  channelFull(channel: Channel, isFull: boolean): void;
}

/**
 * The messages of one subscription on their way to a handler or an iterator, in order.
 *
 * Messages of QoS 1 and 2 always find a place: they are not acknowledged before they are handled, so there are no more
 * than our Receive Maximum. Where the server knows no such maximum the reading stops when the buffer is full.
 */
export class Channel {
  readonly #options: ChannelOptions;
  readonly #owner: ChannelOwner;
  readonly #handler: MessageHandler | undefined;
  #buffer: ReceivedMessage[] = [];
  #head = 0;
  #running = 0;
  #dropped = 0;
  #isFull = false;
  #state: 'open' | 'ended' = 'open';
  #error: Error | undefined;
  /** What the iterator gave last. */
  #given: ReceivedMessage | undefined;
  #waiter: { resolve(result: IteratorResult<ReceivedMessage>): void; reject(error: Error): void } | undefined;

  /** Without a handler the messages are for {@link next}. */
  constructor(options: ChannelOptions, handler: MessageHandler | undefined, owner: ChannelOwner) {
    this.#options = options;
    this.#handler = handler;
    this.#owner = owner;
  }

  /** QoS 0 messages that found the buffer full. */
  get dropped(): number {
    return this.#dropped;
  }

  /** A message for this subscription. */
  deliver(message: ReceivedMessage, serverKnowsMaximum: boolean): void {
    if (this.#state === 'ended') return;
    if (this.#options.acknowledge === 'manual') message.isManual = true;
    else message.holds += 1;
    if (this.#handler !== undefined && this.#running < this.#options.concurrency && this.#length === 0) {
      this.#run(this.#handler, message);
    } else if (this.#waiter !== undefined) {
      const waiter = this.#waiter;
      this.#waiter = undefined;
      this.#given = message;
      waiter.resolve({ done: false, value: message });
    } else {
      this.#keep(message, serverKnowsMaximum);
    }
  }

  /** The next message; the one before is done with. Only without a handler. */
  next(): Promise<IteratorResult<ReceivedMessage>> {
    this.#releaseGiven();
    const message = this.#shift();
    if (message !== undefined) {
      this.#given = message;
      return Promise.resolve({ done: false, value: message });
    }
    if (this.#state === 'ended') return this.#error === undefined ? Promise.resolve(DONE) : Promise.reject(this.#error);
    if (this.#waiter !== undefined) return Promise.reject(new Error('next() is called while another is pending.'));
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  /** No more messages come. What is buffered is given out unless `isAbandoned`; an iterator then ends, with the error if there is one. */
  end(error: Error | undefined, isAbandoned: boolean): void {
    if (this.#state === 'open') {
      this.#state = 'ended';
      this.#error = error;
    }
    if (isAbandoned) {
      this.#releaseGiven();
      for (let message = this.#shift(); message !== undefined; message = this.#shift()) this.#release(message);
    }
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (error === undefined) waiter?.resolve(DONE);
    else waiter?.reject(error);
  }

  get #length(): number {
    return this.#buffer.length - this.#head;
  }

  #run(handler: MessageHandler, message: ReceivedMessage): void {
    let result: void | Promise<void> = undefined;
    try {
      result = handler(message);
    } catch (error) {
      this.#owner.handlerFailed(error, message);
    }
    if (!isPromise(result)) {
      this.#release(message);
      return;
    }
    this.#running += 1;
    result.then(
      () => this.#handleDone(handler, message),
      (error: unknown) => {
        this.#owner.handlerFailed(error, message);
        this.#handleDone(handler, message);
      },
    );
  }

  #handleDone(handler: MessageHandler, message: ReceivedMessage): void {
    this.#running -= 1;
    this.#release(message);
    while (this.#running < this.#options.concurrency) {
      const next = this.#shift();
      if (next === undefined) break;
      this.#run(handler, next);
    }
  }

  #keep(message: ReceivedMessage, serverKnowsMaximum: boolean): void {
    const { bufferMax, bufferOverflow } = this.#options;
    if (this.#length >= bufferMax) {
      const mayDrop = message.qos === 0;
      if (mayDrop && bufferOverflow !== 'pause') {
        this.#drop(message, bufferOverflow);
        return;
      }
      if ((mayDrop || !serverKnowsMaximum) && !this.#isFull) {
        this.#isFull = true;
        this.#owner.channelFull(this, true);
      }
    }
    this.#buffer.push(message);
  }

  #drop(message: ReceivedMessage, overflow: 'dropNewest' | 'dropOldest'): void {
    this.#dropped += 1;
    let lost = message;
    if (overflow === 'dropOldest') {
      const index = this.#buffer.findIndex((kept, at) => at >= this.#head && kept.qos === 0);
      const [oldest] = index < 0 ? [] : this.#buffer.splice(index, 1);
      if (oldest !== undefined) {
        lost = oldest;
        this.#buffer.push(message);
      }
    }
    this.#owner.messageDropped(lost);
  }

  #shift(): ReceivedMessage | undefined {
    const message = this.#buffer[this.#head];
    if (message === undefined) return undefined;
    this.#head += 1;
    if (this.#head === this.#buffer.length) {
      this.#buffer = [];
      this.#head = 0;
    } else if (this.#head >= TRIM_MIN && this.#head * 2 > this.#buffer.length) {
      this.#buffer.splice(0, this.#head);
      this.#head = 0;
    }
    if (this.#isFull && this.#length * 2 <= this.#options.bufferMax) {
      this.#isFull = false;
      this.#owner.channelFull(this, false);
    }
    return message;
  }

  #releaseGiven(): void {
    const given = this.#given;
    this.#given = undefined;
    if (given !== undefined) this.#release(given);
  }

  #release(message: ReceivedMessage): void {
    if (this.#options.acknowledge === 'handled') this.#owner.release(message);
  }
}

function isPromise(value: void | Promise<void>): value is Promise<void> {
  return typeof value === 'object' && 'then' in value;
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };
const TRIM_MIN = 64;
