import type { JournalEntry, Message } from '@skua/broker';
import { queuedBytes } from '@skua/store';
import type { DeliveryRecord, SessionRecord } from '@skua/store/format';
import { AbandonedQueues } from './abandoned-queues.ts';
import { readStoredDelivery } from './delivery-table.ts';
import { numberTextKey, pairKey, Table } from './keys.ts';
import type { Medium } from './medium.ts';
import { PendingMessages } from './pending-messages.ts';
import { deliveriesAfter, inFlightDeliveries, type QueuedRecord } from './queue-reader.ts';
import { StoredSession, type Change, type DeliveryChange, type SessionChanges } from './stored-session.ts';
import { countSubscriptions, hasRetained, readSessionRecord } from './table-records.ts';
import type { Totals } from './totals.ts';

/**
 * The sessions by name, and the difference between the tables and what was appended: entries of the journal are applied
 * here once they are durable, and most of a busy broker's traffic is gone from here before it ever reaches the tables.
 *
 * Tables and difference together are what the entries add up to, exactly. When the difference has moved to the tables, in
 * one transaction with the removal of the journal, it is forgotten here.
 */
export class PendingState {
  readonly medium: Medium;
  readonly totals: Totals;
  readonly sessions: Map<string, StoredSession> = new Map();
  /** Sessions that are not the same in the tables. */
  readonly changed: Set<StoredSession> = new Set();
  readonly messages: PendingMessages;
  readonly abandoned: AbandonedQueues;
  /** By Topic Name; undefined: removed. */
  readonly retained: Map<string, Message | undefined> = new Map();
  /** Numbers of sessions that the tables have and that have ended. */
  readonly ended: number[] = [];
  /** Deliveries of the tables that a page has just given, by identifier: most of them are finished next. */
  readonly #given: Map<number, GivenDelivery> = new Map();
  /** How many records of sessions differ. */
  recordChanges = 0;

  constructor(medium: Medium, totals: Totals) {
    this.medium = medium;
    this.totals = totals;
    this.messages = new PendingMessages(medium, totals);
    this.abandoned = new AbandonedQueues(medium, totals, this.messages);
  }

  /** About how many records a move to the tables changes. */
  get size(): number {
    const { recordChanges, messages, retained, changed, abandoned } = this;
    return recordChanges + messages.changes.size + retained.size + changed.size + abandoned.cleared.length;
  }

  /** Applies the entries of a durable batch, which were checked before. */
  apply(entries: readonly JournalEntry[]): void {
    for (const entry of entries) this.#applyEntry(entry);
    this.messages.freeUnnamed();
  }

  /** The session's record, changed or not. */
  record(session: StoredSession): SessionRecord {
    return session.changes?.record ?? readSessionRecord(this.medium, session.number);
  }

  /** A delivery of a session; undefined: it has none of that name. */
  findDelivery(session: StoredSession, deliveryId: number): DeliveryChange | undefined {
    const change = session.changes?.deliveries.get(deliveryId);
    if (change !== undefined) return change.delivery === undefined ? undefined : change;
    if (!session.queueStored || deliveryId >= this.totals.nextIdentifier) return undefined;
    const given = this.#given.get(deliveryId);
    const isGiven = given?.queue === session.queue;
    const found = isGiven ? given : readStoredDelivery(this.medium, session.queue, deliveryId);
    if (found === undefined) return undefined;
    const { delivery, bytes } = found;
    return { delivery, bytes, stored: delivery.step === 'queued' ? 'queued' : 'inFlight' };
  }

