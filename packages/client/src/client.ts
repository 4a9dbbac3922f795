import type { ConnackPacket, ProtocolVersion } from '@skua/codec';
import { call, watchCall, type CallOptions } from './call.ts';
import {
  engineOptions,
  payloadBytes,
  surroundings,
  type ClientOptions,
  type DialOptions,
  type Payload,
} from './client-options.ts';
import { steadyNow, type Clock } from './clock.ts';
import { DeadlineTimer } from './deadline-timer.ts';
import { prepareCredentials } from './prepare-credentials.ts';
import { Driver, type DriverOwner } from './driver.ts';
import type { ClientState } from './engine/client-state.ts';
import { ClientEngine } from './engine/engine.ts';
import type { EngineSink } from './engine/engine-sink.ts';
import { ClientError, ClosedError, type SubscriptionResult } from './engine/errors.ts';
import type { Limits } from './engine/limits.ts';
import { NO_PROPERTIES, type OutgoingMessage } from './engine/outgoing-message.ts';
import type { PacketRecord } from './engine/packet-ring.ts';
import type { ReceivedMessage } from './engine/received-message.ts';
import type { SessionEntry } from './engine/session-entry.ts';
import { Events, type ClientEvents } from './events.ts';
import { explain } from './explain.ts';
import type { Output } from './output.ts';
import { PublishReceipt, type Receipt } from './receipt.ts';
import { request, respond, type RequestOptions, type Responder } from './request.ts';
import type { MessageHandler } from './subscription-channel.ts';
import {
  Subscriber,
  type FilterArgument,
  type MessageStream,
  type SubscribeOptions,
  type Subscription,
} from './subscriber.ts';
import { StoreWriter } from './store-writer.ts';
import { withTrace } from './tracing.ts';
import { whenConnected } from './when-connected.ts';
import type { CloseOptions, PublishOptions, Statistics } from './client-calls.ts';
import { Authentication } from './authentication.ts';

/** An MQTT client: it stays connected, and everything that it promises settles exactly once. Made by `connect` and `createClient`. */
export class Client implements AsyncDisposable {
  readonly #options: ClientOptions & DialOptions;
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #engine: ClientEngine;
  readonly #driver: Driver;
  readonly #events = new Events();
  readonly #subscriber: Subscriber;
  readonly #store: StoreWriter | undefined;
  /** What the engine reported in the present turn and nobody was told yet. */
  #inbox: ReceivedMessage[] = [];
  #told: (() => void)[] = [];
  #isTelling = false;
  readonly #timer: DeadlineTimer;
  #idleWaiters: (() => void)[] = [];
  #closing: Promise<void> | undefined;
  readonly #authentication: Authentication;

