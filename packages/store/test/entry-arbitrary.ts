import type { JournalEntry, Message, SubscriptionRecord, WillRecord } from '@skua/broker';
import fc from 'fast-check';

const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.string({ maxLength: 200 }));
const bytes = fc.uint8Array({ maxLength: 300 });
const time = fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const fourBytes = fc.nat(0xff_ff_ff_ff);
const identifier = fc.oneof(fc.nat(), fc.maxSafeNat());
const packetIdentifier = fc.integer({ min: 1, max: 0xffff });
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);
const clientIdentifier = text;

/** Any message. */
export const message: fc.Arbitrary<Message> = fc.record({
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a store does not look at it
  topicName: text.map((name) => name as Message['topicName']),
  payload: bytes,
  qos,
  retain: fc.boolean(),
  properties: fc.record(
    {
      payloadFormatIndicator: fc.constantFrom(0 as const, 1 as const),
      contentType: text,
      responseTopic: text,
      correlationData: bytes,
      userProperties: fc.array(fc.tuple(text, text), { maxLength: 4 }),
    },
    { requiredKeys: [] },
  ),
  publisher: text,
  receivedAt: time,
  expiresAt: fc.option(time, { nil: undefined }),
});

const will: fc.Arbitrary<WillRecord> = fc.record({
  message,
  willDelayInterval: fourBytes,
  messageExpiryInterval: fc.option(fourBytes, { nil: undefined }),
});

const subscription: fc.Arbitrary<SubscriptionRecord> = fc.record({
  subscriptionFilter: text,
  qos,
  noLocal: fc.boolean(),
  retainAsPublished: fc.boolean(),
  retainHandling: fc.constantFrom(0 as const, 1 as const, 2 as const),
  subscriptionIdentifier: fc.option(fc.nat(268_435_455), { nil: undefined }),
});

function entry<T extends JournalEntry['type']>(
  type: T,
  fields: {
    [K in Exclude<keyof Extract<JournalEntry, { type: T }>, 'type'>]: fc.Arbitrary<
      Extract<JournalEntry, { type: T }>[K]
    >;
  },
): fc.Arbitrary<JournalEntry> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fields are those of the entry
  return fc.record({ type: fc.constant(type), ...fields }) as unknown as fc.Arbitrary<JournalEntry>;
}

/** Any entry of the journal. */
export const journalEntry: fc.Arbitrary<JournalEntry> = fc.oneof(
  entry('sessionOpened', {
    clientIdentifier,
    clean: fc.boolean(),
    userName: fc.option(text, { nil: undefined }),
    protocolVersion: fc.constantFrom(3 as const, 4 as const, 5 as const),
    sessionExpiryInterval: fourBytes,
    will: fc.option(will, { nil: undefined }),
  }),
  entry('sessionDisconnected', {
    clientIdentifier,
    disconnectedAt: time,
    sessionExpiryInterval: fourBytes,
    willDueAt: fc.option(time, { nil: undefined }),
  }),
  entry('sessionEnded', { clientIdentifier }),
  entry('willRemoved', { clientIdentifier }),
  entry('subscribed', { clientIdentifier, subscription }),
  entry('unsubscribed', { clientIdentifier, subscriptionFilter: text }),
  entry('messageStored', { messageId: identifier, message }),
  entry('deliveryQueued', {
    clientIdentifier,
    deliveryId: identifier,
    messageId: identifier,
    qos: fc.constantFrom(1 as const, 2 as const),
    retain: fc.boolean(),
    subscriptionIdentifiers: fc.option(fc.array(fc.nat(268_435_455), { maxLength: 4 }), { nil: undefined }),
    sharedSubscription: fc.option(text, { nil: undefined }),
  }),
  entry('deliverySent', { clientIdentifier, deliveryId: identifier, packetIdentifier }),
  entry('deliveryReceived', { clientIdentifier, deliveryId: identifier }),
  entry('deliveryFinished', { clientIdentifier, deliveryId: identifier }),
  entry('queueSetAside', { clientIdentifier, after: identifier, setAsideAs: text, disconnectedAt: time }),
  entry('packetReceived', { clientIdentifier, packetIdentifier }),
  entry('packetReleased', { clientIdentifier, packetIdentifier }),
  entry('retainedSet', { message }),
  entry('retainedRemoved', { topicName: text }),
);
