import type { Message, SubscriptionRecord } from '@skua/broker';
import { parseTopicFilter, topicMatchesFilter } from '@skua/topics';
import { InterchangeError, type StoredDelivery, type StoredSession, type StoreRecord } from '../store-record.ts';
import type { ClientChunk, ClientMessageChunk, MessageChunk } from './chunks.ts';
import type { MosquittoChunks } from './read-mosquitto-database.ts';

/** What a mosquitto.db has for a store. */
export interface MosquittoContent {
  readonly records: Iterable<StoreRecord>;
  /** What it also has and what is not taken over, with the reason: one sentence each. */
  readonly notes: readonly string[];
}

/** Turns chunks into records. */
export function toRecords(chunks: MosquittoChunks, now: number): MosquittoContent {
  const conversion = new Conversion(chunks, now);
  conversion.convert();
  return { records: conversion.records(), notes: conversion.notes() };
}

interface Session {
  readonly session: StoredSession & { readonly subscriptions: SubscriptionRecord[]; readonly awaitingPubrel: number[] };
  readonly deliveries: StoredDelivery[];
}

class Conversion {
  readonly #chunks: MosquittoChunks;
  readonly #now: number;
  readonly #sessions = new Map<string, Session>();
  readonly #retained = new Map<string, Message>();
  readonly #messages = new Map<bigint, { readonly messageId: number; readonly message: Message }>();
  #nextIdentifier = 1;
  #temporarySessions = 0;
  #qos0Messages = 0;
  #strayChunks = 0;

  constructor(chunks: MosquittoChunks, now: number) {
    this.#chunks = chunks;
    this.#now = now;
  }

