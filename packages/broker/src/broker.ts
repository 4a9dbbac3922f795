import { ReasonCode, type QoS } from '@skua/codec';

import type { AuthenticationAnswer, PublishAnswer } from './access.ts';
import { finishConnect } from './accept-connect.ts';
import { applyAuthentication, applyAuthorization } from './answers.ts';
import { ClientConnection } from './client-connection.ts';
import type { ConnectionInfo } from './connection-info.ts';
import type { Connection } from './connection.ts';
import { Core, type CorePorts } from './core.ts';
import type { BrokerCounters } from './counters.ts';
import { endConnection, isDisconnectReasonCode } from './end-connection.ts';
import { resumeInput, takeBytes } from './input.ts';
import type { ClientListing, Page, PageRequest, SessionListing, SubscriptionListing } from './inspect.ts';
import type { Held } from './journal.ts';
import type { Link } from './link.ts';
import { listClients, listRetained, listSessions, listSubscriptions, reportMatch } from './list.ts';
import type { LocalListener, LocalSubscribeOptions, LocalSubscription } from './local-subscription.ts';
import { subscribeLocally } from './local-subscriptions.ts';
import type { MatchReport } from './match-report.ts';
import type { Message, PublishRequest } from './message.ts';
import { closeConnection, openConnection } from './open-connection.ts';
import { resolveBrokerOptions, type BrokerOptions, type BrokerOptionsInput } from './options.ts';
import { messageFromRequest } from './publish-request.ts';
import type { QueuePage, QueueReadRequest } from './queue-reader.ts';
import { restoreSnapshot } from './restore.ts';
import { routeMessage } from './route-message.ts';
import { releasePromise } from './send-promise.ts';
import { endSession } from './sessions.ts';
import { takeQueuePage } from './take-queue-page.ts';
import type { BrokerSnapshot } from './snapshot.ts';
import { changeStoreHealth } from './store-health.ts';
import { handleDue } from './timeouts.ts';
import { releaseDelivery, sendQueued } from './transmit.ts';

/** What the broker calls. Everything is optional. */
export type BrokerPorts = CorePorts;

/**
 * An MQTT broker without any I/O: bytes, time and decisions go in by `handleX`, bytes leave through {@link Link}.
 *
 * Every `now` is in milliseconds of one clock of the embedder's choice that does not run backwards (a step back is
 * treated as standing still); with a durable journal it must be the wall clock. No method may be called from inside a
 * sink or hook. Nothing that a peer sends makes a method throw.
 */
export class Broker {
  readonly options: BrokerOptions;
  readonly counters: BrokerCounters;
  readonly #core: Core;

  constructor(options: BrokerOptionsInput = {}, ports: BrokerPorts = {}) {
    this.options = resolveBrokerOptions(options);
    this.#core = new Core(this.options, ports);
    this.counters = this.#core.counters;
  }

