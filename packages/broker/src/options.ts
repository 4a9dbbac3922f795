import type { QoS } from '@skua/codec';
import type { OverflowPolicy } from '@skua/session';

/**
 * Every limit and choice of the broker. A limit of `Infinity` is off. Defaults are mosquitto's where operators rely on
 * them and safe ones where mosquitto has none; the reason stands beside each value in {@link DEFAULT_BROKER_OPTIONS}.
 */
export interface BrokerOptions {
  /** Bytes of the largest packet taken from a client, told in CONNACK; 20 to 268,435,460. */
  readonly maximumPacketSize: number;
  /** QoS 1 and 2 messages a client may have unacknowledged, told in CONNACK; 1 to 65,535. */
  readonly receiveMaximum: number;
  /** The highest QoS a client may publish with. */
  readonly maximumQos: QoS;
  readonly retainAvailable: boolean;
  readonly wildcardSubscriptionAvailable: boolean;
  readonly subscriptionIdentifiersAvailable: boolean;
  readonly sharedSubscriptionAvailable: boolean;
  /** Topic Aliases a client may use; 0 to 65,535. */
  readonly topicAliasMaximum: number;
  /** Topic Aliases the broker uses towards a client, within what the client allows; 0 to 65,535. */
  readonly topicAliasMaximumOutgoing: number;
  /** Seconds, 1 to 65,535: a 5.0 client that asks for more (or none) gets this as Server Keep Alive, others are refused. 0: no maximum. */
  readonly maximumKeepAlive: number;
  /** Milliseconds until the CONNECT packet must be complete, authentication included. */
  readonly connectTimeoutMs: number;
  /** Seconds; a longer wish is cut and told in CONNACK. 0xFFFFFFFF: a session may live for ever. */
  readonly sessionExpiryIntervalMaximum: number;
  /** Whether a CONNECT with an empty Client Identifier is accepted and gets one assigned. */
  readonly emptyClientIdentifierAllowed: boolean;
  /** How assigned Client Identifiers begin. */
  readonly assignedClientIdentifierPrefix: string;
  /** Length of a Client Identifier in UTF-16 code units, 23 to 65,535. */
  readonly clientIdentifierLengthMax: number;
  /** Network connections, CONNECT or not. */
  readonly connectionsMax: number;
  readonly connectionsPerAddressMax: number;
  /** Sessions, connected or not. */
  readonly sessionsMax: number;
  /** Connections whose authentication is pending in the embedder. */
  readonly pendingAuthenticationsMax: number;
  readonly subscriptionsPerClientMax: number;
  /** Levels of a Topic Name or Topic Filter. */
  readonly topicLevelsMax: number;
  /** QoS 1 and 2 messages in flight to one client, within its Receive Maximum; 1 to 65,535. */
  readonly inflightMessagesMax: number;
  readonly queuedMessagesMax: number;
  readonly queuedBytesMax: number;
  /**
   * Of a queue whose messages the journal has, so many messages and bytes are read ahead for a client that is connected,
   * at most twice as many are in memory; 1 or more. Without a connection none are, unless `queueOverflow` needs them.
   */
  readonly queuedInMemoryMessagesMax: number;
  readonly queuedInMemoryBytesMax: number;
  /** What gives way when a session's queue is full. */
  readonly queueOverflow: OverflowPolicy;
  /** Whether QoS 0 messages are queued for sessions without connection. */
  readonly queueQos0Messages: boolean;
  readonly retainedMessagesMax: number;
  readonly retainedBytesMax: number;
  /** Topic Names with one of these first levels may be published by the embedder only. */
  readonly protectedTopics: readonly string[];
  /** Whether a payload that claims to be UTF-8 is checked; a wrong one is answered with 0x99. */
  readonly payloadFormatChecked: boolean;
  /** First part of the Response Information for clients that ask for it; undefined: none is given. */
  readonly responseTopicPrefix: string | undefined;
  /**
   * Whether 5.0 clients are told in words why a CONNECT or a Topic Filter was refused or a connection ended, where the
   * client allows it and the packet has room. Off: no Reason String at all, also none that a hook gives.
   */
  readonly reasonStrings: boolean;
  /** How a shared subscription chooses among its members. */
  readonly sharedSubscriptionStrategy: SharedSubscriptionStrategyName;
  /** Topic Names whose receivers are remembered between messages. */
  readonly matchCacheEntriesMax: number;
  /**
   * When a message is acknowledged, and everything else that promises what a store is to keep: `durable`: when the store
   * has it; `relaxed`: at once, so that a crash loses what the store did not have yet. A listener may say otherwise.
   */
  readonly acknowledgement: Acknowledgement;
  /** Topic Filters: PUBACK and PUBREC of messages that match one leave as if they were `relaxed`. */
  readonly relaxedTopicFilters: readonly string[];
  /**
   * What becomes of QoS 1 and 2 messages that the store would have to keep while it takes nothing. `refuse`: clients of 5.0
   * get 0x97 Quota exceeded, others wait; `pause`: all wait, and their connections are not read.
   */
  readonly publishWhileStoreUnwell: 'refuse' | 'pause';
  /** Acknowledgements of one connection that wait for the store; its input is paused beyond. */
  readonly heldAcknowledgementsMax: number;
  /** Bytes of acknowledgements written to a congested link before its input is paused. */
  readonly congestedBytesMax: number;
  /** Bytes taken from a connection although its input is paused. */
  readonly pausedInputBytesMax: number;
}

