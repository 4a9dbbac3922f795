import type { JournalEntry, JournalSink } from '../src/journal-entry.ts';
import type { Message } from '../src/message.ts';
import type { QueuePage, QueueReader, QueueReadRequest } from '../src/queue-reader.ts';
import { messageBytes } from '../src/retained-messages.ts';
import type { BrokerSnapshot, DeliverySnapshot, SessionSnapshot } from '../src/snapshot.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

type EntryOfSession = Exclude<
  Extract<JournalEntry, { clientIdentifier: string }>,
  { type: 'sessionOpened' | 'sessionEnded' | 'queueSetAside' }
>;

interface RecordedSession extends Mutable<
  Omit<SessionSnapshot, 'subscriptions' | 'deliveries' | 'queued' | 'awaitingPubrel'>
> {
  readonly subscriptions: Map<string, SessionSnapshot['subscriptions'][number]>;
  readonly deliveries: Map<number, Mutable<DeliverySnapshot>>;
  readonly awaitingPubrel: Set<number>;
}

/** Keeps the journal, adds it up in the plainest way to what a store would give back, and reads queues from that. */
export class RecordedJournal implements JournalSink, QueueReader {
  readonly entries: JournalEntry[] = [];
  /** Pages that are asked for and not given yet. */
  readonly requests: QueueReadRequest[] = [];

  append(entry: JournalEntry, sequence: number): void {
    this.entries.push(entry);
    if (sequence !== this.entries.length) throw new Error(`sequence ${sequence} after ${this.entries.length - 1}`);
  }

  readQueue(request: QueueReadRequest): void {
    if (request.sequence > this.entries.length) throw new Error(`a page at ${request.sequence}, which is to come`);
    this.requests.push(request);
  }

  /** The answer to a request, from the state that it must see at least, or a later one. */
  page(
    { clientIdentifier, after, deliveriesMax, bytesMax }: QueueReadRequest,
    sequence: number = this.entries.length,
  ): QueuePage {
    const session = [...this.snapshot(sequence).sessions].find((one) => one.clientIdentifier === clientIdentifier);
    const queue = (session?.deliveries ?? []).filter((one) => one.step === 'queued' && one.deliveryId > after);
    let bytes = 0;
    const deliveries = queue.slice(0, deliveriesMax).filter((one, index) => {
      bytes += messageBytes(one.message);
      return index === 0 || bytes <= bytesMax;
    });
    return { deliveries, hasMore: deliveries.length < queue.length };
  }

  /** What a store loads: queues only as numbers. */
  stored(sequence: number = this.entries.length): BrokerSnapshot {
    const snapshot = this.snapshot(sequence);
    return {
      ...snapshot,
      sessions: [...snapshot.sessions].map((session) => {
        const queue = session.deliveries.filter(({ step }) => step === 'queued');
        const expiries = queue.flatMap(({ message }) => message.expiresAt ?? []);
        return {
          ...session,
          deliveries: session.deliveries.filter(({ step }) => step !== 'queued'),
          queued: {
            messages: queue.length,
            bytes: queue.reduce((sum, { message }) => sum + messageBytes(message), 0),
            soonestExpiry: expiries.length === 0 ? undefined : Math.min(...expiries),
            shared: queue.filter(({ sharedSubscription }) => sharedSubscription !== undefined).length,
          },
        };
      }),
    };
  }

  /** The types of the entries since a sequence number, for tests that read like a list. */
  typesSince(sequence: number): string[] {
    return this.entries.slice(sequence).map(({ type }) => type);
  }

  /** The state after the first `sequence` entries: what a crash leaves when so much was durable. */
  snapshot(sequence: number = this.entries.length): BrokerSnapshot {
    const retained = new Map<string, Message>();
    const messages = new Map<number, Message>();
    const sessions = new Map<string, RecordedSession>();
    let nextIdentifier = 1;
    for (const entry of this.entries.slice(0, sequence)) {
      if (entry.type === 'retainedSet') retained.set(entry.message.topicName, entry.message);
      else if (entry.type === 'retainedRemoved') retained.delete(entry.topicName);
      else if (entry.type === 'messageStored') {
        messages.set(entry.messageId, entry.message);
        nextIdentifier = Math.max(nextIdentifier, entry.messageId + 1);
      } else if (entry.type === 'sessionOpened') openSession(sessions, entry);
      else if (entry.type === 'sessionEnded') sessions.delete(entry.clientIdentifier);
      else if (entry.type === 'queueSetAside') setAside(sessions, entry);
      else applyToSession(sessions, messages, entry);
      if (entry.type === 'deliveryQueued') nextIdentifier = Math.max(nextIdentifier, entry.deliveryId + 1);
    }
    return {
      nextIdentifier,
      retained: retained.values(),
      sessions: [...sessions.values()].map((session) => ({
        ...session,
        subscriptions: [...session.subscriptions.values()],
        deliveries: [...session.deliveries.values()],
        queued: { messages: 0, bytes: 0, soonestExpiry: undefined, shared: 0 },
        awaitingPubrel: [...session.awaitingPubrel],
      })),
    };
  }
}