  /** A peer has connected. If a limit forbids it, the link is closed at once; the handle is valid nevertheless. */
  handleConnectionOpened(link: Link, info: ConnectionInfo, now: number): Connection {
    return openConnection(this.#core, link, info, this.#core.tick(now));
  }

  /** Bytes arrived. The chunk is lent for the time of the call: what the broker keeps of it is copied. */
  handleBytes(connection: Connection, chunk: Uint8Array, now: number): void {
    const time = this.#core.tick(now);
    takeBytes(this.#core, own(connection), chunk, time);
    this.#settle(time);
  }

  /** A link that was congested takes bytes again. */
  handleWritable(connection: Connection, now: number): void {
    const time = this.#core.tick(now);
    const writable = own(connection);
    writable.output = 'open';
    writable.congestedBytes = 0;
    const { session, state } = writable;
    if (state === 'connected' && session !== undefined) sendQueued(this.#core, writable, session, time);
    resumeInput(this.#core, writable, time);
    this.#settle(time);
  }

  /** The network connection is gone, for whatever reason; also called after the broker closed it. */
  handleConnectionClosed(connection: Connection, now: number): void {
    const time = this.#core.tick(now);
    closeConnection(this.#core, own(connection), time);
    this.#settle(time);
  }

  /** The answer to a pending authentication; ignored when the ticket is not the one that is awaited. */
  handleAuthenticated(connection: Connection, ticket: number, answer: AuthenticationAnswer, now: number): void {
    const time = this.#core.tick(now);
    applyAuthentication(this.#core, own(connection), ticket, answer, time);
    this.#settle(time);
  }

  /**
   * The answer to a pending authorization; ignored when the ticket is not the one that is awaited. Only what is about a
   * message can change one: a SUBSCRIBE is denied by such an answer.
   */
  handleAuthorized(connection: Connection, ticket: number, answer: PublishAnswer, now: number): void {
    const time = this.#core.tick(now);
    applyAuthorization(this.#core, own(connection), ticket, answer, time);
    this.#settle(time);
  }

  /** All journal entries up to this sequence number are durable. */
  handleStored(sequence: number, now: number): void {
    const time = this.#core.tick(now);
    this.#core.journal.release(sequence, (held) => this.#release(held, time));
    this.#settle(time);
  }

  /**
   * The last sequence number that an acknowledgement waits for, whether it is durable or not; 0: none ever has. Entries
   * with greater ones may be written later.
   */
  get awaitedSequence(): number {
    return this.#core.journal.awaitedSequence;
  }

  /** How many acknowledgements and QoS 2 deliveries wait for the store. */
  get heldPromises(): number {
    return this.#core.journal.heldCount;
  }

  /** A page that the broker has asked its {@link QueueReader} for. Ignored when nobody waits for it any more. */
  handleQueueRead(request: QueueReadRequest, page: QueuePage, now: number): void {
    const time = this.#core.tick(now);
    takeQueuePage(this.#core, request, page, time);
    this.#settle(time);
  }

  /**
   * Whether entries of the journal become durable before long; true until said otherwise. While they do not, nothing that
   * depends on them is acknowledged anyway: this keeps new messages out that the store would have to keep
   * (`publishWhileStoreUnwell`), and new sessions. Everything else goes on.
   */
  handleStoreHealth(isWell: boolean, now: number): void {
    const time = this.#core.tick(now);
    changeStoreHealth(this.#core, isWell, time);
    this.#settle(time);
  }

  /** Does what is due. Call it when {@link nextTimeout} is reached; earlier or later does no harm. */
  handleTimeout(now: number): void {
    const time = this.#core.tick(now);
    this.#core.wheel.advance(time, ({ subject }) => handleDue(this.#core, subject, time));
    this.#settle(time);
  }

  /** When {@link handleTimeout} wants to be called next, in milliseconds; undefined: nothing is waiting. */
  nextTimeout(): number | undefined {
    return this.#core.wheel.next();
  }

  /**
   * Publishes a message of the embedder's own.
   *
   * @returns how many sessions, shared subscriptions and local subscriptions match.
   * @throws TopicError on an invalid Topic Name, RangeError or EncodeError on another field.
   */
  publish(request: PublishRequest, now: number): number {
    const time = this.#core.tick(now);
    const matched = routeMessage(this.#core, messageFromRequest(request, time), time);
    this.#settle(time);
    return matched;
  }

  /** Subscribes in process: `listener` gets every matching message, retained ones first. Throws TopicError. */
  subscribe(
    topicFilter: string,
    options: LocalSubscribeOptions,
    listener: LocalListener,
    now: number,
  ): LocalSubscription {
    return subscribeLocally(this.#core, topicFilter, options, listener, this.#core.tick(now));
  }

  /**
   * Ends a client's connection, as the administrator wishes.
   *
   * @param serverReference where to go instead: for 0x9C Use another server and 0x9D Server moved (section 4.11)
   * @returns false when it is not connected.
   * @throws RangeError on a Reason Code that a server's DISCONNECT may not have.
   */
  disconnectClient(
    clientIdentifier: string,
    now: number,
    reasonCode: ReasonCode = ReasonCode.AdministrativeAction,
    serverReference?: string,
  ): boolean {
    const time = this.#core.tick(now);
    if (!isDisconnectReasonCode(reasonCode)) throw new RangeError(`${reasonCode} is no Reason Code of DISCONNECT`);
    const connection = this.#core.sessions.get(clientIdentifier)?.connection;
    if (connection === undefined) return false;
    const explanation = 'administrative action';
    endConnection(this.#core, connection, { reasonCode, explanation, by: 'broker', serverReference }, time);
    this.#settle(time);
    return true;
  }

  /** Ends a session and its connection. @returns false when there is none. */
  endSession(clientIdentifier: string, now: number): boolean {
    const session = this.#core.sessions.get(clientIdentifier);
    if (session === undefined) return false;
    this.disconnectClient(clientIdentifier, now);
    const time = this.#core.tick(now);
    // Closing the connection may have ended it already.
    if (this.#core.sessions.get(clientIdentifier) === session) {
      endSession(this.#core, session, 'administrative', time);
    }
    this.#settle(time);
    return true;
  }

  /** Ends all connections with 0x8B Server shutting down; sessions that outlive their connections stay. */
  shutDown(now: number): void {
    const time = this.#core.tick(now);
    const reasonCode = ReasonCode.ServerShuttingDown;
    for (const connection of this.#core.connections) {
      endConnection(this.#core, connection, { reasonCode, explanation: 'the server shuts down', by: 'broker' }, time);
    }
    this.#settle(time);
  }

  /** Connected clients, by Client Identifier. */
  listClients(request: PageRequest = {}): Page<ClientListing> {
    return listClients(this.#core, request);
  }

  /** All sessions, connected or not, by Client Identifier. */
  listSessions(request: PageRequest = {}): Page<SessionListing> {
    return listSessions(this.#core, request);
  }

  /** The subscriptions of one client, by filter. */
  listSubscriptions(clientIdentifier: string, request: PageRequest = {}): Page<SubscriptionListing> {
    return listSubscriptions(this.#core, clientIdentifier, request);
  }

  /** Retained messages whose Topic Names match a filter (`#`: all but those that begin with `$`). Throws TopicError. */
  listRetained(topicFilter: string, now: number, request: PageRequest = {}): Page<Message> {
    return listRetained(this.#core, topicFilter, request, this.#core.tick(now));
  }

  /** Who would receive a message with this Topic Name, and with which QoS. Nothing is sent. Throws TopicError. */
  match(topicName: string, qos: QoS = 2): MatchReport {
    return reportMatch(this.#core, topicName, qos);
  }

  /**
   * Takes over what a store has kept, or a part of it. Only before the first connection; throws Error later, and when a
   * session is there already. What is due is done at the first {@link handleTimeout}, when all parts are there.
   */
  restore(snapshot: BrokerSnapshot, now: number): void {
    const time = this.#core.tick(now);
    restoreSnapshot(this.#core, snapshot, time);
    this.#settle(time);
  }

  #release({ connection, packet, delivery }: Held, now: number): void {
    if (delivery !== undefined) releaseDelivery(this.#core, connection, delivery, now);
    else if (packet?.type === 'connack') finishConnect(this.#core, connection, packet, now);
    else if (packet !== undefined) releasePromise(this.#core, connection, packet);
    resumeInput(this.#core, connection, now);
  }

  // What must not happen in the middle of a delivery happens here, at the end of every call that delivers.
  #settle(now: number): void {
    const { doomed } = this.#core;
    for (let next = doomed.shift(); next !== undefined; next = doomed.shift()) {
      const { connection, reasonCode, why: explanation } = next;
      endConnection(this.#core, connection, { reasonCode, explanation, by: 'broker' }, now);
    }
  }
}

function own(connection: Connection): ClientConnection {
  if (!(connection instanceof ClientConnection)) throw new TypeError('not a connection of this broker');
  return connection;
}
