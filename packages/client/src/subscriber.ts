import { checkSubscriptionFilter, checkTopicFilter, parseSubscriptionFilter } from '@skua/topics';
import type { QoS, UserProperty } from '@skua/codec';
import { call, type CallOptions } from './call.ts';
import type { Clock } from './clock.ts';
import { ClientError, SubscribeRefusedError, type SubscriptionResult } from './engine/errors.ts';
import type { ReceivedMessage } from './engine/received-message.ts';
import type { RequestedSubscription, SubscribeRequest, UnsubscribeRequest } from './engine/subscriptions.ts';
import type { Events } from './events.ts';
import { Channel, type BufferOverflow, type ChannelOwner, type MessageHandler } from './subscription-channel.ts';
import { SubscriptionRegistry, type RegisteredSubscription } from './subscription-registry.ts';
import type { Tracing } from './tracing.ts';

/** The Subscription Options of one Topic Filter (section 3.8.3.1). Before 5.0 there is only `qos`. */
export interface SubscriptionOptions {
  /** The greatest QoS that messages are to come with; 0 unless given. */
  readonly qos?: QoS;
  /** Whether our own messages stay away; false unless given. */
  readonly noLocal?: boolean;
  /** Whether RETAIN stays as it was published; false unless given. */
  readonly retainAsPublished?: boolean;
  /** 0: retained messages come, 1: only if the subscription is new, 2: never. 0 unless given. */
  readonly retainHandling?: 0 | 1 | 2;
}

/** A Topic Filter with options of its own. */
export interface FilterOptions extends SubscriptionOptions {
  /** As in the specification, `$share/{ShareName}/{filter}` included. */
  readonly topicFilter: string;
}

/** One or several Topic Filters. */
export type FilterArgument = string | FilterOptions | readonly (string | FilterOptions)[];

/** What `subscribe` takes. The Subscription Options hold for Topic Filters that are plain texts. */
export interface SubscribeOptions extends CallOptions, SubscriptionOptions {
  /** 1 to 268,435,455; 5.0 only. With it the messages of overlapping subscriptions are told apart. */
  readonly subscriptionIdentifier?: number;
  readonly userProperties?: readonly UserProperty[];
  /** When messages of QoS 1 and 2 are acknowledged: `handled` (unless given) when the handler is done or the iterator advances. */
  readonly acknowledge?: 'handled' | 'manual';
  /** Messages that wait for the application, 1 or more; 1,000 unless given. */
  readonly bufferMax?: number;
  /**
   * What happens to QoS 0 messages beyond that; `dropNewest` unless given. While one subscription makes the client `pause`
   * nothing else is read either: an application that waits for acknowledgements in between must not choose it.
   */
  readonly bufferOverflow?: BufferOverflow;
  /** Handlers whose promises may be pending at once, 1 or more; 1 unless given: in order. */
  readonly concurrency?: number;
  /** Whether the call is rejected when one Topic Filter is refused; true unless given. Otherwise look at `results`. */
  readonly requireAll?: boolean;
}

/** A subscription that the server has answered. */
export interface Subscription extends AsyncDisposable {
  /** What the server said of every Topic Filter when it was asked first. */
  readonly results: readonly SubscriptionResult[];
  /** QoS 0 messages that found the buffer full. */
  readonly dropped: number;
  /** Ends it. Filters that another subscription of this client has as well stay with the server. */
  unsubscribe(options?: CallOptions): Promise<readonly SubscriptionResult[]>;
}

/** A subscription whose messages are iterated. Leaving the loop unsubscribes. */
export interface MessageStream extends Subscription, AsyncIterable<ReceivedMessage> {
  [Symbol.asyncIterator](): AsyncIterator<ReceivedMessage, undefined>;
}

/** What a subscriber needs of its client. */
export interface SubscriberOwner {
  readonly clock: Clock;
  readonly onMessage: MessageHandler | undefined;
  readonly tracing: Tracing | undefined;
  request(wish: SubscribeRequest | UnsubscribeRequest): void;
  withdraw(wish: SubscribeRequest | UnsubscribeRequest): boolean;
  acknowledge(message: ReceivedMessage, reasonCode: number): void;
  setReadingPaused(isPaused: boolean): void;
  emit: Events['emit'];
  hasProperties(): boolean;
  closedError(): ClientError;
}

type Answer = (results: readonly SubscriptionResult[]) => void;

