import {
  Broker,
  type Acknowledgement,
  type LocalDelivery,
  type LocalListener,
  type LocalSubscribeOptions,
  type LocalSubscription,
  type Message,
  type PublishRequest,
  type QueuePage,
  type QueueReadRequest,
} from '@skua/broker';
import { StoreError, type Store, type StoreHealth } from '@skua/store';
import type { Listener, ListenerAddress, Transport } from '@skua/transport';
import { brokerAuthenticator, brokerAuthorizer, type LateAnswers } from './async-access.ts';
import type { Durability } from './durability.ts';
import { BrokerTimer } from './broker-timer.ts';
import { connectionInfo, ConnectionDriver, type DriverOwner } from './connection-driver.ts';
import { JournalWriter } from './journal-writer.ts';
import { QueueReads } from './queue-reads.ts';
import { restoreBroker } from './restore-broker.ts';
import type { ServerEvent } from './server-event.ts';
import { resolveServerOptions, type ResolvedServerOptions, type ServerOptions } from './server-options.ts';
import { SlabPool } from './slab-pool.ts';

/**
 * Runs an MQTT broker: on listeners, a clock and, if there is one, a store.
 *
 * @example
 * const server = createServer();
 * await server.listen(tcpListener({ host: 'localhost', port: 1883 }));
 */
export function createServer(options: ServerOptions = {}): Server {
  return new BrokerServer(options);
}

/** A running broker. */
export interface Server {
  /** The core. Read its counters and lists; what changes it goes through the server, which knows the time. */
  readonly broker: Broker;
  /** Resolves when the store was read; `listen` and `accept` wait for it by themselves. Rejects when it cannot be read. */
  readonly ready: Promise<void>;
  /** How the store does; undefined without one. */
  readonly durability: Durability | undefined;
  /** Bytes of output memory: with connections, and kept for the next turn. */
  readonly memory: { readonly usedBytes: number; readonly pooledBytes: number };
  /**
   * Accepts connections from a listener, as soon as the store was read.
   *
   * @returns what is really listened on.
   * @throws {ListenError} when the listener cannot listen, and {Error} when the server is closed.
   */
  listen(listener: Listener, options?: AcceptOptions): Promise<readonly ListenerAddress[]>;
  /** Serves a connection of your own making. The transport must not be opened yet. */
  accept(transport: Transport, options?: AcceptOptions): void;
  /** Publishes a message of your own. @returns how many sessions and subscriptions match. @throws {TopicError} */
  publish(request: PublishRequest): number;
  /**
   * Subscribes in process. The listener is called at the end of the turn, retained messages first, and may call the server.
   *
   * @throws {TopicError} on an invalid filter.
   */
  subscribe(subscriptionFilter: string, listener: LocalListener, options?: LocalSubscribeOptions): LocalSubscription;
  /**
   * Ends a client's connection, with 0x98 Administrative action unless another reason is given.
   *
   * @param serverReference where to go instead: for 0x9C Use another server and 0x9D Server moved
   * @returns false when it is not connected.
   * @throws {RangeError} on a reason code that a server's DISCONNECT may not have.
   */
  disconnectClient(clientIdentifier: string, reasonCode?: DisconnectReasonCode, serverReference?: string): boolean;
  /** Ends a session and its connection. @returns false when there is none. */
  endSession(clientIdentifier: string): boolean;
  /**
   * Ends everything: listeners close, 5.0 clients get DISCONNECT 0x8B, what was written is flushed, the journal is stored,
   * the store is closed. Resolves when nothing is left, within `limits.closeTimeoutMs`. Idempotent.
   */
  close(): Promise<void>;
}

/** How a listener's connections are treated. */
export interface AcceptOptions {
  /** The listener's name for logs and rules; its number in the order of the calls unless given. */
  readonly name?: string;
  /** When what depends on the store is acknowledged; as `broker.acknowledgement` says unless given. */
  readonly acknowledgement?: Acknowledgement;
  /** Whether a client without User Name is let in when there is no authenticator; true unless given. */
  readonly anonymousAllowed?: boolean;
}

/** A reason code of DISCONNECT. */
export type DisconnectReasonCode = Parameters<Broker['disconnectClient']>[2];

