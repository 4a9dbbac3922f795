import {
  encodePacket,
  type ConnackProperties,
  type Encodable,
  type ProtocolVersion,
  type Subscription,
} from '@skua/codec';
import type { PublishRequest } from '../../src/index.ts';

/** What the server allows, from CONNACK (section 3.2.2.3). */
export class ServerLimits {
  readonly receiveMaximum: number;
  readonly maximumQos: number;
  readonly retainAvailable: boolean;
  readonly maximumPacketSize: number;
  readonly topicAliasMaximum: number;
  readonly wildcards: boolean;
  readonly subscriptionIdentifiers: boolean;
  readonly sharedSubscriptions: boolean;
  readonly serverKeepAlive: number | undefined;

  constructor(properties: ConnackProperties) {
    this.receiveMaximum = properties.receiveMaximum ?? 0xffff;
    this.maximumQos = properties.maximumQos ?? 2;
    this.retainAvailable = properties.retainAvailable ?? true;
    this.maximumPacketSize = properties.maximumPacketSize ?? Infinity;
    this.topicAliasMaximum = properties.topicAliasMaximum ?? 0;
    this.wildcards = properties.wildcardSubscriptionAvailable ?? true;
    this.subscriptionIdentifiers = properties.subscriptionIdentifiersAvailable ?? true;
    this.sharedSubscriptions = properties.sharedSubscriptionAvailable ?? true;
    this.serverKeepAlive = properties.serverKeepAlive;
  }
}

/** Refuses what must not be sent. @throws {Error} that says what. */
export function checkPublish(request: PublishRequest, limits: ServerLimits, version: ProtocolVersion): void {
  const { qos, retain, properties } = request;
  if (properties.subscriptionIdentifiers !== undefined)
    throw new TypeError('only servers send Subscription Identifiers');
  if (qos > limits.maximumQos) throw new RangeError(`QoS ${qos}; allowed: ${limits.maximumQos}`);
  if (retain && !limits.retainAvailable) throw new RangeError('the server retains nothing');
  const { topicAlias } = properties;
  if (topicAlias !== undefined && (topicAlias < 1 || topicAlias > limits.topicAliasMaximum)) {
    throw new RangeError(`Topic Alias ${topicAlias}; allowed: 1 to ${limits.topicAliasMaximum}`);
  }
  const packet = { type: 'publish', ...request, dup: false, packetIdentifier: qos === 0 ? 0 : 1 } as const;
  if (encodePacket(packet, version).length > limits.maximumPacketSize) throw new RangeError('PUBLISH is too large');
}

/** The same for SUBSCRIBE. */
export function checkSubscribe(
  subscriptions: readonly Encodable<Subscription>[],
  subscriptionIdentifier: number | undefined,
  limits: ServerLimits,
): void {
  for (const { topicFilter } of subscriptions) {
    if (!limits.wildcards && /[+#]/.test(topicFilter)) throw new RangeError('the server allows no wildcards');
    if (!limits.sharedSubscriptions && topicFilter.startsWith('$share/')) throw new RangeError('nothing is shared');
  }
  if (subscriptionIdentifier !== undefined && !limits.subscriptionIdentifiers) {
    throw new RangeError('the server takes no Subscription Identifiers');
  }
}