/** Brings messages to the subscriptions of a client, and the wishes of the application to the engine. */
export class Subscriber implements ChannelOwner {
  readonly #owner: SubscriberOwner;
  readonly #registry = new SubscriptionRegistry();
  readonly #pending = new Map<object, { readonly resolve: Answer; readonly reject: (error: unknown) => void }>();
  readonly #full = new Set<Channel>();
  #unmatched: Channel | undefined;
  #dropped = 0;
  #isClosed = false;

  constructor(owner: SubscriberOwner) {
    this.#owner = owner;
    if (owner.onMessage !== undefined) this.#unmatched = this.#channel({}, owner.onMessage);
  }

  /** QoS 0 messages that found a buffer full. */
  get dropped(): number {
    return this.#dropped;
  }

  /** See `Client.subscribe`. */
  async subscribe(
    filter: FilterArgument,
    handler: MessageHandler | undefined,
    options: SubscribeOptions = {},
  ): Promise<MessageStream> {
    if (this.#isClosed) throw this.#owner.closedError();
    const { subscriptionIdentifier, userProperties, requireAll = true } = options;
    const subscriptions = requestedSubscriptions(filter, options, this.#owner.hasProperties());
    const topicFilters = subscriptions.map(({ topicFilter }) => topicFilter);
    const channel = this.#channel(options, handler);
    const registered: RegisteredSubscription = {
      channel,
      topicFilters,
      matchedFilters: topicFilters.map((text) => parseSubscriptionFilter(text).filter),
      subscriptionIdentifier,
    };
    // From now on: retained messages may come in the same chunk as the answer.
    this.#registry.add(registered);
    const wish: SubscribeRequest = { kind: 'subscribe', subscriptions, subscriptionIdentifier, userProperties };
    let results: readonly SubscriptionResult[] = [];
    try {
      results = await this.#ask(wish, options);
      if (requireAll && results.some(({ reasonCode }) => reasonCode >= 0x80)) throw new SubscribeRefusedError(results);
    } catch (error) {
      const unused = this.#registry.remove(registered);
      channel.end(undefined, true);
      // What was granted all the same, or will be, is not wanted.
      const refused = new Set(
        results.flatMap(({ reasonCode, topicFilter: text }) => (reasonCode < 0x80 ? [] : [text])),
      );
      const isSent = this.#owner.withdraw(wish) || results.length > 0;
      if (!this.#isClosed && isSent) this.#forget(unused.filter((text) => !refused.has(text)));
      throw error;
    }
    return this.#stream(registered, results);
  }

  /** See `Client.unsubscribe`. */
  async unsubscribe(
    topicFilters: readonly string[],
    { userProperties, ...options }: CallOptions & Pick<SubscribeOptions, 'userProperties'>,
  ): Promise<readonly SubscriptionResult[]> {
    if (this.#isClosed) throw this.#owner.closedError();
    requestedSubscriptions(topicFilters, {}, this.#owner.hasProperties());
    return await this.#ask({ kind: 'unsubscribe', topicFilters, userProperties }, options);
  }

  /** A message for the application. */
  dispatch(message: ReceivedMessage): void {
    const subscriptions = this.#registry.find(message);
    const serverKnowsMaximum = this.#owner.hasProperties();
    // Held here too, so that the first handler that is done does not acknowledge for the others.
    message.holds += 1;
    for (const { channel } of subscriptions) channel.deliver(message, serverKnowsMaximum);
    if (subscriptions.length === 0) this.#unmatched?.deliver(message, serverKnowsMaximum);
    this.release(message);
  }

  /** The application calls `message.acknowledge()`. */
  acknowledge(message: ReceivedMessage, reasonCode: number): void {
    if (!message.isManual) return;
    message.isManual = false;
    message.answer = reasonCode;
    this.#acknowledgeIfDone(message);
  }

  release(message: ReceivedMessage): void {
    message.holds -= 1;
    this.#acknowledgeIfDone(message);
  }

  handlerFailed(error: unknown, message: ReceivedMessage): void {
    this.#owner.emit('handlerFailed', { error, message });
  }

  messageDropped(message: ReceivedMessage): void {
    this.#dropped += 1;
    const { topicName } = message;
    this.#owner.emit('messageDropped', { direction: 'received', topicName, reason: 'bufferFull' });
    this.release(message);
  }

  channelFull(channel: Channel, isFull: boolean): void {
    const before = this.#full.size;
    if (isFull) this.#full.add(channel);
    else this.#full.delete(channel);
    if (before === 0 && isFull) this.#owner.setReadingPaused(true);
    else if (before > 0 && this.#full.size === 0) this.#owner.setReadingPaused(false);
  }

  /** The server has answered a request. */
  handleAnswer(wish: SubscribeRequest | UnsubscribeRequest, results: readonly SubscriptionResult[]): void {
    this.#pending.get(wish)?.resolve(results);
    this.#pending.delete(wish);
  }

  /** A request will not be answered. */
  handleFailure(wish: SubscribeRequest | UnsubscribeRequest, error: Error): void {
    this.#pending.get(wish)?.reject(error);
    this.#pending.delete(wish);
  }

  /** The client is closed; iterators end, with the error if there is one. */
  close(error: Error | undefined): void {
    this.#isClosed = true;
    for (const { reject } of this.#pending.values()) reject(error ?? this.#owner.closedError());
    this.#pending.clear();
    for (const { channel } of this.#registry.all()) channel.end(error, false);
  }

  #channel(options: SubscribeOptions, handler: MessageHandler | undefined): Channel {
    const { acknowledge = 'handled', bufferMax = 1000, bufferOverflow = 'dropNewest', concurrency = 1 } = options;
    const { tracing } = this.#owner;
    const handle = tracing?.handle?.bind(tracing);
    const traced =
      handler === undefined || handle === undefined
        ? handler
        : (message: ReceivedMessage) => handle(message, () => handler(message));
    return new Channel({ acknowledge, bufferMax, bufferOverflow, concurrency }, traced, this);
  }

  #ask(wish: SubscribeRequest | UnsubscribeRequest, options: CallOptions): Promise<readonly SubscriptionResult[]> {
    return call(
      options,
      this.#owner.clock,
      (resolve, reject) => {
        this.#pending.set(wish, { resolve, reject });
        try {
          this.#owner.request(wish);
        } catch (error) {
          this.#pending.delete(wish);
          reject(error);
        }
      },
      () => this.#pending.delete(wish),
    );
  }

  /** Unsubscribes from what nobody uses, without waiting for the answer. */
  #forget(topicFilters: readonly string[]): void {
    if (topicFilters.length === 0) return;
    try {
      this.#owner.request({ kind: 'unsubscribe', topicFilters, userProperties: undefined });
    } catch (error) {
      this.#owner.emit('failed', { error });
    }
  }

  #stream(registered: RegisteredSubscription, results: readonly SubscriptionResult[]): MessageStream {
    const { channel } = registered;
    const unsubscribe = async (options: CallOptions = {}): Promise<readonly SubscriptionResult[]> => {
      const topicFilters = this.#registry.remove(registered);
      channel.end(undefined, true);
      if (topicFilters.length === 0 || this.#isClosed) return [];
      return await this.#ask({ kind: 'unsubscribe', topicFilters, userProperties: undefined }, options);
    };
    return {
      results,
      get dropped() {
        return channel.dropped;
      },
      unsubscribe,
      [Symbol.asyncIterator]: () => ({
        next: () => channel.next() as Promise<IteratorResult<ReceivedMessage, undefined>>,
        return: async () => {
          await unsubscribe();
          return { done: true, value: undefined };
        },
      }),
      [Symbol.asyncDispose]: async () => void (await unsubscribe()),
    };
  }

  #acknowledgeIfDone(message: ReceivedMessage): void {
    if (message.qos > 0 && message.holds === 0 && !message.isManual) {
      this.#owner.acknowledge(message, message.answer);
    }
  }
}

/** Fills in the options. @throws TopicError | ClientError when a Topic Filter or option is not for this version */
function requestedSubscriptions(
  filter: FilterArgument,
  defaults: SubscribeOptions,
  hasProperties: boolean,
): RequestedSubscription[] {
  const list: readonly (string | FilterOptions)[] = isList(filter) ? filter : [filter];
  if (list.length === 0) throw new ClientError('subscribe was given no Topic Filter; at least one is needed');
  return list.map((item) => {
    const {
      topicFilter,
      qos = 0,
      noLocal = false,
      retainAsPublished = false,
      retainHandling = 0,
    } = typeof item === 'string' ? { ...defaults, topicFilter: item } : item;
    const fault = hasProperties ? checkSubscriptionFilter(topicFilter) : checkTopicFilter(topicFilter);
    if (fault !== undefined) throw fault;
    return { topicFilter, qos, noLocal, retainAsPublished, retainHandling };
  });
}

function isList(filter: FilterArgument): filter is readonly (string | FilterOptions)[] {
  return Array.isArray(filter);
}
