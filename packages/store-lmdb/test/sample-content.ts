import type { JournalEntry, Message } from '@skua/broker';

/** Batches with all that a store keeps: sessions, subscriptions, queues, messages longer than a page, retained messages. */
export function sampleBatches(count: number): JournalEntry[][] {
  let next = 1;
  const clients = Array.from({ length: 8 }, (_none, index) => `client-${index}`);
  const batches: JournalEntry[][] = [clients.map((clientIdentifier) => opened(clientIdentifier))];
  for (let batch = 0; batch < count; batch += 1) {
    const entries: JournalEntry[] = [];
    for (const [index, clientIdentifier] of clients.entries()) {
      const messageId = next++;
      entries.push({ type: 'messageStored', messageId, message: message(`t/${index}`, index === 5 ? 6000 : 90) });
      for (const receiver of [clientIdentifier, clients[(index + 1) % clients.length]!]) {
        const deliveryId = next++;
        entries.push(queued(receiver, deliveryId, messageId, index === 7 ? 2 : 1));
        if (batch % 3 === 0) entries.push({ type: 'deliveryFinished', clientIdentifier: receiver, deliveryId });
        else if (index === 7) entries.push(sent(receiver, deliveryId, 1 + (deliveryId % 60_000)));
      }
      entries.push(subscribed(clientIdentifier, `f/${batch % 9}`));
      entries.push({ type: 'retainedSet', message: message(`r/${batch % 30}/${index}`, 50 + batch) });
    }
    batches.push(entries);
  }
  return batches;
}

/** A message of so many bytes. */
export function message(topicName: string, length: number): Message {
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a store does not look at it
    topicName: topicName as Message['topicName'],
    payload: new Uint8Array(length).fill(length),
    qos: 1,
    retain: false,
    properties: {},
    publisher: 'publisher',
    receivedAt: 1_700_000_000_000,
    expiresAt: undefined,
  };
}

/** Opens a session. */
export function opened(clientIdentifier: string): JournalEntry {
  return {
    type: 'sessionOpened',
    clientIdentifier,
    clean: false,
    userName: undefined,
    protocolVersion: 5,
    sessionExpiryInterval: 3600,
    will: { message: message('will', 20), willDelayInterval: 1, messageExpiryInterval: undefined },
  };
}

/** Queues a delivery. */
export function queued(clientIdentifier: string, deliveryId: number, messageId: number, qos: 1 | 2 = 1): JournalEntry {
  return {
    type: 'deliveryQueued',
    clientIdentifier,
    deliveryId,
    messageId,
    qos,
    retain: false,
    subscriptionIdentifiers: undefined,
    sharedSubscription: undefined,
  };
}

function sent(clientIdentifier: string, deliveryId: number, packetIdentifier: number): JournalEntry {
  return { type: 'deliverySent', clientIdentifier, deliveryId, packetIdentifier };
}

function subscribed(clientIdentifier: string, subscriptionFilter: string): JournalEntry {
  const subscription = {
    subscriptionFilter,
    qos: 1 as const,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0 as const,
    subscriptionIdentifier: undefined,
  };
  return { type: 'subscribed', clientIdentifier, subscription };
}