  convert(): void {
    for (const client of this.#chunks.clients.values()) this.#addSession(client);
    for (const { clientIdentifier, subscriptionFilter, ...subscription } of this.#chunks.subscriptions) {
      const session = this.#sessions.get(clientIdentifier);
      if (session === undefined) this.#countStray(clientIdentifier);
      else session.session.subscriptions.push({ subscriptionFilter, ...subscription, retainHandling: 0 });
    }
    for (const { position, storeId } of this.#chunks.retained) this.#retain(this.#find(storeId, position));
    for (const message of this.#chunks.clientMessages) if (message.direction === 'out') this.#addDelivery(message);
    // Behind what was queued before.
    for (const message of this.#chunks.clientMessages) if (message.direction === 'in') this.#release(message);
  }

  *records(): Generator<StoreRecord> {
    for (const message of this.#retained.values()) yield { type: 'retained', message };
    const byIdentifier = new Map([...this.#messages.values()].map((stored) => [stored.messageId, stored]));
    for (const { session, deliveries } of this.#sessions.values()) {
      yield { type: 'session', session };
      const { clientIdentifier } = session;
      for (const delivery of deliveries) {
        const stored = byIdentifier.get(delivery.messageId);
        if (stored !== undefined) yield { type: 'message', ...stored };
        byIdentifier.delete(delivery.messageId);
        yield { type: 'delivery', clientIdentifier, delivery };
      }
    }
  }

  notes(): string[] {
    const notes: string[] = [];
    const add = (count: number, sentence: string): void => void (count > 0 && notes.push(`${count} ${sentence}`));
    add(this.#temporarySessions, 'sessions end with their connection and are not taken over.');
    add(this.#qos0Messages, 'waiting messages of QoS 0 are not taken over.');
    add(this.#strayChunks, 'subscriptions or messages of clients that the file does not have are not taken over.');
    if (this.#sessions.size > 0) {
      notes.push('User names, shared subscriptions, Retain Handling and wills are not in the file, or not reliably.');
    }
    return notes;
  }

  #addSession({ clientIdentifier, expiresAt, expiryInterval }: ClientChunk): void {
    if (expiryInterval === 0) {
      this.#temporarySessions += 1;
      return;
    }
    const isFinite = expiryInterval !== NEVER && expiresAt > 0;
    const session: Session['session'] = {
      clientIdentifier,
      userName: undefined,
      // The file does not say; it matters only until the client comes back.
      protocolVersion: expiryInterval === NEVER ? 4 : 5,
      sessionExpiryInterval: expiryInterval,
      disconnectedAt: isFinite ? Math.min(this.#now, (expiresAt - expiryInterval) * 1000) : this.#now,
      will: undefined,
      willDueAt: undefined,
      subscriptions: [],
      awaitingPubrel: [],
    };
    this.#sessions.set(clientIdentifier, { session, deliveries: [] });
  }

  #addDelivery(chunk: ClientMessageChunk): void {
    const { clientIdentifier, qos, retain, packetIdentifier, subscriptionIdentifiers, storeId, position } = chunk;
    const session = this.#sessions.get(clientIdentifier);
    if (session === undefined) this.#countStray(clientIdentifier);
    else if (qos === 0) this.#qos0Messages += 1;
    else {
      const step = outgoingStep(chunk);
      this.#deliver(session, this.#find(storeId, position), storeId, {
        qos,
        retain,
        subscriptionIdentifiers,
        step,
        packetIdentifier: step === 'queued' ? undefined : packetIdentifier,
      });
    }
  }

  // A QoS 2 message that a client has sent and not released. mosquitto passes it on at PUBREL; here its subscribers have it
  // from PUBLISH on, so it is given to them now, and the client's PUBREL finds what it expects.
  #release({ clientIdentifier, storeId, packetIdentifier, qos, state, position }: ClientMessageChunk): void {
    const publisher = this.#sessions.get(clientIdentifier);
    if (publisher === undefined) {
      this.#countStray(clientIdentifier);
      return;
    }
    if (qos !== 2 || (state !== State.waitForPubrel && state !== State.sendPubrec)) return;
    publisher.session.awaitingPubrel.push(packetIdentifier);
    const message = this.#find(storeId, position);
    if (message.retain) this.#retain(message);
    for (const session of this.#sessions.values()) {
      const matching = session.session.subscriptions.filter(
        ({ subscriptionFilter, noLocal }) =>
          matchesFilter(message, subscriptionFilter) &&
          !(noLocal && session.session.clientIdentifier === message.publisher),
      );
      const granted = Math.max(0, ...matching.map((subscription) => subscription.qos));
      if (granted === 0) continue;
      const identifiers = matching.flatMap(({ subscriptionIdentifier }) => subscriptionIdentifier ?? []);
      this.#deliver(session, message, storeId, {
        qos: granted === 1 ? 1 : 2,
        retain: message.retain && matching.some(({ retainAsPublished }) => retainAsPublished),
        subscriptionIdentifiers: identifiers.length === 0 ? undefined : identifiers,
        step: 'queued',
        packetIdentifier: undefined,
      });
    }
  }

  #deliver(
    { deliveries }: Session,
    message: Message,
    storeId: bigint,
    delivery: Omit<StoredDelivery, 'deliveryId' | 'messageId' | 'sharedSubscription'>,
  ): void {
    let stored = this.#messages.get(storeId);
    if (stored === undefined) {
      stored = { messageId: this.#nextIdentifier++, message };
      this.#messages.set(storeId, stored);
    }
    const { messageId } = stored;
    deliveries.push({ ...delivery, deliveryId: this.#nextIdentifier++, messageId, sharedSubscription: undefined });
  }

  #retain(message: Message): void {
    if (message.payload.length === 0) this.#retained.delete(message.topicName);
    else this.#retained.set(message.topicName, { ...message, retain: true });
  }

  #find(storeId: bigint, position: number): Message {
    const known = this.#messages.get(storeId)?.message;
    if (known !== undefined) return known;
    const chunk = this.#chunks.messages.get(storeId);
    if (chunk !== undefined) return this.#message(chunk);
    throw new InterchangeError(`byte ${position}: names the message ${storeId}, which the file does not have`);
  }

  #message({ topicName, payload, qos, retain, properties, publisher, expiresAt }: MessageChunk): Message {
    const times = { receivedAt: this.#now, expiresAt: expiresAt === 0 ? undefined : expiresAt * 1000 };
    return { topicName, payload, qos, retain, properties, publisher, ...times };
  }

  #countStray(clientIdentifier: string): void {
    if (!this.#chunks.clients.has(clientIdentifier)) this.#strayChunks += 1;
  }
}

function outgoingStep({ qos, state, dup, packetIdentifier }: ClientMessageChunk): StoredDelivery['step'] {
  if (qos !== 2 || packetIdentifier === 0) return 'queued';
  if (state === State.waitForPubcomp || state === State.resendPubrel) return 'awaitingPubcomp';
  return state === State.waitForPubrec || (state === State.publishQos2 && dup) ? 'awaitingPubrec' : 'queued';
}

function matchesFilter({ topicName }: Message, subscriptionFilter: string): boolean {
  return topicMatchesFilter(topicName, parseTopicFilter(subscriptionFilter));
}

/** Where a message stands, in mosquitto's numbers; the others are queued, or of QoS 0 and 1. */
const State = {
  publishQos2: 4,
  waitForPubrec: 5,
  resendPubrel: 6,
  waitForPubrel: 7,
  waitForPubcomp: 9,
  sendPubrec: 10,
} as const;

const NEVER = 0xffff_ffff;