  /** Keeps in mind what a page gives of the tables. */
  noteGiven(queue: number, { deliveryId, delivery, bytes }: QueuedRecord): void {
    if (this.#given.size >= GIVEN_MAX) this.#given.clear();
    this.#given.set(deliveryId, { queue, delivery, bytes });
  }

  /** Clears up to so many deliveries of ended sessions. */
  clearAbandoned(deliveriesMax: number): void {
    this.abandoned.clear(deliveriesMax);
    this.messages.freeUnnamed();
  }

  /** Everything that differed is in the tables now. */
  moved(): void {
    for (const session of this.changed) {
      session.changes = undefined;
      session.stored = true;
      session.queueStored = true;
    }
    this.changed.clear();
    this.messages.changes.clear();
    this.abandoned.moved();
    this.retained.clear();
    this.ended.length = 0;
    this.recordChanges = 0;
  }

  #applyEntry(entry: JournalEntry): void {
    switch (entry.type) {
      case 'messageStored':
        this.messages.store(entry.messageId, entry.message);
        this.#noteIdentifier(entry.messageId);
        return;
      case 'retainedSet':
      case 'retainedRemoved':
        this.#retain(entry);
        return;
      case 'sessionOpened':
        this.#openSession(entry);
        return;
      case 'sessionEnded':
        this.#endSession(entry.clientIdentifier);
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
      case 'deliveryFinished':
      case 'queueSetAside': {
        const session = this.sessions.get(entry.clientIdentifier);
        if (session !== undefined) this.#applyToSession(session, entry);
      }
    }
  }

