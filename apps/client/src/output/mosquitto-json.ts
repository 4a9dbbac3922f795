import type { PublishProperties } from '@skua/codec';
import { minifyJson, prettyJson } from './json-text.ts';
import type { PrintedMessage } from './printed-message.ts';
import { formatDate } from './strftime.ts';

/**
 * A message as `%j` and `%J` print it: the names, values and order of mosquitto_sub.
 *
 * @param payload - `quoted`: as a text; bytes that are no UTF-8 become an array of numbers. `as it is`: it is JSON itself.
 */
export function messageAsJson(message: PrintedMessage, payload: 'quoted' | 'as it is', pretty: boolean): string {
  const { topicName, qos, retain, packetIdentifier } = message;
  const properties = propertyMembers(message.properties);
  const members: readonly Member[] = [
    ['tst', JSON.stringify(timestamp(message))],
    ['topic', JSON.stringify(topicName)],
    ['qos', `${qos}`],
    ['retain', retain ? '1' : '0'],
    ['payloadlen', `${message.payload.length}`],
    ...(qos > 0 ? [['mid', `${packetIdentifier}`] as const] : []),
    ...(properties.length > 0 ? [['properties', object(properties)] as const] : []),
    ['payload', payloadValue(message.payload, payload)],
  ];
  const json = object(members);
  return pretty ? prettyJson(json) : minifyJson(json);
}

type Member = readonly [name: string, json: string];

function object(members: readonly Member[]): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}

function timestamp({ receivedAt }: PrintedMessage): string {
  const microseconds = `${Math.floor(receivedAt.nanoseconds / 1000)}`.padStart(6, '0');
  return `${formatDate('F', receivedAt)}T${formatDate('T', receivedAt)}.${microseconds}Z${formatDate('z', receivedAt)}`;
}

function payloadValue(payload: Uint8Array, form: 'quoted' | 'as it is'): string {
  if (payload.length === 0) return 'null';
  const text = asText(payload);
  if (text === undefined) return JSON.stringify([...payload]);
  return form === 'quoted' ? JSON.stringify(text) : text;
}

/** In the order in which servers send them. */
function propertyMembers(properties: PublishProperties): readonly Member[] {
  const { subscriptionIdentifiers, userProperties = [], correlationData } = properties;
  const members: Member[] = [];
  const add = (name: string, value: unknown): void => {
    if (value !== undefined) members.push([name, JSON.stringify(value)]);
  };
  for (const identifier of subscriptionIdentifiers ?? []) add('subscription-identifier', identifier);
  add('content-type', properties.contentType);
  add(
    'correlation-data',
    correlationData === undefined ? undefined : (asText(correlationData) ?? [...correlationData]),
  );
  add('payload-format-indicator', properties.payloadFormatIndicator);
  add('response-topic', properties.responseTopic);
  add('topic-alias', properties.topicAlias);
  if (userProperties.length > 0) {
    members.push(['user-properties', object(userProperties.map(([name, value]) => [name, JSON.stringify(value)]))]);
  }
  add('message-expiry-interval', properties.messageExpiryInterval);
  return members;
}

function asText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