/** When a promise leaves that depends on the store: see {@link BrokerOptions.acknowledgement}. */
export type Acknowledgement = 'durable' | 'relaxed';

/**
 * How a shared subscription chooses among its members. Whichever it is, members that can be sent to at once come before
 * those that can only queue.
 *
 * - `roundRobin`: each in turn;
 * - `random`: any;
 * - `leastInFlight`: the one with the fewest unacknowledged and queued messages; looks at every member for each message;
 * - `sticky`: always the same one, as long as it is connected;
 * - `hashByClient`: the same one for all messages of a publisher;
 * - `hashByTopic`: the same one for all messages of a topic, which keeps their order for whoever works on them.
 */
export type SharedSubscriptionStrategyName =
  | 'roundRobin'
  | 'random'
  | 'leastInFlight'
  | 'sticky'
  | 'hashByClient'
  | 'hashByTopic';

/** The value of every option that is not given. */
export const DEFAULT_BROKER_OPTIONS: BrokerOptions = Object.freeze({
  // mosquitto's: large enough for every common use, small enough that 1,000 half-sent packets fit into 2 GB.
  maximumPacketSize: 2_000_000,
  // Popular clients ignore a smaller one, and whoever exceeds it must be cut off [U-4.13.1-9].
  receiveMaximum: 65_535,
  maximumQos: 2,
  retainAvailable: true,
  wildcardSubscriptionAvailable: true,
  subscriptionIdentifiersAvailable: true,
  sharedSubscriptionAvailable: true,
  // mosquitto's: each alias may hold 64 KB of Topic Name per connection.
  topicAliasMaximum: 10,
  topicAliasMaximumOutgoing: 10,
  maximumKeepAlive: 0,
  // A slow phone on a bad network needs seconds; whoever says nothing for longer only holds a socket.
  connectTimeoutMs: 10_000,
  // mosquitto's: never.
  sessionExpiryIntervalMaximum: 0xffffffff,
  emptyClientIdentifierAllowed: true,
  // mosquitto's.
  assignedClientIdentifierPrefix: 'auto-',
  // Room for a UUID or a URL; the specification asks for 23 [MQTT-3.1.3-5].
  clientIdentifierLengthMax: 1_024,
  connectionsMax: Infinity,
  connectionsPerAddressMax: Infinity,
  // At some 2 KB a session without messages this is 2 GB.
  sessionsMax: 1_000_000,
  // Each holds a CONNECT in memory and a question to a database.
  pendingAuthenticationsMax: 1_000,
  // No real client comes near; a million filters of one client would be a memory attack.
  subscriptionsPerClientMax: 10_000,
  // mosquitto's: deep filters make matching slow for everybody.
  topicLevelsMax: 200,
  // mosquitto's 20 keeps a client that is 50 ms away below 400 messages a second, and a busy one near by at small writes.
  inflightMessagesMax: 1_000,
  // mosquitto's.
  queuedMessagesMax: 1_000,
  // 1,000 messages of 16 KB.
  queuedBytesMax: 16_777_216,
  // 20 ms of a client that takes 50,000 a second: longer than a page takes.
  queuedInMemoryMessagesMax: 1_000,
  // A thousand slow clients hold 2 GiB at the worst.
  queuedInMemoryBytesMax: 1_048_576,
  // mosquitto's.
  queueOverflow: 'dropNewest',
  queueQos0Messages: false,
  retainedMessagesMax: 1_000_000,
  // A quarter of a small server's memory.
  retainedBytesMax: 268_435_456,
  // Clients must not forge what the broker says about itself [U-4.7.2-1].
  protectedTopics: Object.freeze(['$SYS']),
  payloadFormatChecked: false,
  responseTopicPrefix: undefined,
  // They speak of the client's own packets and of limits that it has met, never of other clients, hooks or errors of the
  // broker's; whoever writes a client finds the mistake without the broker's log.
  reasonStrings: true,
  sharedSubscriptionStrategy: 'roundRobin',
  // Some 8 MB when full.
  matchCacheEntriesMax: 16_384,
  // The promise that this broker is for.
  acknowledgement: 'durable',
  relaxedTopicFilters: Object.freeze([]),
  // Many publishers drop what is refused, and keep what is not acknowledged.
  publishWhileStoreUnwell: 'pause',
  // A store that is this far behind is answered by not reading from the publisher.
  heldAcknowledgementsMax: 10_000,
  // 16,384 PUBACKs: a client that does not read them for so long does not read at all.
  congestedBytesMax: 65_536,
  // One read of a socket that was under way when it was paused, with room to spare.
  pausedInputBytesMax: 1_048_576,
});