function openSession(
  sessions: Map<string, RecordedSession>,
  entry: Extract<JournalEntry, { type: 'sessionOpened' }>,
): void {
  const { type: _type, clean, ...fields } = entry;
  const before = clean ? undefined : sessions.get(entry.clientIdentifier);
  sessions.set(entry.clientIdentifier, {
    ...fields,
    disconnectedAt: undefined,
    willDueAt: undefined,
    subscriptions: before?.subscriptions ?? new Map(),
    deliveries: before?.deliveries ?? new Map(),
    awaitingPubrel: before?.awaitingPubrel ?? new Set(),
  });
}

function setAside(
  sessions: Map<string, RecordedSession>,
  entry: Extract<JournalEntry, { type: 'queueSetAside' }>,
): void {
  const { clientIdentifier, after, setAsideAs, disconnectedAt } = entry;
  const ending = sessions.get(clientIdentifier);
  if (ending === undefined || sessions.has(setAsideAs)) throw new Error(`'${clientIdentifier}' as '${setAsideAs}'`);
  openSession(sessions, {
    type: 'sessionOpened',
    clientIdentifier: setAsideAs,
    clean: true,
    userName: undefined,
    protocolVersion: 5,
    sessionExpiryInterval: 0,
    will: undefined,
  });
  const aside = sessions.get(setAsideAs)!;
  aside.disconnectedAt = disconnectedAt;
  for (const [deliveryId, delivery] of ending.deliveries) {
    if (delivery.step !== 'queued' || deliveryId <= after) continue;
    ending.deliveries.delete(deliveryId);
    aside.deliveries.set(deliveryId, delivery);
  }
}

function applyToSession(
  sessions: Map<string, RecordedSession>,
  messages: Map<number, Message>,
  entry: EntryOfSession,
): void {
  const session = sessions.get(entry.clientIdentifier);
  if (session === undefined) throw new Error(`${entry.type} for no session`);
  switch (entry.type) {
    case 'sessionDisconnected':
      session.disconnectedAt = entry.disconnectedAt;
      session.sessionExpiryInterval = entry.sessionExpiryInterval;
      session.willDueAt = entry.willDueAt;
      return;
    case 'willRemoved':
      session.will = undefined;
      session.willDueAt = undefined;
      return;
    case 'subscribed':
      session.subscriptions.set(entry.subscription.subscriptionFilter, entry.subscription);
      return;
    case 'unsubscribed':
      session.subscriptions.delete(entry.subscriptionFilter);
      return;
    case 'packetReceived':
      session.awaitingPubrel.add(entry.packetIdentifier);
      return;
    case 'packetReleased':
      session.awaitingPubrel.delete(entry.packetIdentifier);
      return;
    case 'deliveryQueued': {
      const { type: _type, clientIdentifier: _session, ...fields } = entry;
      const message = messages.get(entry.messageId);
      if (message === undefined) throw new Error(`no message ${entry.messageId}`);
      session.deliveries.set(entry.deliveryId, { ...fields, message, step: 'queued', packetIdentifier: undefined });
      return;
    }
    case 'deliveryFinished':
      session.deliveries.delete(entry.deliveryId);
      return;
    case 'deliverySent':
    case 'deliveryReceived': {
      const delivery = session.deliveries.get(entry.deliveryId);
      if (delivery === undefined) throw new Error(`no delivery ${entry.deliveryId}`);
      if (entry.type === 'deliverySent') delivery.packetIdentifier = entry.packetIdentifier;
      delivery.step = entry.type === 'deliverySent' ? 'awaitingPubrec' : 'awaitingPubcomp';
    }
  }
}
