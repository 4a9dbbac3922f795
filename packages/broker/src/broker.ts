import type { QoS, ReasonCode } from '@skua/codec';

import type { AuthenticationAnswer, Authenticator, AuthorizationAnswer, Authorizer } from './access.ts';
import type { ConnectionInfo } from './connection-info.ts';
import type { Connection } from './connection.ts';
import { BrokerCounters } from './counters.ts';
import type { BrokerEvent } from './events.ts';
import type { ClientListing, Page, PageRequest, SessionListing, SubscriptionListing } from './inspect.ts';
import type { JournalSink } from './journal-entry.ts';
import type { Link } from './link.ts';
import type { LocalListener, LocalSubscribeOptions, LocalSubscription } from './local-subscription.ts';
import type { MatchReport } from './match-report.ts';
import type { Message, PublishRequest } from './message.ts';
import { resolveBrokerOptions, type BrokerOptions } from './options.ts';
import type { BrokerSnapshot } from './snapshot.ts';

/** What the broker calls. Everything is optional. */
export interface BrokerPorts {
  readonly events?: ((event: BrokerEvent) => void) | undefined;
  readonly journal?: JournalSink | undefined;
  readonly authenticator?: Authenticator | undefined;
  readonly authorizer?: Authorizer | undefined;
  /** Numbers from 0 (included) to 1 (excluded), for assigned Client Identifiers. Without it they are predictable. */
  readonly random?: (() => number) | undefined;
}

/**
 * An MQTT broker without any I/O: bytes, time and decisions go in by `handleX`, bytes leave through {@link Link}.
 *
 * Every `now` is in milliseconds of one clock of the embedder's choice that does not run backwards (a step back is
 * treated as standing still); with a durable journal it must be the wall clock. No method may be called from inside a
 * sink or hook. Nothing that a peer sends makes a method throw.
 */
export class Broker {
  readonly options: BrokerOptions;
  readonly counters: BrokerCounters = new BrokerCounters();

  constructor(options: Partial<BrokerOptions> = {}, ports: BrokerPorts = {}) {
    this.options = resolveBrokerOptions(options);
    void ports;
  }

  /** A peer has connected. If a limit forbids it, the link is closed at once; the handle is valid nevertheless. */
  handleConnectionOpened(link: Link, info: ConnectionInfo, now: number): Connection {
    return unbuilt(link, info, now);
  }

  /** Bytes arrived. The chunk belongs to the broker from here on: large payloads are kept as views of it. */
  handleBytes(connection: Connection, chunk: Uint8Array, now: number): void {
    unbuilt(connection, chunk, now);
  }

  /** A link that was congested takes bytes again. */
  handleWritable(connection: Connection, now: number): void {
    unbuilt(connection, now);
  }

  /** The network connection is gone, for whatever reason; also called after the broker closed it. */
  handleConnectionClosed(connection: Connection, now: number): void {
    unbuilt(connection, now);
  }

  /** The answer to a pending authentication; ignored when the ticket is not the one that is awaited. */
  handleAuthenticated(connection: Connection, ticket: number, answer: AuthenticationAnswer, now: number): void {
    unbuilt(connection, ticket, answer, now);
  }

  /** The answer to a pending authorization; ignored when the ticket is not the one that is awaited. */
  handleAuthorized(connection: Connection, ticket: number, answer: AuthorizationAnswer, now: number): void {
    unbuilt(connection, ticket, answer, now);
  }

  /** All journal entries up to this sequence number are durable. */
  handleStored(sequence: number, now: number): void {
    unbuilt(sequence, now);
  }

  /** Does what is due. Call it when {@link nextTimeout} is reached; earlier or later does no harm. */
  handleTimeout(now: number): void {
    unbuilt(now);
  }

  /** When {@link handleTimeout} wants to be called next; undefined: nothing is waiting. */
  nextTimeout(): number | undefined {
    return unbuilt();
  }

  /**
   * Publishes a message of the embedder's own.
   *
   * @returns how many sessions and local subscriptions match.
   * @throws TopicError on an invalid Topic Name.
   */
  publish(request: PublishRequest, now: number): number {
    return unbuilt(request, now);
  }

  /** Subscribes in process: `listener` gets every matching message, retained ones first. Throws TopicError. */
  subscribe(
    subscriptionFilter: string,
    options: LocalSubscribeOptions,
    listener: LocalListener,
    now: number,
  ): LocalSubscription {
    return unbuilt(subscriptionFilter, options, listener, now);
  }

  /** Ends a client's connection, as the administrator wishes. @returns false when it is not connected. */
  disconnectClient(clientIdentifier: string, reasonCode: ReasonCode, now: number): boolean {
    return unbuilt(clientIdentifier, reasonCode, now);
  }

  /** Ends a session and its connection. @returns false when there is none. */
  endSession(clientIdentifier: string, now: number): boolean {
    return unbuilt(clientIdentifier, now);
  }

  /** Ends all connections with 0x8B Server shutting down; sessions stay as they are. */
  shutDown(now: number): void {
    unbuilt(now);
  }

  /** Connected clients in the order of their Client Identifiers' arrival. */
  listClients(request: PageRequest = {}): Page<ClientListing> {
    return unbuilt(request);
  }

  /** All sessions, connected or not. */
  listSessions(request: PageRequest = {}): Page<SessionListing> {
    return unbuilt(request);
  }

  /** The subscriptions of one client. */
  listSubscriptions(clientIdentifier: string, request: PageRequest = {}): Page<SubscriptionListing> {
    return unbuilt(clientIdentifier, request);
  }

  /** Retained messages whose Topic Names match the filter (default: all). */
  listRetained(topicFilter: string = '#', request: PageRequest = {}): Page<Message> {
    return unbuilt(topicFilter, request);
  }

  /** Who would receive a message with this Topic Name, and with which QoS. Nothing is sent. Throws TopicError. */
  match(topicName: string, qos: QoS = 2): MatchReport {
    return unbuilt(topicName, qos);
  }

  /** Takes over what a store has kept. Only before the first connection; throws Error later. */
  restore(snapshot: BrokerSnapshot, now: number): void {
    unbuilt(snapshot, now);
  }
}

function unbuilt(...values: readonly unknown[]): never {
  throw new Error(`not built yet (${values.length})`);
}