/** Options as they are given: what is absent or undefined gets its default. */
export type BrokerOptionsInput = { readonly [Name in keyof BrokerOptions]?: BrokerOptions[Name] | undefined };

/** Fills in the defaults; throws RangeError on a value outside its range. */
export function resolveBrokerOptions(options: BrokerOptionsInput = {}): BrokerOptions {
  const given: Partial<BrokerOptions> = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
  const resolved: BrokerOptions = { ...DEFAULT_BROKER_OPTIONS, ...given };
  for (const [name, minimum, maximum] of OPTION_RANGES) {
    const value = resolved[name];
    if (typeof value !== 'number' || !(value >= minimum && value <= maximum)) {
      throw new RangeError(`${name} is ${String(value)}; allowed: ${minimum} to ${maximum}`);
    }
  }
  return resolved;
}

const OPTION_RANGES: readonly (readonly [name: keyof BrokerOptions, minimum: number, maximum: number])[] = [
  ['maximumPacketSize', 20, 268_435_460],
  ['receiveMaximum', 1, 65_535],
  ['maximumQos', 0, 2],
  ['topicAliasMaximum', 0, 65_535],
  ['topicAliasMaximumOutgoing', 0, 65_535],
  ['maximumKeepAlive', 0, 65_535],
  ['connectTimeoutMs', 1, Infinity],
  ['sessionExpiryIntervalMaximum', 0, 0xffffffff],
  ['clientIdentifierLengthMax', 23, 65_535],
  ['connectionsMax', 1, Infinity],
  ['connectionsPerAddressMax', 1, Infinity],
  ['sessionsMax', 1, Infinity],
  ['pendingAuthenticationsMax', 1, Infinity],
  ['subscriptionsPerClientMax', 1, Infinity],
  ['topicLevelsMax', 1, 65_535],
  ['inflightMessagesMax', 1, 65_535],
  ['queuedMessagesMax', 0, Infinity],
  ['queuedBytesMax', 0, Infinity],
  ['queuedInMemoryMessagesMax', 1, Infinity],
  ['queuedInMemoryBytesMax', 1, Infinity],
  ['retainedMessagesMax', 0, Infinity],
  ['retainedBytesMax', 0, Infinity],
  ['matchCacheEntriesMax', 0, Infinity],
  ['heldAcknowledgementsMax', 1, Infinity],
  ['congestedBytesMax', 1, Infinity],
  ['pausedInputBytesMax', 1, Infinity],
];
