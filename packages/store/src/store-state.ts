import type {
  DeliverySnapshot,
  JournalEntry,
  Message,
  QueueSummary,
  SessionSnapshot,
  SubscriptionRecord,
  WillRecord,
} from '@skua/broker';
import { queuedBytes, StoreError, type DeliveryPage, type DeliveryPageRequest } from './store.ts';

/**
 * What the entries of a journal add up to: the meaning of each entry, in plain maps. Stores with a medium of their own are
 * compared with it.
 */
export class StoreState {
  readonly #sessions: Map<string, SessionState> = new Map();
  readonly #retained: Map<string, Message> = new Map();
  readonly #messages: Map<number, StoredMessage> = new Map();
  #nextIdentifier = 1;
  #subscriptions = 0;
  #deliveries = 0;

  /** Counts for {@link StoreStatistics}. */
  get counts(): { sessions: number; subscriptions: number; messages: number; deliveries: number; retained: number } {
    return {
      sessions: this.#sessions.size,
      subscriptions: this.#subscriptions,
      messages: this.#messages.size,
      deliveries: this.#deliveries,
      retained: this.#retained.size,
    };
  }

  /**
   * Applies a batch as a whole.
   *
   * @throws {StoreError} when an entry adds to something that does not exist; nothing has changed then.
   */
  apply(entries: readonly JournalEntry[]): void {
    this.#check(entries);
    const maybeUnnamed: number[] = [];
    for (const entry of entries) this.#applyEntry(entry, maybeUnnamed);
    for (const messageId of maybeUnnamed) {
      if (this.#messages.get(messageId)?.namedBy === 0) this.#messages.delete(messageId);
    }
  }

  /** What {@link Store.load} gives: a copy that later batches do not change. */
  snapshot(): StateSnapshot {
    return {
      nextIdentifier: this.#nextIdentifier,
      retained: [...this.#retained.values()],
      sessions: [...this.#sessions.values()].map((session) => this.#snapshotSession(session)),
    };
  }

  /** See {@link Store.readDeliveries}. */
  readDeliveries(clientIdentifier: string, page: DeliveryPageRequest): DeliveryPage {
    const { after, deliveriesMax, bytesMax } = page;
    const deliveries: DeliverySnapshot[] = [];
    let bytes = 0;
    for (const delivery of this.#sessions.get(clientIdentifier)?.deliveries.values() ?? []) {
      if (delivery.deliveryId <= after || delivery.step !== 'queued') continue;
      const given = this.#snapshotDelivery(delivery);
      bytes += queuedBytes(given.message);
      const isFull = deliveries.length === deliveriesMax || (deliveries.length > 0 && bytes > bytesMax);
      if (isFull) return { deliveries, hasMore: true };
      deliveries.push(given);
    }
    return { deliveries, hasMore: false };
  }

  /** Every delivery of a session, in flight or queued, in the order in which they were queued. */
  allDeliveries(clientIdentifier: string): DeliverySnapshot[] {
    const deliveries = this.#sessions.get(clientIdentifier)?.deliveries.values() ?? [];
    return [...deliveries].map((delivery) => this.#snapshotDelivery(delivery));
  }

  /** Follows which sessions, messages and deliveries exist through the batch, without changing anything. */
  #check(entries: readonly JournalEntry[]): void {
    const sessions = new Map<string, boolean>();
    const messages = new Set<number>();
    const deliveries = new Set<string>();
    for (const entry of entries) {
      if (entry.type === 'messageStored') messages.add(entry.messageId);
      if (!('clientIdentifier' in entry)) continue;
      const { clientIdentifier } = entry;
      if (entry.type === 'sessionOpened' || entry.type === 'sessionEnded') {
        sessions.set(clientIdentifier, entry.type === 'sessionOpened');
        continue;
      }
      if (entry.type === 'queueSetAside' && (sessions.get(clientIdentifier) ?? this.#sessions.has(clientIdentifier))) {
        sessions.set(entry.setAsideAs, true);
      }
      if (REMOVALS.has(entry.type)) continue;
      if (!(sessions.get(clientIdentifier) ?? this.#sessions.has(clientIdentifier))) {
        throw refusal(`The entry ${entry.type} names the session '${clientIdentifier}', which does not exist.`);
      }
      if (entry.type === 'deliveryQueued') {
        deliveries.add(`${entry.deliveryId} ${clientIdentifier}`);
        if (messages.has(entry.messageId) || this.#messages.has(entry.messageId)) continue;
        throw refusal(`The entry deliveryQueued names the message ${entry.messageId}, which does not exist.`);
      }
      if (entry.type === 'deliverySent' || entry.type === 'deliveryReceived') {
        if (deliveries.has(`${entry.deliveryId} ${clientIdentifier}`)) continue;
        if (this.#sessions.get(clientIdentifier)?.deliveries.has(entry.deliveryId) === true) continue;
        throw refusal(`The entry ${entry.type} names the delivery ${entry.deliveryId}, which does not exist.`);
      }
    }
  }

  #applyEntry(entry: JournalEntry, maybeUnnamed: number[]): void {
    switch (entry.type) {
      case 'retainedSet':
        this.#retained.set(entry.message.topicName, entry.message);
        return;
      case 'retainedRemoved':
        this.#retained.delete(entry.topicName);
        return;
      case 'messageStored':
        this.#noteIdentifier(entry.messageId);
        this.#messages.set(entry.messageId, {
          message: entry.message,
          namedBy: this.#messages.get(entry.messageId)?.namedBy ?? 0,
        });
        maybeUnnamed.push(entry.messageId);
        return;
      case 'sessionOpened':
        this.#openSession(entry, maybeUnnamed);
        return;
      case 'sessionEnded':
        this.#endSession(entry.clientIdentifier, maybeUnnamed);
        return;
      case 'queueSetAside':
        this.#setAside(entry);
        return;
      case 'sessionDisconnected':
      case 'willRemoved':
      case 'subscribed':
      case 'unsubscribed':
      case 'packetReceived':
      case 'packetReleased':
      case 'deliveryQueued':
      case 'deliverySent':
      case 'deliveryReceived':
      case 'deliveryFinished': {
        const session = this.#sessions.get(entry.clientIdentifier);
        if (session !== undefined) this.#applyToSession(session, entry, maybeUnnamed);
      }
    }
  }

  #applyToSession(session: SessionState, entry: EntryOfSession, maybeUnnamed: number[]): void {
    switch (entry.type) {
      case 'sessionDisconnected':
        session.disconnectedAt = entry.disconnectedAt;
        session.sessionExpiryInterval = entry.sessionExpiryInterval;
        session.willDueAt = entry.willDueAt;
        if (entry.willDueAt === undefined) session.will = undefined;
        return;
      case 'willRemoved':
        session.will = undefined;
        session.willDueAt = undefined;
        return;
      case 'subscribed':
        this.#subscriptions -= session.subscriptions.size;
        session.subscriptions.set(entry.subscription.subscriptionFilter, entry.subscription);
        this.#subscriptions += session.subscriptions.size;
        return;
      case 'unsubscribed':
        if (session.subscriptions.delete(entry.subscriptionFilter)) this.#subscriptions -= 1;
        return;
      case 'packetReceived':
        session.awaitingPubrel.add(entry.packetIdentifier);
        return;
      case 'packetReleased':
        session.awaitingPubrel.delete(entry.packetIdentifier);
        return;
      case 'deliveryQueued':
      case 'deliverySent':
      case 'deliveryReceived':
      case 'deliveryFinished':
        this.#applyToDelivery(session, entry, maybeUnnamed);
    }
  }

  #applyToDelivery(session: SessionState, entry: EntryOfDelivery, maybeUnnamed: number[]): void {
    const delivery = session.deliveries.get(entry.deliveryId);
    switch (entry.type) {
      case 'deliveryQueued': {
        this.#noteIdentifier(entry.deliveryId);
        const { type: _, clientIdentifier: _session, ...record } = entry;
        if (delivery !== undefined) this.#forgetDelivery(session, delivery, maybeUnnamed);
        session.deliveries.set(entry.deliveryId, { ...record, step: 'queued', packetIdentifier: undefined });
        this.#deliveries += 1;
        const stored = this.#messages.get(entry.messageId);
        if (stored !== undefined) stored.namedBy += 1;
        return;
      }
      case 'deliverySent':
        if (delivery === undefined) return;
        delivery.step = 'awaitingPubrec';
        delivery.packetIdentifier = entry.packetIdentifier;
        return;
      case 'deliveryReceived':
        if (delivery !== undefined) delivery.step = 'awaitingPubcomp';
        return;
      case 'deliveryFinished':
        if (delivery !== undefined) this.#forgetDelivery(session, delivery, maybeUnnamed);
    }
  }

  #openSession(entry: JournalEntry & { type: 'sessionOpened' }, maybeUnnamed: number[]): void {
    const { clientIdentifier, userName, protocolVersion, sessionExpiryInterval, will } = entry;
    if (entry.clean) this.#endSession(clientIdentifier, maybeUnnamed);
    const previous = this.#sessions.get(clientIdentifier);
    this.#sessions.set(clientIdentifier, {
      clientIdentifier,
      userName,
      protocolVersion,
      sessionExpiryInterval,
      disconnectedAt: undefined,
      will,
      willDueAt: undefined,
      subscriptions: previous?.subscriptions ?? new Map(),
      deliveries: previous?.deliveries ?? new Map(),
      awaitingPubrel: previous?.awaitingPubrel ?? new Set(),
    });
  }

  #setAside({ clientIdentifier, after, setAsideAs, disconnectedAt }: JournalEntry & { type: 'queueSetAside' }): void {
    const session = this.#sessions.get(clientIdentifier);
    if (session === undefined) return;
    const deliveries = this.#sessions.get(setAsideAs)?.deliveries ?? new Map<number, DeliveryState>();
    for (const delivery of session.deliveries.values()) {
      if (delivery.step !== 'queued' || delivery.deliveryId <= after) continue;
      session.deliveries.delete(delivery.deliveryId);
      deliveries.set(delivery.deliveryId, delivery);
    }
    this.#sessions.set(setAsideAs, {
      clientIdentifier: setAsideAs,
      userName: undefined,
      protocolVersion: 5,
      sessionExpiryInterval: 0,
      disconnectedAt,
      will: undefined,
      willDueAt: undefined,
      subscriptions: new Map(),
      deliveries,
      awaitingPubrel: new Set(),
    });
  }

  #endSession(clientIdentifier: string, maybeUnnamed: number[]): void {
    const session = this.#sessions.get(clientIdentifier);
    if (session === undefined) return;
    for (const delivery of session.deliveries.values()) this.#forgetDelivery(session, delivery, maybeUnnamed);
    this.#subscriptions -= session.subscriptions.size;
    this.#sessions.delete(clientIdentifier);
  }

  #forgetDelivery(session: SessionState, delivery: DeliveryState, maybeUnnamed: number[]): void {
    session.deliveries.delete(delivery.deliveryId);
    this.#deliveries -= 1;
    const stored = this.#messages.get(delivery.messageId);
    if (stored === undefined) return;
    stored.namedBy -= 1;
    if (stored.namedBy === 0) maybeUnnamed.push(delivery.messageId);
  }

  #noteIdentifier(identifier: number): void {
    if (identifier >= this.#nextIdentifier) this.#nextIdentifier = identifier + 1;
  }

  #snapshotSession(session: SessionState): SessionSnapshot {
    const deliveries = [...session.deliveries.values()];
    const inFlight = deliveries.filter(({ step }) => step !== 'queued');
    return {
      ...session,
      subscriptions: [...session.subscriptions.values()],
      deliveries: inFlight.map((delivery) => this.#snapshotDelivery(delivery)),
      queued: this.#summary(deliveries),
      awaitingPubrel: [...session.awaitingPubrel],
    };
  }

  #summary(deliveries: readonly DeliveryState[]): QueueSummary {
    let messages = 0;
    let bytes = 0;
    let soonestExpiry: number | undefined;
    let shared = 0;
    for (const delivery of deliveries) {
      if (delivery.step !== 'queued') continue;
      const { message } = this.#snapshotDelivery(delivery);
      messages += 1;
      bytes += queuedBytes(message);
      if (message.expiresAt !== undefined) soonestExpiry = Math.min(soonestExpiry ?? Infinity, message.expiresAt);
      if (delivery.sharedSubscription !== undefined) shared += 1;
    }
    return { messages, bytes, soonestExpiry, shared };
  }

  #snapshotDelivery(delivery: DeliveryState): DeliverySnapshot {
    const stored = this.#messages.get(delivery.messageId);
    if (stored === undefined) throw new StoreError(`The message ${delivery.messageId} of a delivery is missing.`);
    return { ...delivery, message: stored.message };
  }
}

