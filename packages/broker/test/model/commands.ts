import type { QoS } from '@skua/codec';
import fc from 'fast-check';

/** Topics that shared subscriptions match; each at most one, so that it is certain whose copy a message is. */
export const SHARED_TOPICS = ['s', 's/b'] as const;

const topicName = fc.constantFrom('a', 'a/b', '$x/y', 'w', ...SHARED_TOPICS);
const ordinaryFilters = ['a', 'a/b', '#', 'a/#', '+', '+/b', '$x/#', 'w', 's', 's/#'];
const sharedFilters = ['$share/g/s', '$share/h/s/b'];
const subscriptionFilter = fc.constantFrom(...ordinaryFilters, ...sharedFilters, ...sharedFilters);
const who = fc.nat(2);
const qos = fc.constantFrom<QoS>(0, 1, 2);
const seconds = fc.constantFrom(0, 5, 60, Infinity);
const packetIdentifier = fc.integer({ min: 1, max: 3 });
const messageExpiryInterval = fc.constantFrom(undefined, undefined, undefined, 2, 30);

const subscription = fc.record({
  subscriptionFilter,
  qos,
  noLocal: fc.boolean(),
  retainAsPublished: fc.boolean(),
  retainHandling: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
});

/** One thing that a client or the clock does. */
export type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;

/**
 * A client without connection connects first, by its {@link profile}. What makes no sense in the present state does
 * nothing.
 */
export const command = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('connect' as const),
      who,
      version: fc.constantFrom<4 | 5>(5, 5, 4),
      cleanStart: fc.boolean(),
      expiryInterval: seconds,
      receiveMaximum: fc.constantFrom(1, 2, 65_535),
      keepAlive: fc.constantFrom(0, 0, 4),
      topicAliasMaximum: fc.constantFrom(0, 1),
      will: fc.option(
        fc.record({
          topicName,
          qos,
          retain: fc.boolean(),
          isEmpty: fc.constantFrom(false, false, false, true),
          delay: fc.constantFrom(0, 3, 60),
          messageExpiryInterval,
        }),
        { nil: undefined },
      ),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('subscribe' as const),
      who,
      subscriptions: fc.array(subscription, { minLength: 1, maxLength: 2 }),
      identifier: fc.constantFrom(undefined, 1, 2),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('unsubscribe' as const), who, subscriptionFilter }) },
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constant('publish' as const),
      who,
      topicName,
      qos,
      retain: fc.boolean(),
      isEmpty: fc.constantFrom(false, false, false, false, true),
      packetIdentifier,
      messageExpiryInterval,
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('release' as const), who, packetIdentifier }) },
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('acknowledge' as const),
      who,
      which: fc.nat(3),
      how: fc.constantFrom('accept', 'accept', 'accept', 'accept', 'refuse', 'repeat'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('cut' as const), who }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('disconnect' as const),
      who,
      withWill: fc.boolean(),
      expiryInterval: fc.option(seconds, { nil: undefined }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('wait' as const), seconds: fc.constantFrom(1, 2, 4, 10, 70) }),
  },
);

/** How a client connects when nothing else is said. */
export type Profile = typeof profile extends fc.Arbitrary<infer Value> ? Value : never;

export const profile = fc.record({
  version: fc.constantFrom<4 | 5>(5, 5, 4),
  expiryInterval: fc.constantFrom(100, 0, 5),
  receiveMaximum: fc.constantFrom(65_535, 1, 2),
  /** 3.1.1 does not show Subscription Identifiers, so a client that has them stays with 5.0. */
  usesIdentifiers: fc.boolean(),
});

/** What the broker is configured with. */
export const options = fc.record({
  inflightMessagesMax: fc.constantFrom(100, 1, 2),
  receiveMaximum: fc.constantFrom(65_535, 1, 2),
  matchCacheEntriesMax: fc.constantFrom(16_384, 0, 1),
  sharedSubscriptionStrategy: fc.constantFrom(
    'roundRobin',
    'random',
    'leastInFlight',
    'sticky',
    'hashByClient',
    'hashByTopic',
  ),
});