class BrokerServer implements Server, DriverOwner, LateAnswers {
  readonly broker: Broker;
  readonly ready: Promise<void>;
  readonly pool: SlabPool;
  readonly outputLimits: { readonly outputBytesMax: number };
  journalBacklogged = false;
  readonly #resolved: ResolvedServerOptions;
  readonly #onEvent: ((event: ServerEvent) => void) | undefined;
  readonly #store: Store | undefined;
  readonly #journal: JournalWriter | undefined;
  readonly #reads: QueueReads | undefined;
  readonly #timer: BrokerTimer;
  readonly #drivers: Set<ConnectionDriver> = new Set();
  readonly #listeners: Listener[] = [];
  #listenersNamed = 0;
  #state: 'starting' | 'running' | 'closing' | 'closed' = 'starting';
  #closed: Promise<void> | undefined;
  #whenNoDrivers: (() => void) | undefined;
  /** As the broker knows it. */
  #storeIsWell = true;
  #storeHealth: StoreHealth = { state: 'well' };
  #storeExplanation = '';
  /** For the turn. */
  #turnScheduled = false;
  #readOnceMore = false;
  #dirty: ConnectionDriver[] = [];
  #awaitingStore: ConnectionDriver[] = [];
  /** The embedder is told at the end of the turn, outside the broker, so it may call the server. */
  #told: Told[] = [];