type EntryOfSession = Exclude<
  JournalEntry,
  { type: 'retainedSet' | 'retainedRemoved' | 'messageStored' | 'sessionOpened' | 'sessionEnded' | 'queueSetAside' }
>;
type EntryOfDelivery = Extract<
  JournalEntry,
  { type: 'deliveryQueued' | 'deliverySent' | 'deliveryReceived' | 'deliveryFinished' }
>;

/** A snapshot that can be read more than once. */
export interface StateSnapshot {
  readonly nextIdentifier: number;
  readonly retained: readonly Message[];
  readonly sessions: readonly SessionSnapshot[];
}

function refusal(message: string): StoreError {
  return new StoreError(message, { code: 'refused' });
}

/** These take away: where there is nothing, nothing happens. */
const REMOVALS: ReadonlySet<JournalEntry['type']> = new Set<JournalEntry['type']>([
  'willRemoved',
  'unsubscribed',
  'deliveryFinished',
  'packetReleased',
  'sessionDisconnected',
  'queueSetAside',
]);

interface StoredMessage {
  readonly message: Message;
  namedBy: number;
}

interface SessionState {
  readonly clientIdentifier: string;
  readonly userName: string | undefined;
  readonly protocolVersion: SessionSnapshot['protocolVersion'];
  sessionExpiryInterval: number;
  disconnectedAt: number | undefined;
  will: WillRecord | undefined;
  willDueAt: number | undefined;
  readonly subscriptions: Map<string, SubscriptionRecord>;
  /** In the order they were queued. */
  readonly deliveries: Map<number, DeliveryState>;
  readonly awaitingPubrel: Set<number>;
}

interface DeliveryState extends Omit<DeliverySnapshot, 'message' | 'step' | 'packetIdentifier'> {
  step: DeliverySnapshot['step'];
  packetIdentifier: number | undefined;
}
