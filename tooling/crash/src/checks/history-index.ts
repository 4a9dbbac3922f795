import type { TimedEvent, WillPromise } from '../history.ts';

/** A message as its publisher saw it. Moments are indices of events. */
export interface MessageRecord {
  readonly publisher: string;
  readonly serial: number;
  readonly topic: string;
  readonly qos: 1 | 2;
  readonly empty: boolean;
  readonly sentAt: number;
  /** PUBACK or PUBREC; Infinity: never. */
  acknowledgedAt: number;
  /** PUBACK or PUBCOMP; Infinity: never. */
  completedAt: number;
}

/** A message as a subscriber saw it. */
export interface Receipt {
  readonly at: number;
  readonly client: string;
  readonly event: TimedEvent & { readonly type: 'received' };
}

/** From an answer to the next request that may change it. */
export interface Span {
  readonly from: number;
  /** Infinity: to the end. */
  to: number;
  /** Whether it ended because the broker had lost the session. */
  lost: boolean;
}

/** What is known of one subscription of one session. */
export interface SubscriptionRecord {
  readonly filter: string;
  /** When it certainly was there, in order. */
  readonly present: Span[];
  /** When it certainly was not there, in order. */
  readonly absent: Span[];
}

/** A connection with a will. */
export interface WillRecord {
  readonly client: string;
  readonly will: WillPromise;
  readonly connectedAt: number;
  endedAt: number;
  endedBy: 'disconnect' | 'cut' | 'broker' | undefined;
  /** Infinity: DISCONNECT was not sent, or perhaps not read. */
  disconnectReadAt: number;
}

/** A session that the broker did not have any more. */
export interface LostSession {
  readonly client: string;
  readonly at: number;
  readonly filters: readonly string[];
  /** QoS 2 messages after PUBREC and before PUBCOMP. */
  readonly serials: readonly number[];
}

/** A history, sorted by what the checks ask for. Made once for all of them. */
export class HistoryIndex {
  readonly events: readonly TimedEvent[];
  /** By publisher, then by serial. */
  readonly messages: Map<string, Map<number, MessageRecord>> = new Map();
  /** By topic, in the order of sending. */
  readonly messagesByTopic: Map<string, MessageRecord[]> = new Map();
  /** By client, then by filter. */
  readonly subscriptions: Map<string, Map<string, SubscriptionRecord>> = new Map();
  /** By client, then by publisher and serial; in the order of arrival. */
  readonly receipts: Map<string, Map<string, Receipt[]>> = new Map();
  readonly wills: Map<string, WillRecord> = new Map();
  /** By client: also of connections that may not have been accepted. */
  readonly willTopics: Map<string, string> = new Map();
  readonly lostSessions: LostSession[] = [];
  readonly kills: number[] = [];
  /** By publisher: acknowledged QoS 2 messages whose exchange is not complete. */
  readonly #owned = new Map<string, Set<number>>();

  constructor(events: readonly TimedEvent[]) {
    this.events = events;
    for (const [at, event] of events.entries()) this.#add(event, at);
  }

  /** The receipts of one message at one client. */
  receiptsOf(client: string, publisher: string, serial: number): readonly Receipt[] {
    return this.receipts.get(client)?.get(messageKey(publisher, serial)) ?? [];
  }

  #add(event: TimedEvent, at: number): void {
    switch (event.type) {
      case 'published':
        this.#addMessage({ ...event, sentAt: at, acknowledgedAt: Infinity, completedAt: Infinity });
        return;
      case 'acknowledged':
      case 'completed':
        this.#addAcknowledgement(event, at);
        return;
      case 'subscribing':
      case 'subscribed':
      case 'unsubscribing':
      case 'unsubscribed':
        this.#addSubscription(event, at);
        return;
      case 'received': {
        const receipts = entry(this.receipts, event.client, () => new Map<string, Receipt[]>());
        const key = messageKey(event.publisher, event.serial);
        entry(receipts, key, () => []).push({ at, client: event.client, event });
        return;
      }
      case 'connecting':
        this.willTopics.set(event.client, event.will.topic);
        return;
      case 'connected':
        this.#addConnection(event, at);
        return;
      case 'connectionEnded': {
        const will = this.wills.get(event.client);
        if (will !== undefined) [will.endedAt, will.endedBy] = [at, event.by];
        return;
      }
      case 'disconnectRead': {
        const will = this.wills.get(event.client);
        if (will !== undefined) will.disconnectReadAt = at;
        return;
      }
      case 'brokerKilled':
        this.kills.push(at);
        return;
      case 'brokerStarted':
      case 'brokerListening':
      case 'refused':
      case 'retainedRead':
    }
  }

  #addMessage(message: MessageRecord): void {
    entry(this.messages, message.publisher, () => new Map<number, MessageRecord>()).set(message.serial, message);
    entry(this.messagesByTopic, message.topic, () => []).push(message);
  }

  #addAcknowledgement(event: TimedEvent & { type: 'acknowledged' | 'completed' }, at: number): void {
    const message = this.messages.get(event.publisher)?.get(event.serial);
    if (message === undefined) return;
    const owned = entry(this.#owned, event.publisher, () => new Set<number>());
    if (event.type === 'completed') {
      message.completedAt = at;
      owned.delete(event.serial);
    } else {
      message.acknowledgedAt = at;
      if (message.qos === 2) owned.add(event.serial);
    }
  }

  #addSubscription(event: SubscriptionEvent, at: number): void {
    const filters = entry(this.subscriptions, event.client, () => new Map<string, SubscriptionRecord>());
    const { filter } = event;
    const record = entry(filters, filter, () => ({
      filter,
      present: [],
      absent: [{ from: -1, to: Infinity, lost: false }],
    }));
    switch (event.type) {
      case 'subscribed':
        if (!isOpen(record.present)) record.present.push({ from: at, to: Infinity, lost: false });
        return;
      case 'unsubscribed':
        record.absent.push({ from: at, to: Infinity, lost: false });
        return;
      case 'subscribing':
        close(record.absent, at, false);
        return;
      case 'unsubscribing':
        close(record.present, at, false);
    }
  }

  #addConnection(event: TimedEvent & { type: 'connected' }, at: number): void {
    const { client, will, sessionPresent } = event;
    if (will !== undefined) {
      const open = { endedAt: Infinity, endedBy: undefined, disconnectReadAt: Infinity };
      this.wills.set(client, { client, will, connectedAt: at, ...open });
    }
    if (sessionPresent) return;
    const records = [...(this.subscriptions.get(client)?.values() ?? [])].filter(({ present }) => isOpen(present));
    const serials = [...(this.#owned.get(client) ?? [])];
    this.#owned.delete(client);
    for (const { present } of records) close(present, at, true);
    if (records.length === 0 && serials.length === 0) return;
    this.lostSessions.push({ client, at, filters: records.map(({ filter }) => filter), serials });
  }
}

type SubscriptionEvent = Extract<TimedEvent, { type: 'subscribing' | 'subscribed' | 'unsubscribing' | 'unsubscribed' }>;

/** What receipts are found by. */
function messageKey(publisher: string, serial: number): string {
  return `${publisher} ${serial}`;
}

function isOpen(spans: readonly Span[]): boolean {
  return spans.at(-1)?.to === Infinity;
}

function close(spans: readonly Span[], at: number, lost: boolean): void {
  const last = spans.at(-1);
  if (last?.to !== Infinity) return;
  last.to = at;
  last.lost = lost;
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