  /** @throws RangeError | TypeError when an option is out of its range */
  constructor(options: ClientOptions & DialOptions) {
    const { clock, schedule } = surroundings(options);
    this.#options = options;
    this.#clock = clock;
    this.#now = steadyNow(clock);
    this.#timer = new DeadlineTimer(clock, this.#now, () => {
      this.#run((now) => {
        if (now >= this.#engine.nextTimeout) this.#engine.handleTimeout(now);
      });
    });
    this.#engine = new ClientEngine(engineOptions(options), this.#sink());
    this.#driver = new Driver(options.dial, schedule, this.#driverOwner());
    this.#subscriber = new Subscriber({
      clock,
      request: (wish) => this.#run((now) => this.#engine.session.subscriptions.request(wish, now)),
      withdraw: (wish) => this.#engine.session.subscriptions.withdraw(wish),
      acknowledge: (message, reasonCode) =>
        this.#run((now) => this.#engine.session.inbox.acknowledge(message, reasonCode, now)),
      setReadingPaused: (isPaused) => {
        this.#driver.setReadingPaused(isPaused);
        this.#run((now) => this.#engine.setReadingPaused(isPaused, now));
      },
      emit: (type, event) => this.#events.emit(type, event),
      hasProperties: () => this.#engine.rules.hasProperties,
      onMessage: options.onMessage,
      tracing: options.tracing,
      closedError: () => this.#closedError(),
    });
    this.#authentication = new Authentication(options.authentication, {
      begin: (data) => this.#run((now) => this.#engine.reauthenticate(data, now)),
      send: (data) => this.#run((now) => this.#engine.handleAuthentication(data, now)),
      fail: (error) => this.#run((now) => this.#engine.handleAuthenticationFailed(error, now)),
    });
    if (options.store !== undefined) {
      this.#store = new StoreWriter(options.store, clock, {
        stored: (count) => this.#run((now) => this.#engine.session.handleStored(count, now)),
        failed: (error) => this.#events.emit('failed', { error }),
      });
    }
    void this.#start();
  }

  /** Where the client stands; a new value with each change. */
  get state(): ClientState {
    return this.#engine.state;
  }

  /** What the server allows; until the first connection what the specification assumes. */
  get limits(): Limits {
    return this.#engine.limits;
  }

  /** As given, or as assigned by the server; empty before that. */
  get clientIdentifier(): string {
    return this.#engine.clientIdentifier;
  }

  /** The version that is spoken, or tried. */
  get protocolVersion(): ProtocolVersion {
    return this.#engine.rules.protocolVersion;
  }

  /** The client's time. */
  get clock(): Clock {
    return this.#clock;
  }

  /** Whether messages can carry properties: 5.0. */
  get hasProperties(): boolean {
    return this.#engine.rules.hasProperties;
  }

  /** Counters of this moment. */
  get statistics(): Statistics {
    const { publisher, inbox } = this.#engine.session;
    return {
      ...publisher.counters,
      inflight: publisher.inflightCount,
      unacknowledged: inbox.unacknowledgedCount,
      receivedDropped: this.#subscriber.dropped,
    };
  }

  /** How many rounds over all servers have failed since the last good connection. */
  get failedRounds(): number {
    return this.#engine.failedRounds;
  }

  /** Resolves when the client is connected, at once if it is. Rejected when it is closed. */
  connected(options: CallOptions = {}): Promise<void> {
    return whenConnected(this, options, () => this.#closedError());
  }

  /**
   * Publishes a message. Resolves when it is admitted: it is sent, or it waits within the budgets of the queue, and with a
   * store it is durable at QoS 1 and 2. What the server says comes with `receipt.acknowledged`. The payload must not be
   * changed before that.
   *
   * Rejected with LimitError when the server does not allow it, QueueFullError, EncodeError or TopicError when it cannot
   * be sent at all, ClosedError.
   */
  publish(topicName: string, payload: Payload, options: PublishOptions = NO_OPTIONS): Promise<Receipt> {
    let receipt: PublishReceipt;
    try {
      receipt = this.#publish(topicName, payload, options);
    } catch (error) {
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- it is what was thrown
      return Promise.reject(error);
    }
    return receipt.isAdmitted ? Promise.resolve(receipt) : receipt.whenAdmitted();
  }

  /**
   * Publishes a message for those who do not care what becomes of it. Nothing is thrown and no promise is made; what goes
   * wrong is a `publishFailed` event.
   *
   * @returns false when the message was not admitted
   */
  send(topicName: string, payload: Payload, options: PublishOptions = NO_OPTIONS): boolean {
    try {
      this.#publish(topicName, payload, options);
      return true;
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      this.#events.emit('publishFailed', { topicName, error: failure });
      return false;
    }
  }

  /**
   * Subscribes, and calls a handler with every message. Resolves with the server's answer. The subscription lives on over
   * all reconnects until it is unsubscribed.
   *
   * Rejected with SubscribeRefusedError when a Topic Filter is refused, unless `requireAll` is false; LimitError,
   * TopicError, ClosedError.
   */
  subscribe(filter: FilterArgument, handler: MessageHandler, options?: SubscribeOptions): Promise<Subscription>;
  /** Subscribes, and gives the messages to an iterator. Its end unsubscribes. */
  subscribe(filter: FilterArgument, options?: SubscribeOptions): Promise<MessageStream>;
  subscribe(
    filter: FilterArgument,
    handlerOrOptions?: MessageHandler | SubscribeOptions,
    options?: SubscribeOptions,
  ): Promise<MessageStream> {
    return typeof handlerOrOptions === 'function'
      ? this.#subscriber.subscribe(filter, handlerOrOptions, options)
      : this.#subscriber.subscribe(filter, undefined, handlerOrOptions);
  }

  /** Unsubscribes from Topic Filters that no subscription of this client has, as those of a session that was continued. */
  unsubscribe(
    topicFilters: string | readonly string[],
    options: CallOptions & Pick<SubscribeOptions, 'userProperties'> = {},
  ): Promise<readonly SubscriptionResult[]> {
    return this.#subscriber.unsubscribe(typeof topicFilters === 'string' ? [topicFilters] : topicFilters, options);
  }

  /** Sends a request and resolves with the first response. Rejected with TimeoutError after `timeout`, 30,000 ms unless given. */
  async request(topicName: string, payload: Payload, options: RequestOptions = {}): Promise<ReceivedMessage> {
    for await (const response of request(this, topicName, payload, { ...options, responsesMax: 1 })) return response;
    throw new ClosedError('No response came.');
  }

  /** Sends a request and gives every response until `timeout` has passed, `responsesMax` have come, or the loop is left. */
  requestMany(
    topicName: string,
    payload: Payload,
    options: RequestOptions = {},
  ): AsyncGenerator<ReceivedMessage, void> {
    return request(this, topicName, payload, options);
  }

  /** Answers requests. What the handler gives is published to the response topic; undefined: nothing is. */
  respond(filter: string, handler: Responder, options: SubscribeOptions = {}): Promise<Subscription> {
    return respond(this, filter, handler, options);
  }

  /** Authenticates anew on the present connection (5.0 with `authentication`). */
  async reauthenticate(options: CallOptions = {}): Promise<void> {
    await this.#authentication.again(options, this.#clock);
  }

  /** Says in plain words where the client stands and what led to it. */
  explain(): string {
    return explain(this, this.#now());
  }

  /** The last packets, oldest first. */
  packets(): readonly PacketRecord[] {
    return this.#engine.ring.list();
  }

  /** Listens to an event. @returns what ends that */
  on<T extends keyof ClientEvents>(type: T, listener: (event: ClientEvents[T]) => void): () => void {
    const off = this.#events.on(type, listener);
    this.#observePackets();
    return () => {
      off();
      this.#observePackets();
    };
  }

  /** The network may have changed, or the machine has slept: the client checks its connection, or tries again at once. */
  wake(): void {
    this.#run((now) => this.#engine.wake(now));
  }

  /**
   * Closes the client: finishes what it has, says DISCONNECT, and settles everything that is left with ClosedError.
   * Resolves when the connection is gone. Every further call gives the same promise.
   */
  close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  /** Cuts the connection without a DISCONNECT, as if the network had failed, and closes the client. */
  destroy(): void {
    this.#run(() => this.#engine.destroy(undefined));
    this.#driver.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #start(): Promise<void> {
    try {
      const session = await this.#store?.load();
      if (session !== undefined) {
        this.#engine.restore(session, ({ message, number }) => {
          const { topicName, payload, qos, retain, properties, expiresAt } = message;
          const receipt = new PublishReceipt(topicName, payload, qos, retain, properties, this.#now(), 0, expiresAt);
          receipt.number = number;
          return receipt;
        });
      }
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      this.#run(() => this.#engine.destroy(cause));
      return;
    }
    this.#run((now) => this.#engine.start(now));
  }

  #publish(topicName: string, payload: Payload, options: PublishOptions): PublishReceipt {
    const { qos = 0, retain = false, properties = NO_PROPERTIES, topicAlias = 0, signal, timeout } = options;
    if (this.#closing !== undefined || this.#engine.state.status === 'closed') throw this.#closedError();
    const trace = this.#options.tracing?.publish?.(topicName, qos);
    const now = this.#now();
    const receipt = new PublishReceipt(
      topicName,
      payloadBytes(payload),
      qos,
      retain,
      trace === undefined ? properties : withTrace(properties, trace),
      now,
      topicAlias,
    );
    if (trace !== undefined) receipt.whenSettled = () => trace.end(receipt.outcome);
    if (signal !== undefined || timeout !== undefined) {
      receipt.stopWatching = watchCall(options, this.#clock, (error) =>
        this.#run((later) => this.#engine.session.publisher.withdraw(receipt, error, later)),
      );
    }
    let admission: 'admitted' | 'waiting';
    try {
      admission = this.#engine.session.publisher.publish(receipt, now);
    } catch (error) {
      receipt.outcome ??= error instanceof Error ? error : new Error(String(error));
      receipt.settle();
      throw error;
    }
    if (admission === 'admitted') receipt.admit();
    this.#endTurn();
    return receipt;
  }

  /** Everything that the engine is told goes through here: what it reports is told on afterwards. */
  #run(step: (now: number) => void): void {
    try {
      step(this.#now());
    } finally {
      this.#endTurn();
    }
  }

  #endTurn(): void {
    if (this.#told.length > 0 || this.#inbox.length > 0) this.#tell();
    this.#store?.flush();
    this.#timer.arm(this.#engine.nextTimeout);
  }

  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    while (this.#told.length > 0 || this.#inbox.length > 0) {
      const told = this.#told;
      const inbox = this.#inbox;
      this.#told = [];
      this.#inbox = [];
      for (const tell of told) tell();
      for (const message of inbox) this.#subscriber.dispatch(message);
    }
    this.#isTelling = false;
  }

  #sink(): EngineSink {
    const tell = (step: () => void): void => void this.#told.push(step);
    return {
      dial: (server, attempt) => this.#driver.dial(server, attempt),
      cancelDial: () => this.#driver.cancel(),
      append: (entry: SessionEntry) => this.#store?.append(entry),
      stateChanged: (state) => {
        tell(() => this.#events.emit('state', state));
        if (state.status === 'closed') tell(() => this.#handleClosed(state.cause));
      },
      connected: (connack: ConnackPacket, server) => tell(() => this.#events.emit('connected', { connack, server })),
      disconnected: (cause, willReconnect) =>
        tell(() => {
          this.#events.emit('disconnected', { cause, willReconnect });
          this.#authentication.end(cause);
        }),
      sessionLost: (loss) => tell(() => this.#events.emit('sessionLost', loss)),
      subscriptionsRestored: (results) => tell(() => this.#events.emit('subscriptionsRestored', { results })),
      requestAnswered: (wish, results) => tell(() => this.#subscriber.handleAnswer(wish, results)),
      requestFailed: (wish, error) => tell(() => this.#subscriber.handleFailure(wish, error)),
      messageReceived: (message) => void this.#inbox.push(message),
      messageSettled: (message) => this.#handleSettled(message),
      messageAdmitted: (message) => {
        if (message instanceof PublishReceipt) message.admit();
      },
      messageDropped: ({ topicName }, reason) => {
        if (!this.#events.has('messageDropped')) return;
        tell(() => this.#events.emit('messageDropped', { direction: 'sent', topicName, reason }));
      },
      acknowledge: (message, reasonCode) => this.#subscriber.acknowledge(message, reasonCode),
      authenticationContinues: (data) => tell(() => void this.#authentication.continue(data)),
      authenticated: (data) => tell(() => void this.#authentication.finish(data)),
    };
  }

  #driverOwner(): DriverOwner {
    return {
      prepare: (server, context) =>
        prepareCredentials(this.#options, { ...context, server }, () => this.#authentication.start()),
      opened: (link, credentials) => this.#run((now) => this.#engine.handleOpened(link, credentials, now)),
      dialFailed: (error) => this.#run((now) => this.#engine.handleDialFailed(error, now)),
      received: (link, chunk) => this.#run((now) => this.#engine.handleBytes(link, chunk, now)),
      writable: (link: Output) => this.#run((now) => this.#engine.handleWritable(link, now)),
      closed: (link, error) => this.#run((now) => this.#engine.handleClosed(link, error, now)),
    };
  }

  #handleSettled(message: OutgoingMessage): void {
    const { outcome, topicName } = message;
    const isAdmitted = !(message instanceof PublishReceipt) || message.isAdmitted;
    if (message instanceof PublishReceipt) message.settle();
    if (outcome instanceof Error && isAdmitted && this.#events.has('publishFailed')) {
      this.#told.push(() => this.#events.emit('publishFailed', { topicName, error: outcome }));
    }
    if (this.#idleWaiters.length > 0) this.#told.push(() => this.#checkIdle());
  }

  #checkIdle(): void {
    if (!this.#engine.session.publisher.isIdle) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  #handleClosed(cause: Error | undefined): void {
    const error = this.#closedError();
    this.#subscriber.close(cause === undefined ? undefined : error);
    this.#authentication.end(error);
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
    this.#timer.stop();
    void this.#store?.close();
  }

  async #close(options: CloseOptions): Promise<void> {
    const { drain = true, timeout = CLOSE_TIMEOUT_MS, signal } = options;
    // What was written in this turn, and calls of this turn that are about to be made, belong to what is finished.
    this.#engine.beginClosing();
    this.#endTurn();
    if (drain && this.state.status !== 'closed' && !this.#engine.session.publisher.isIdle) {
      await this.#atMost(timeout, signal, new Promise<void>((resolve) => this.#idleWaiters.push(resolve)));
    }
    if (this.state.status !== 'closed') {
      try {
        this.#run((now) => this.#engine.disconnect(options, now));
      } catch (error) {
        this.#run(() => this.#engine.destroy(undefined));
        throw error;
      }
    }
    await this.#atMost(Math.min(timeout, CLOSE_NETWORK_MS), signal, this.#driver.whenClosed());
    this.#driver.destroy();
    await this.#store?.close();
  }

  async #atMost(timeout: number, signal: AbortSignal | undefined, done: Promise<void>): Promise<void> {
    try {
      await call<void>({ timeout, signal }, this.#clock, (resolve) => void done.then(resolve));
    } catch {
      // It took too long: closing goes on without it.
    }
  }

  #observePackets(): void {
    const isObserved = this.#events.has('packetSent') || this.#events.has('packetReceived');
    this.#engine.ring.listener = isObserved
      ? (record) => {
          const copy = { ...record };
          const type = record.direction === 'sent' ? 'packetSent' : 'packetReceived';
          this.#told.push(() => this.#events.emit(type, copy));
        }
      : undefined;
  }

  #closedError(): ClientError {
    const { state } = this;
    const cause = state.status === 'closed' ? state.cause : undefined;
    return new ClosedError(cause === undefined ? 'The client is closed.' : `The client is closed: ${cause.message}`, {
      cause,
      reasonCode: cause instanceof ClientError ? cause.reasonCode : undefined,
    });
  }
}

const NO_OPTIONS: PublishOptions = Object.freeze({});
/** How long `close` drains unless it is told. */
const CLOSE_TIMEOUT_MS = 5000;
/** How long a DISCONNECT may take to leave. */
const CLOSE_NETWORK_MS = 1000;
