import type { JournalEntry, Message, SubscriptionRecord } from '@skua/broker';

/** A message with every property, or with none. */
export function sampleMessage(topicName: string, text: string, fields: Partial<Message> = {}): Message {
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the suite's own texts are Topic Names
    topicName: topicName as Message['topicName'],
    payload: Uint8Array.from(text, (character) => character.codePointAt(0) ?? 0),
    qos: 1,
    retain: false,
    properties: {},
    publisher: 'somebody',
    receivedAt: 1_000_000,
    expiresAt: undefined,
    ...fields,
  };
}

/** Every property that a message can have. */
export const FULL_MESSAGE_FIELDS: Partial<Message> = {
  qos: 2,
  retain: true,
  expiresAt: 2_000_000.5,
  properties: {
    payloadFormatIndicator: 1,
    contentType: 'text/plain; charset=utf-8',
    responseTopic: 'answers/ä/𝄞',
    correlationData: Uint8Array.of(0, 255, 0, 1),
    userProperties: [
      ['name', 'first'],
      ['', ''],
      ['name', 'second \u{FEFF}'],
    ],
  },
};

/** Opens a session. */
export function opened(
  clientIdentifier: string,
  fields: Partial<JournalEntry & { type: 'sessionOpened' }> = {},
): JournalEntry {
  return {
    type: 'sessionOpened',
    clientIdentifier,
    clean: false,
    userName: undefined,
    protocolVersion: 5,
    sessionExpiryInterval: 3600,
    will: undefined,
    ...fields,
  };
}

/** A Subscription as the journal has it. */
export function subscription(subscriptionFilter: string, fields: Partial<SubscriptionRecord> = {}): SubscriptionRecord {
  return {
    subscriptionFilter,
    qos: 1,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0,
    subscriptionIdentifier: undefined,
    ...fields,
  };
}

/** Queues a delivery. */
export function queued(
  clientIdentifier: string,
  deliveryId: number,
  messageId: number,
  fields: Partial<JournalEntry & { type: 'deliveryQueued' }> = {},
): JournalEntry {
  return {
    type: 'deliveryQueued',
    clientIdentifier,
    deliveryId,
    messageId,
    qos: 1,
    retain: false,
    subscriptionIdentifiers: undefined,
    sharedSubscription: undefined,
    ...fields,
  };
}
