import type { JournalEntry } from '@skua/broker';
import { queuedBytes, type Store } from '../store.ts';
import {
  countRecord,
  InterchangeError,
  noRecords,
  type RecordCounts,
  type StoredDelivery,
  type StoredSession,
  type StoreRecord,
} from './store-record.ts';

/**
 * Brings records into a store, which must be open and unused. A session and a retained message take the place of those
 * with the same Client Identifier and Topic Name; everything else in the store stays. So importing the same records
 * again, also after a failure in the middle, comes to the same state.
 *
 * @throws {InterchangeError} when a delivery names a message or a session that did not come before it, or uses a Packet
 *   Identifier twice.
 * @throws {StoreError} what the store throws.
 */
export async function importRecords(
  store: Pick<Store, 'load' | 'append'>,
  records: Iterable<StoreRecord> | AsyncIterable<StoreRecord>,
): Promise<Readonly<RecordCounts>> {
  const { nextIdentifier } = await store.load();
  // Behind all identifiers of the store, in the same order as they come.
  const offset = nextIdentifier - 1;
  const counts = noRecords();
  const batch = new Batch(store);
  const messages = new Set<number>();
  let current: CurrentSession | undefined;
  for await (const record of records) {
    countRecord(counts, record);
    switch (record.type) {
      case 'retained':
        batch.add({ type: 'retainedSet', message: record.message }, queuedBytes(record.message));
        break;
      case 'session':
        current = { clientIdentifier: record.session.clientIdentifier, packetIdentifiers: new Set() };
        for (const entry of sessionEntries(record.session)) batch.add(entry);
        break;
      case 'message': {
        const { messageId, message } = record;
        messages.add(messageId);
        batch.add({ type: 'messageStored', messageId: messageId + offset, message }, queuedBytes(message));
        break;
      }
      case 'delivery':
        checkDelivery(record, current, messages);
        for (const entry of deliveryEntries(record.clientIdentifier, record.delivery, offset)) batch.add(entry);
    }
    // A message that nobody names at the end of a batch would be freed.
    if (batch.isFull && record.type !== 'message') await batch.append();
  }
  await batch.append();
  return counts;
}

class Batch {
  readonly #store: Pick<Store, 'append'>;
  #entries: JournalEntry[] = [];
  #bytes = 0;

  constructor(store: Pick<Store, 'append'>) {
    this.#store = store;
  }

  get isFull(): boolean {
    return this.#entries.length >= ENTRIES_MAX || this.#bytes >= BYTES_MAX;
  }

  add(entry: JournalEntry, bytes = 0): void {
    this.#entries.push(entry);
    this.#bytes += bytes;
  }

  async append(): Promise<void> {
    const entries = this.#entries;
    if (entries.length === 0) return;
    this.#entries = [];
    this.#bytes = 0;
    await this.#store.append(entries);
  }
}

function checkDelivery(
  { clientIdentifier, delivery }: StoreRecord & { type: 'delivery' },
  current: CurrentSession | undefined,
  messages: ReadonlySet<number>,
): void {
  const which = `delivery ${delivery.deliveryId} to '${clientIdentifier}'`;
  if (clientIdentifier !== current?.clientIdentifier)
    throw new InterchangeError(`${which} does not follow its session`);
  if (!messages.has(delivery.messageId)) {
    throw new InterchangeError(`${which} names the message ${delivery.messageId}, which did not come before it`);
  }
  const { packetIdentifier } = delivery;
  if (packetIdentifier === undefined) return;
  if (current.packetIdentifiers.has(packetIdentifier)) {
    throw new InterchangeError(`${which} has the Packet Identifier ${packetIdentifier} of another one`);
  }
  current.packetIdentifiers.add(packetIdentifier);
}

interface CurrentSession {
  readonly clientIdentifier: string;
  /** Of its deliveries in flight. */
  readonly packetIdentifiers: Set<number>;
}

function sessionEntries(session: StoredSession): JournalEntry[] {
  const { clientIdentifier, sessionExpiryInterval, disconnectedAt, will, willDueAt } = session;
  const { userName, protocolVersion, subscriptions, awaitingPubrel } = session;
  return [
    // `clean`: whatever the store has of this client goes.
    { type: 'sessionOpened', clientIdentifier, clean: true, userName, protocolVersion, sessionExpiryInterval, will },
    ...subscriptions.map((subscription) => ({ type: 'subscribed', clientIdentifier, subscription }) as const),
    ...awaitingPubrel.map(
      (packetIdentifier) => ({ type: 'packetReceived', clientIdentifier, packetIdentifier }) as const,
    ),
    ...(disconnectedAt === undefined
      ? []
      : [{ type: 'sessionDisconnected', clientIdentifier, disconnectedAt, sessionExpiryInterval, willDueAt } as const]),
  ];
}

function deliveryEntries(clientIdentifier: string, delivery: StoredDelivery, offset: number): JournalEntry[] {
  const { step, packetIdentifier, qos, retain, subscriptionIdentifiers, sharedSubscription } = delivery;
  const deliveryId = delivery.deliveryId + offset;
  const messageId = delivery.messageId + offset;
  const about = { clientIdentifier, deliveryId };
  const entries: JournalEntry[] = [
    { type: 'deliveryQueued', ...about, messageId, qos, retain, subscriptionIdentifiers, sharedSubscription },
  ];
  if (step === 'queued' || packetIdentifier === undefined) return entries;
  entries.push({ type: 'deliverySent', ...about, packetIdentifier });
  if (step === 'awaitingPubcomp') entries.push({ type: 'deliveryReceived', ...about });
  return entries;
}

const ENTRIES_MAX = 1_000;
const BYTES_MAX = 4_000_000;
