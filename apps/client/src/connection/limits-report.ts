import type { ConnackPacket, ProtocolVersion } from '@skua/codec';
import type { ConnectionSettings } from './connection-settings.ts';

/** What a CONNACK says of the limits of a server, as rows of a table. */
export function limitRows(
  connack: ConnackPacket,
  version: ProtocolVersion,
  settings: Pick<ConnectionSettings, 'keepAlive'>,
): readonly (readonly [name: string, value: string])[] {
  if (version !== 5) return [['limits', 'versions before 5.0 do not tell them']];
  const { properties } = connack;
  const { serverKeepAlive, sessionExpiryInterval, maximumPacketSize, receiveMaximum } = properties;
  return [
    ['Maximum QoS', `${properties.maximumQos ?? 2}`],
    ['Retain Available', available(properties.retainAvailable)],
    ['Maximum Packet Size', maximumPacketSize === undefined ? 'no limit' : `${number(maximumPacketSize)} bytes`],
    ['Receive Maximum', `${number(receiveMaximum ?? 65_535)} QoS 1 and 2 messages at a time`],
    ['Topic Alias Maximum', number(properties.topicAliasMaximum ?? 0)],
    ['Wildcard Subscription', available(properties.wildcardSubscriptionAvailable)],
    ['Shared Subscription', available(properties.sharedSubscriptionAvailable)],
    ['Subscription Identifier', available(properties.subscriptionIdentifiersAvailable)],
    [
      'Keep Alive',
      serverKeepAlive === undefined ? `${settings.keepAlive} s, as asked` : `${serverKeepAlive} s, set by the server`,
    ],
    [
      'Session Expiry Interval',
      sessionExpiryInterval === undefined ? 'as asked' : `${number(sessionExpiryInterval)} s`,
    ],
    ['Assigned Client Identifier', properties.assignedClientIdentifier ?? 'none'],
    ...optional('Response Information', properties.responseInformation),
    ...optional('Server Reference', properties.serverReference),
    ...(properties.userProperties ?? []).map(([name, value]) => ['User Property', `${name}: ${value}`] as const),
  ];
}

/** The rows as text. */
export function formatRows(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}\n`).join('');
}

function optional(name: string, value: string | undefined): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[name, value]];
}

function available(value: boolean | undefined): string {
  return value === false ? 'no' : 'yes';
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