  #applyToSession(session: StoredSession, entry: EntryOfSession): void {
    switch (entry.type) {
      case 'deliveryQueued':
        this.#queueDelivery(session, entry);
        return;
      case 'deliveryFinished':
        this.#finishDelivery(session, entry.deliveryId);
        return;
      case 'deliverySent':
        this.#stepDelivery(session, entry.deliveryId, 'awaitingPubrec', entry.packetIdentifier);
        return;
      case 'deliveryReceived':
        this.#stepDelivery(session, entry.deliveryId, 'awaitingPubcomp', undefined);
        return;
      case 'packetReceived':
      case 'packetReleased':
        this.#applyPacket(session, entry);
        return;
      case 'subscribed':
      case 'unsubscribed':
        this.#applySubscription(session, entry);
        return;
      case 'queueSetAside':
        this.#setAside(session, entry);
        return;
      case 'sessionDisconnected': {
        const { disconnectedAt, sessionExpiryInterval, willDueAt } = entry;
        const record = this.record(session);
        const will = willDueAt === undefined ? undefined : record.will;
        this.#change(session).record = { ...record, disconnectedAt, sessionExpiryInterval, will, willDueAt };
        return;
      }
      case 'willRemoved':
        this.#change(session).record = { ...this.record(session), will: undefined, willDueAt: undefined };
    }
  }

  #retain(entry: JournalEntry & { type: 'retainedSet' | 'retainedRemoved' }): void {
    const topicName = entry.type === 'retainedSet' ? entry.message.topicName : entry.topicName;
    const known = this.retained.get(topicName);
    const isThere = this.retained.has(topicName) ? known !== undefined : hasRetained(this.medium, topicName);
    const message = entry.type === 'retainedSet' ? entry.message : undefined;
    this.totals.retained += (message === undefined ? 0 : 1) - (isThere ? 1 : 0);
    if (message !== undefined || isThere) this.retained.set(topicName, message);
  }

  #openSession(entry: JournalEntry & { type: 'sessionOpened' }): void {
    const { type: _type, clean, ...fields } = entry;
    if (clean) this.#endSession(entry.clientIdentifier);
    const session = this.sessions.get(entry.clientIdentifier) ?? this.#newSession(entry.clientIdentifier);
    this.#change(session).record = { ...fields, disconnectedAt: undefined, willDueAt: undefined };
  }

  #newSession(clientIdentifier: string): StoredSession {
    const number = this.#nextNumber();
    const session = new StoredSession(number, number, false);
    this.sessions.set(clientIdentifier, session);
    this.totals.sessions += 1;
    return session;
  }

  #endSession(clientIdentifier: string): void {
    const session = this.sessions.get(clientIdentifier);
    if (session === undefined) return;
    this.sessions.delete(clientIdentifier);
    this.changed.delete(session);
    this.totals.sessions -= 1;
    this.totals.subscriptions -= session.stored ? countSubscriptions(this.medium, session.number) : 0;
    for (const { value, stored } of session.changes?.subscriptions.values() ?? []) {
      this.totals.subscriptions -= (value === undefined ? 0 : 1) - (stored ? 1 : 0);
    }
    if (session.stored) this.ended.push(session.number);
    this.abandoned.add(session);
    this.#forgetChanges(session);
  }

  #forgetChanges({ changes }: StoredSession): void {
    if (changes === undefined) return;
    this.recordChanges -= changes.deliveries.size + changes.subscriptions.size + changes.packets.size;
  }

  #queueDelivery(session: StoredSession, entry: JournalEntry & { type: 'deliveryQueued' }): void {
    const { type: _type, clientIdentifier: _client, deliveryId, ...terms } = entry;
    const previous = this.findDelivery(session, deliveryId);
    this.#given.delete(deliveryId);
    this.#noteIdentifier(deliveryId);
    const found = this.messages.find(entry.messageId);
    if (found === undefined) return;
    if (previous?.delivery !== undefined) this.#dropDelivery(session, previous.delivery, previous.bytes);
    const message = this.messages.name(entry.messageId, found);
    this.totals.deliveries += 1;
    const delivery: DeliveryRecord = { ...terms, step: 'queued', packetIdentifier: undefined };
    const bytes = queuedBytes(message);
    session.count(delivery, bytes, message.expiresAt);
    const stored = this.#storedAs(session, deliveryId, previous);
    this.#setDelivery(session, deliveryId, { delivery, bytes, stored });
  }

  #finishDelivery(session: StoredSession, deliveryId: number): void {
    const change = this.findDelivery(session, deliveryId);
    this.#given.delete(deliveryId);
    if (change?.delivery === undefined) return;
    this.#dropDelivery(session, change.delivery, change.bytes);
    if (change.stored === 'no') {
      session.changes?.deliveries.delete(deliveryId);
      this.recordChanges -= 1;
    } else this.#setDelivery(session, deliveryId, { ...change, delivery: undefined });
  }

  #stepDelivery(
    session: StoredSession,
    deliveryId: number,
    step: 'awaitingPubrec' | 'awaitingPubcomp',
    packetIdentifier: number | undefined,
  ): void {
    const change = this.findDelivery(session, deliveryId);
    this.#given.delete(deliveryId);
    if (change?.delivery === undefined) return;
    const { delivery, bytes, stored } = change;
    session.discount(delivery, bytes);
    const next = { ...delivery, step, packetIdentifier: packetIdentifier ?? delivery.packetIdentifier };
    session.count(next, bytes, undefined);
    this.#setDelivery(session, deliveryId, { delivery: next, bytes, stored });
  }

  #setDelivery(session: StoredSession, deliveryId: number, change: DeliveryChange): void {
    const { deliveries } = this.#change(session);
    this.recordChanges -= deliveries.size;
    deliveries.set(deliveryId, change);
    this.recordChanges += deliveries.size;
  }

  /** What the tables have under the name of a delivery that is queued again or for the first time. */
  #storedAs(
    session: StoredSession,
    deliveryId: number,
    previous: DeliveryChange | undefined,
  ): DeliveryChange['stored'] {
    return previous?.stored ?? session.changes?.deliveries.get(deliveryId)?.stored ?? 'no';
  }

  #dropDelivery(session: StoredSession, delivery: DeliveryRecord, bytes: number): void {
    session.discount(delivery, bytes);
    this.#change(session);
    this.totals.deliveries -= 1;
    this.messages.release(delivery.messageId);
  }

  #applyPacket(session: StoredSession, entry: JournalEntry & { type: 'packetReceived' | 'packetReleased' }): void {
    const { packetIdentifier } = entry;
    const known = session.changes?.packets.get(packetIdentifier);
    const stored =
      known?.stored ??
      (session.stored && this.medium.read(pairKey(Table.packet, session.number, packetIdentifier)) !== undefined);
    const isThere = known === undefined ? stored : known.value !== undefined;
    if (isThere === (entry.type === 'packetReceived')) return;
    const value = isThere ? undefined : this.totals.nextOrder++;
    this.#setChange(this.#change(session).packets, packetIdentifier, { value, stored });
  }

  #applySubscription(session: StoredSession, entry: JournalEntry & { type: 'subscribed' | 'unsubscribed' }): void {
    const subscription = entry.type === 'subscribed' ? entry.subscription : undefined;
    const filter = entry.type === 'subscribed' ? entry.subscription.subscriptionFilter : entry.subscriptionFilter;
    const known = session.changes?.subscriptions.get(filter);
    const stored =
      known?.stored ??
      (session.stored && this.medium.read(numberTextKey(Table.subscription, session.number, filter)) !== undefined);
    const isThere = known === undefined ? stored : known.value !== undefined;
    this.totals.subscriptions += (subscription === undefined ? 0 : 1) - (isThere ? 1 : 0);
    if (subscription === undefined && !isThere) return;
    this.#setChange(this.#change(session).subscriptions, filter, { value: subscription, stored });
  }

  #setChange<K, T>(changes: Map<K, Change<T>>, key: K, change: Change<T>): void {
    this.recordChanges -= changes.size;
    if (change.value === undefined && !change.stored) changes.delete(key);
    else changes.set(key, change);
    this.recordChanges += changes.size;
  }

  #setAside(session: StoredSession, entry: JournalEntry & { type: 'queueSetAside' }): void {
    const { after, setAsideAs, disconnectedAt } = entry;
    const known = this.sessions.get(setAsideAs);
    const target = known ?? this.#newSession(setAsideAs);
    this.#change(target).record = {
      clientIdentifier: setAsideAs,
      userName: undefined,
      protocolVersion: 5,
      sessionExpiryInterval: 0,
      disconnectedAt,
      will: undefined,
      willDueAt: undefined,
    };
    if (session === target) return;
    if (known !== undefined) {
      const moving = [...deliveriesAfter(this.medium, session, after)].filter(isQueued);
      for (const record of moving) this.#moveDelivery(record, session, target);
      return;
    }
    // The queue may be long and what stays is short, so the queue goes as a whole and what stays comes back.
    this.#giveQueue(session, target);
    const stays: QueuedRecord[] = [];
    for (const record of deliveriesAfter(this.medium, target, 0)) {
      if (record.deliveryId > after) break;
      stays.push(record);
    }
    stays.push(...inFlightDeliveries(this.medium, target).filter(({ deliveryId }) => deliveryId > after));
    for (const record of stays) this.#moveDelivery(record, target, session);
  }

  #giveQueue(session: StoredSession, target: StoredSession): void {
    const { deliveries } = this.#change(session);
    const given = this.#change(target).deliveries;
    for (const [deliveryId, change] of deliveries) given.set(deliveryId, change);
    deliveries.clear();
    target.takeQueue(session);
    session.beginQueue(this.#nextNumber());
  }

  #moveDelivery(record: QueuedRecord, from: StoredSession, to: StoredSession): void {
    const { deliveryId, delivery, bytes, stored } = record;
    from.discount(delivery, bytes);
    if (stored === 'no') {
      from.changes?.deliveries.delete(deliveryId);
      this.recordChanges -= 1;
    } else this.#setDelivery(from, deliveryId, { delivery: undefined, bytes, stored });
    to.count(delivery, bytes, this.messages.read(delivery.messageId).expiresAt);
    this.#setDelivery(to, deliveryId, { delivery, bytes, stored: this.#storedAs(to, deliveryId, undefined) });
  }

  #change(session: StoredSession): SessionChanges {
    if (session.changes !== undefined) return session.changes;
    this.changed.add(session);
    session.changes = { record: undefined, subscriptions: new Map(), packets: new Map(), deliveries: new Map() };
    return session.changes;
  }

  #nextNumber(): number {
    return this.totals.nextNumber++;
  }

  #noteIdentifier(identifier: number): void {
    if (identifier >= this.totals.nextIdentifier) this.totals.nextIdentifier = identifier + 1;
  }
}

interface GivenDelivery {
  readonly queue: number;
  readonly delivery: DeliveryRecord;
  readonly bytes: number;
}

// A few pages of a few sessions, some hundred bytes each.
const GIVEN_MAX = 10_000;

type EntryOfSession = Exclude<
  JournalEntry,
  { type: 'retainedSet' | 'retainedRemoved' | 'messageStored' | 'sessionOpened' | 'sessionEnded' }
>;

function isQueued({ delivery }: QueuedRecord): boolean {
  return delivery.step === 'queued';
}
