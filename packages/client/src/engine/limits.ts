import type { ConnackPacket, QoS } from '@skua/codec';
import { SESSION_NEVER_EXPIRES, type VersionRules } from '@skua/session';
import { LimitError } from './errors.ts';

/** What the server allows on this connection (section 3.2.2.3). Before the first CONNACK it is what the specification assumes. */
export interface Limits {
  readonly maximumQos: QoS;
  readonly retainAvailable: boolean;
  /** QoS 1 and 2 messages that may be under way to the server, 1 to 65,535. */
  readonly receiveMaximum: number;
  /** Bytes of the largest packet that the server accepts; 268,435,460 if it names none. */
  readonly maximumPacketSize: number;
  /** Topic Aliases that may be used towards the server, 0 to 65,535. */
  readonly topicAliasMaximum: number;
  readonly wildcardSubscriptionAvailable: boolean;
  readonly sharedSubscriptionAvailable: boolean;
  readonly subscriptionIdentifiersAvailable: boolean;
  /** The Keep Alive in force: seconds, 0 is off. */
  readonly keepAlive: number;
  /** The Session Expiry Interval in force, in seconds. */
  readonly sessionExpiryInterval: number;
  /** What the server says of response topics, if it was asked. */
  readonly responseInformation: string | undefined;
}

/** The limits that a CONNACK names. */
export function limitsOf(
  { properties }: ConnackPacket,
  rules: VersionRules,
  keepAlive: number,
  sessionExpiryInterval: number,
): Limits {
  return {
    maximumQos: properties.maximumQos ?? 2,
    retainAvailable: properties.retainAvailable ?? true,
    receiveMaximum: properties.receiveMaximum ?? RECEIVE_MAXIMUM_DEFAULT,
    maximumPacketSize: properties.maximumPacketSize ?? PACKET_SIZE_MAX,
    topicAliasMaximum: properties.topicAliasMaximum ?? 0,
    wildcardSubscriptionAvailable: properties.wildcardSubscriptionAvailable ?? true,
    sharedSubscriptionAvailable: properties.sharedSubscriptionAvailable ?? true,
    subscriptionIdentifiersAvailable: rules.hasProperties && properties.subscriptionIdentifiersAvailable !== false,
    keepAlive: properties.serverKeepAlive ?? keepAlive, // [MQTT-3.2.2-21]
    sessionExpiryInterval: properties.sessionExpiryInterval ?? sessionExpiryInterval,
    responseInformation: properties.responseInformation,
  };
}

/** What holds before the first CONNACK. */
export function initialLimits(keepAlive: number, sessionExpiryInterval: number): Limits {
  return {
    maximumQos: 2,
    retainAvailable: true,
    receiveMaximum: RECEIVE_MAXIMUM_DEFAULT,
    maximumPacketSize: PACKET_SIZE_MAX,
    topicAliasMaximum: 0,
    wildcardSubscriptionAvailable: true,
    sharedSubscriptionAvailable: true,
    subscriptionIdentifiersAvailable: true,
    keepAlive,
    sessionExpiryInterval: Math.min(sessionExpiryInterval, SESSION_NEVER_EXPIRES),
    responseInformation: undefined,
  };
}

/** Why a message with these fields must not be sent to the server; undefined: it may. */
export function publishFault(limits: Limits, qos: QoS, retain: boolean): LimitError | undefined {
  if (qos > limits.maximumQos) return new LimitError('Maximum QoS', qos, limits.maximumQos, 'MQTT-3.2.2-11');
  if (retain && !limits.retainAvailable) return new LimitError('Retain Available', 'RETAIN', 'false', 'MQTT-3.2.2-14');
  return undefined;
}

/** Why a packet of this many bytes must not be sent to the server; undefined: it may. */
export function sizeFault(limits: Limits, bytes: number): LimitError | undefined {
  if (bytes <= limits.maximumPacketSize) return undefined;
  return new LimitError('Maximum Packet Size', `${bytes} bytes`, `${limits.maximumPacketSize} bytes`, 'MQTT-3.2.2-15');
}

/** Why this subscription must not be asked for; undefined: it may. */
export function subscribeFault(
  limits: Limits,
  topicFilter: string,
  subscriptionIdentifier: number | undefined,
): LimitError | undefined {
  const wildcard = topicFilter.includes('+') || topicFilter.endsWith('#');
  if (wildcard && !limits.wildcardSubscriptionAvailable) {
    return new LimitError('Wildcard Subscription Available', topicFilter, 'false', 'U-3.2.2.3.11-2');
  }
  if (topicFilter.startsWith('$share/') && !limits.sharedSubscriptionAvailable) {
    return new LimitError('Shared Subscription Available', topicFilter, 'false', 'U-3.2.2.3.13-2');
  }
  if (subscriptionIdentifier !== undefined && !limits.subscriptionIdentifiersAvailable) {
    return new LimitError('Subscription Identifiers Available', subscriptionIdentifier, 'false', 'U-3.2.2.3.12-2');
  }
  return undefined;
}

/** Section 3.2.2.3.3. */
const RECEIVE_MAXIMUM_DEFAULT = 0xffff;
/** Five bytes of fixed header and the largest Remaining Length. */
const PACKET_SIZE_MAX = 268_435_460;