  constructor(options: ServerOptions) {
    this.#resolved = resolveServerOptions(options);
    const { clock, limits, random } = this.#resolved;
    this.#onEvent = options.onEvent;
    this.pool = new SlabPool(limits.pooledBytesMax);
    this.outputLimits = limits;
    this.#store = options.store;
    if (options.store !== undefined) {
      const owner = {
        isAwaited: (sequence: number) =>
          this.broker.awaitedSequence > sequence || (this.#reads?.isAwaited(sequence) ?? false),
        stored: (sequence: number) => this.#handleStored(sequence),
        failed: (error: unknown, entries: number) => this.#handleStoreFailed(error, entries),
        recovered: () => this.#handleStoreHealth(),
        backlogged: (backlogged: boolean) => this.#handleBacklog(backlogged),
      };
      this.#journal = new JournalWriter(options.store, owner, clock, {
        backlogMax: limits.journalBacklogMax,
        backlogBytesMax: limits.journalBacklogBytesMax,
        retryMs: limits.storeRetryMs,
        retryMaxMs: limits.storeRetryMaxMs,
        flushMs: limits.journalFlushMs,
      });
      const readsOwner = {
        pageRead: (request: QueueReadRequest, page: QueuePage) => this.#handlePageRead(request, page),
        readFailed: (error: unknown) => this.#tell({ type: 'storeFailed', error, entries: 0 }),
      };
      this.#reads = new QueueReads(options.store, this.#journal, readsOwner, clock, limits.storeRetryMs);
    }
    this.broker = new Broker(options.broker, {
      events: options.onEvent === undefined ? undefined : (event) => this.#tell(event),
      journal: this.#journal,
      queueReader: this.#reads,
      authenticator: options.authenticator && brokerAuthenticator(options.authenticator, this),
      authorizer: options.authorizer && brokerAuthorizer(options.authorizer, this),
      random,
    });
    this.#timer = new BrokerTimer(clock, () => {
      this.turnNeeded();
      this.broker.handleTimeout(clock.now());
    });
    this.ready = this.#start(options.store);
    // Whoever listens gets the rejection; without a listener it must not end the process.
    this.ready.catch(() => {});
  }

  get durability(): Durability | undefined {
    if (this.#journal === undefined || this.#store === undefined) return undefined;
    return {
      ...this.#journal.statistics(),
      state: this.#storeIsWell ? 'well' : 'unwell',
      explanation: this.#storeIsWell ? undefined : this.#storeExplanation,
      gateDepth: this.broker.heldPromises,
      store: this.#store.statistics(),
    };
  }

  get memory(): { readonly usedBytes: number; readonly pooledBytes: number } {
    return { usedBytes: this.pool.usedBytes, pooledBytes: this.pool.pooledBytes };
  }

  get journalSequence(): number {
    return this.#journal?.sequence ?? 0;
  }

  async listen(listener: Listener, options: AcceptOptions = {}): Promise<readonly ListenerAddress[]> {
    this.#listenersNamed += 1;
    const name = options.name ?? String(this.#listenersNamed);
    await this.ready;
    if (this.#isClosing()) throw new Error('The server is closed.');
    this.#listeners.push(listener);
    return listener.listen(
      (transport) => this.accept(transport, { ...options, name }),
      (error) => this.#tell({ type: 'listenerProblem', listener: name, error }),
    );
  }

  accept(transport: Transport, options: AcceptOptions = {}): void {
    if (this.#isClosing()) {
      transport.destroy();
      return;
    }
    if (this.#state === 'starting') {
      this.ready.then(
        () => this.accept(transport, options),
        () => transport.destroy(),
      );
      return;
    }
    const { name = 'accept', anonymousAllowed = true, acknowledgement } = options;
    const info = connectionInfo(transport.info, { listener: name, anonymousAllowed, acknowledgement });
    this.#drivers.add(new ConnectionDriver(transport, info, this));
  }

  publish(request: PublishRequest): number {
    this.turnNeeded();
    return this.broker.publish(request, this.now());
  }

  subscribe(
    subscriptionFilter: string,
    listener: LocalListener,
    options: LocalSubscribeOptions = {},
  ): LocalSubscription {
    this.turnNeeded();
    let active = true;
    const tellLater = (message: Message, delivery: LocalDelivery): void => {
      this.turnNeeded();
      // A subscription that ended within the turn hears nothing more.
      this.#told.push({ kind: 'message', listener: (...args) => active && listener(...args), message, delivery });
    };
    const subscription = this.broker.subscribe(subscriptionFilter, options, tellLater, this.now());
    return {
      subscriptionFilter,
      unsubscribe: () => {
        active = false;
        this.turnNeeded();
        subscription.unsubscribe();
      },
    };
  }

  disconnectClient(...[clientIdentifier, ...reason]: Parameters<Server['disconnectClient']>): boolean {
    this.turnNeeded();
    return this.broker.disconnectClient(clientIdentifier, this.now(), ...reason);
  }

  endSession(clientIdentifier: string): boolean {
    this.turnNeeded();
    return this.broker.endSession(clientIdentifier, this.now());
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  now(): number {
    return this.#resolved.clock.now();
  }

  turnNeeded(): void {
    if (this.#turnScheduled) return;
    this.#turnScheduled = true;
    this.#resolved.schedule(this.#endTurn);
  }

  driverDirty(driver: ConnectionDriver): void {
    this.#dirty.push(driver);
    this.turnNeeded();
  }

  driverClosed(driver: ConnectionDriver): void {
    this.#drivers.delete(driver);
    if (this.#drivers.size === 0) this.#whenNoDrivers?.();
  }

  driverAwaitsStore(driver: ConnectionDriver): void {
    this.#awaitingStore.push(driver);
  }

  internalError(error: unknown): void {
    this.#tell({ type: 'internalError', error });
  }

  authenticated(...[connection, ticket, answer]: Parameters<LateAnswers['authenticated']>): void {
    this.turnNeeded();
    this.broker.handleAuthenticated(connection, ticket, answer, this.now());
  }

  authorized(...[connection, ticket, answer]: Parameters<LateAnswers['authorized']>): void {
    this.turnNeeded();
    this.broker.handleAuthorized(connection, ticket, answer, this.now());
  }

  hookFailed(...[hook, connection, error]: Parameters<LateAnswers['hookFailed']>): void {
    this.#tell({ type: 'hookFailed', hook, clientIdentifier: connection.clientIdentifier, error });
  }

  /** The store is given its batch first, since it takes longest; then every output is written once. */
  readonly #endTurn = (): void => {
    // With this much to write the sockets are read once more before: what has come meanwhile leaves in the same writes.
    if (!this.#readOnceMore && this.#dirty.length >= DIRTY_TO_READ_ONCE_MORE) {
      this.#readOnceMore = true;
      this.#resolved.schedule(this.#endTurn);
      return;
    }
    this.#readOnceMore = false;
    this.#turnScheduled = false;
    if (this.#told.length > 0) this.#tellEmbedder();
    this.#journal?.flush();
    this.#reads?.begin();
    this.#flushOutputs();
    if (this.#state === 'running') this.#timer.arm(this.broker.nextTimeout());
  };

  #flushOutputs(): void {
    if (this.#dirty.length === 0) return;
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const driver of dirty) driver.flush();
  }

  #tell(event: ServerEvent): void {
    if (this.#onEvent === undefined) return;
    this.turnNeeded();
    this.#told.push({ kind: 'event', event });
  }

  /** What this causes is told in the next turn, so an embedder that answers itself does not stop the server. */
  #tellEmbedder(): void {
    const told = this.#told;
    this.#told = [];
    for (const item of told) {
      try {
        if (item.kind === 'event') this.#onEvent?.(item.event);
        else item.listener(item.message, item.delivery);
      } catch (error) {
        // An event handler that throws has nobody else to be told to.
        if (item.kind === 'message') {
          this.#tell({ type: 'hookFailed', hook: 'listener', clientIdentifier: undefined, error });
        }
      }
    }
  }

  #handleStored(sequence: number): void {
    this.broker.handleStored(sequence, this.now());
    // This was a batch already: what it released leaves at once instead of waiting for the end of another turn.
    this.#flushOutputs();
    this.turnNeeded();
  }

  #handleStoreFailed(error: unknown, entries: number): void {
    this.#storeExplanation = error instanceof Error ? error.message : String(error);
    this.#tell({ type: 'storeFailed', error, entries });
    this.#handleStoreHealth();
  }

  /** Unwell is a store that says so or has not taken the last batch; well again only one of which neither is true. */
  #handleStoreHealth(): void {
    const { state } = this.#storeHealth;
    const isWell = state === 'well' && this.#journal?.isFailing !== true;
    if (isWell === this.#storeIsWell) return;
    this.#storeIsWell = isWell;
    if (isWell) this.#tell({ type: 'storeRecovered' });
    this.turnNeeded();
    this.broker.handleStoreHealth(isWell, this.now());
  }

  #watchStore(store: Store): void {
    store.watchHealth?.((health) => {
      this.#storeHealth = health;
      if (health.state === 'unwell') {
        this.#storeExplanation = health.explanation;
        const error = new StoreError(health.explanation, { code: health.code });
        if (this.#storeIsWell) this.#tell({ type: 'storeFailed', error, entries: 0 });
      } else this.#journal?.retry();
      this.#handleStoreHealth();
    });
  }

  #handlePageRead(request: QueueReadRequest, page: QueuePage): void {
    this.turnNeeded();
    this.broker.handleQueueRead(request, page, this.now());
  }

  #handleBacklog(backlogged: boolean): void {
    this.journalBacklogged = backlogged;
    if (backlogged) return;
    for (const driver of this.#awaitingStore.splice(0)) driver.resumeAfterBacklog();
  }

  #isClosing(): boolean {
    return this.#state === 'closing' || this.#state === 'closed';
  }

  async #start(store: Store | undefined): Promise<void> {
    if (store !== undefined) {
      await restoreBroker(this.broker, store, () => this.now());
      this.#watchStore(store);
    }
    if (this.#state === 'starting') this.#state = 'running';
    this.turnNeeded();
  }

  async #close(): Promise<void> {
    const wasStarting = this.#state === 'starting';
    this.#state = 'closing';
    this.#timer.stop();
    if (wasStarting) await this.ready.catch(() => {});
    const { clock, limits } = this.#resolved;
    let timer: unknown;
    const deadline = new Promise<void>((resolve) => {
      timer = clock.setTimeout(resolve, limits.closeTimeoutMs);
    });
    try {
      await Promise.all(this.#listeners.map((listener) => listener.close()));
      this.broker.shutDown(this.now());
      this.turnNeeded();
      await Promise.race([this.#noDrivers(), deadline]);
      for (const driver of this.#drivers) driver.destroy();
      if (this.#journal !== undefined) await Promise.race([this.#journal.done(), deadline]);
    } finally {
      clock.clearTimeout(timer);
      this.#journal?.stop();
      this.#reads?.stop();
      await this.#store?.close();
      this.#state = 'closed';
    }
  }

  async #noDrivers(): Promise<void> {
    if (this.#drivers.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#whenNoDrivers = resolve;
    });
  }
}

/** So many connections with output make a turn a busy one. */
const DIRTY_TO_READ_ONCE_MORE = 8;

/** Something that the embedder is told at the end of the turn. */
type Told =
  | { readonly kind: 'event'; readonly event: ServerEvent }
  | {
      readonly kind: 'message';
      readonly listener: LocalListener;
      readonly message: Message;
      readonly delivery: LocalDelivery;
    };
