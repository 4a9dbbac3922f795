import type { DeliverySnapshot, Message, MessageProperties, SubscriptionRecord, WillRecord } from '@skua/broker';
import { parseTopicFilter, parseTopicName } from '@skua/topics';
import { formatByteText } from './byte-text.ts';
import { LineFields, refusal } from './line-fields.ts';
import type { StoredDelivery, StoredSession, StoreRecord } from './store-record.ts';

/** A record as one line of JSON, without the line feed. What is undefined is left out. */
export function formatRecord(record: StoreRecord): string {
  switch (record.type) {
    case 'retained':
      return JSON.stringify({ type: 'retained', ...formatMessage(record.message) });
    case 'message':
      return JSON.stringify({ type: 'message', messageId: record.messageId, ...formatMessage(record.message) });
    case 'session':
      return JSON.stringify({ type: 'session', ...formatSession(record.session) });
    case 'delivery':
    default:
      return JSON.stringify({ type: 'delivery', clientIdentifier: record.clientIdentifier, ...record.delivery });
  }
}

/**
 * The record of a line.
 *
 * @throws {InterchangeError} when it is none: names the field, what was found and what is allowed.
 */
export function parseRecord(line: unknown): StoreRecord {
  const fields = LineFields.of(line);
  const type = fields.oneOf('type', ['retained', 'message', 'session', 'delivery']);
  switch (type) {
    case 'retained':
      return { type, message: parseMessage(fields) };
    case 'message':
      return { type, messageId: fields.integer('messageId', 1, IDENTIFIER_MAX), message: parseMessage(fields) };
    case 'session':
      return { type, session: parseSession(fields) };
    case 'delivery':
    default:
      return { type, clientIdentifier: fields.text('clientIdentifier'), delivery: parseDelivery(fields) };
  }
}

function formatMessage(message: Message): object {
  const { properties, payload, receivedAt, expiresAt, ...rest } = message;
  const { correlationData, ...others } = properties;
  return {
    ...rest,
    payload: formatByteText(payload),
    receivedAt: formatTime(receivedAt),
    expiresAt: formatTime(expiresAt),
    ...others,
    correlationData: correlationData === undefined ? undefined : formatByteText(correlationData),
  };
}

function parseMessage(fields: LineFields): Message {
  return {
    topicName: fields.judged('topicName', parseTopicName),
    payload: fields.bytes('payload'),
    qos: fields.oneOf('qos', [0, 1, 2]),
    retain: fields.flag('retain'),
    properties: parseProperties(fields),
    publisher: fields.text('publisher'),
    receivedAt: fields.time('receivedAt'),
    expiresAt: fields.optional('expiresAt', (name) => fields.time(name)),
  };
}

function parseProperties(fields: LineFields): MessageProperties {
  return {
    payloadFormatIndicator: fields.optional('payloadFormatIndicator', (name) => fields.oneOf(name, [0, 1])),
    contentType: fields.optional('contentType', (name) => fields.text(name)),
    responseTopic: fields.optional('responseTopic', (name) => fields.judged(name, parseTopicName)),
    correlationData: fields.optional('correlationData', (name) => fields.bytes(name)),
    userProperties: fields.optional('userProperties', (name) => fields.list(name, parseUserProperty)),
  };
}

function parseUserProperty(item: unknown, path: string): readonly [string, string] {
  const [name, value, ...more]: readonly unknown[] = Array.isArray(item) ? item : [];
  if (typeof name === 'string' && typeof value === 'string' && more.length === 0) return [name, value];
  throw refusal(path, item, 'a name and a value');
}

function formatSession({ disconnectedAt, will, willDueAt, ...session }: StoredSession): object {
  return {
    ...session,
    disconnectedAt: formatTime(disconnectedAt),
    will: will === undefined ? undefined : { ...will, message: formatMessage(will.message) },
    willDueAt: formatTime(willDueAt),
  };
}

function parseSession(fields: LineFields): StoredSession {
  return {
    clientIdentifier: fields.text('clientIdentifier'),
    userName: fields.optional('userName', (name) => fields.text(name)),
    protocolVersion: fields.oneOf('protocolVersion', [3, 4, 5]),
    sessionExpiryInterval: fields.integer('sessionExpiryInterval', 0, SECONDS_MAX),
    disconnectedAt: fields.optional('disconnectedAt', (name) => fields.time(name)),
    will: fields.optional('will', (name) => parseWill(fields.object(name))),
    willDueAt: fields.optional('willDueAt', (name) => fields.time(name)),
    subscriptions: fields.list('subscriptions', (item, path) => parseSubscription(LineFields.of(item, `${path}.`))),
    awaitingPubrel: fields.list('awaitingPubrel', parsePacketIdentifier),
  };
}

function parseWill(fields: LineFields): WillRecord {
  return {
    message: parseMessage(fields.object('message')),
    willDelayInterval: fields.integer('willDelayInterval', 0, SECONDS_MAX),
    messageExpiryInterval: fields.optional('messageExpiryInterval', (name) => fields.integer(name, 0, SECONDS_MAX)),
  };
}

function parseSubscription(fields: LineFields): SubscriptionRecord {
  // For 3.1.1 one that begins with $share/ is an ordinary filter, so it need not be a well-formed shared one.
  fields.judged('subscriptionFilter', parseTopicFilter);
  return {
    subscriptionFilter: fields.text('subscriptionFilter'),
    qos: fields.oneOf('qos', [0, 1, 2]),
    noLocal: fields.flag('noLocal'),
    retainAsPublished: fields.flag('retainAsPublished'),
    retainHandling: fields.oneOf('retainHandling', [0, 1, 2]),
    subscriptionIdentifier: fields.optional('subscriptionIdentifier', (name) =>
      fields.integer(name, 1, SUBSCRIPTION_IDENTIFIER_MAX),
    ),
  };
}

function parseDelivery(fields: LineFields): StoredDelivery {
  const step = fields.oneOf<DeliverySnapshot['step']>('step', ['queued', 'awaitingPubrec', 'awaitingPubcomp']);
  const isQueued = step === 'queued';
  const qos = fields.oneOf('qos', isQueued ? [1, 2] : [2]);
  return {
    deliveryId: fields.integer('deliveryId', 1, IDENTIFIER_MAX),
    messageId: fields.integer('messageId', 1, IDENTIFIER_MAX),
    qos,
    retain: fields.flag('retain'),
    subscriptionIdentifiers: fields.optional('subscriptionIdentifiers', (name) =>
      fields.list(name, (item, path) => integerIn(item, path, SUBSCRIPTION_IDENTIFIER_MAX)),
    ),
    sharedSubscription: fields.optional('sharedSubscription', (name) => fields.text(name)),
    step,
    packetIdentifier: isQueued ? undefined : fields.integer('packetIdentifier', 1, 0xffff),
  };
}

function parsePacketIdentifier(item: unknown, path: string): number {
  return integerIn(item, path, 0xffff);
}

function integerIn(item: unknown, path: string, max: number): number {
  if (typeof item === 'number' && Number.isInteger(item) && item >= 1 && item <= max) return item;
  throw refusal(path, item, `a whole number from 1 to ${max}`);
}

function formatTime(time: number | undefined): string | number | undefined {
  if (time === undefined || !Number.isInteger(time) || Math.abs(time) > DATE_MAX_MS) return time;
  return new Date(time).toISOString();
}

/** Half of what is exact, so that the identifiers of the store that takes them fit above. */
const IDENTIFIER_MAX = 2 ** 52;
const SECONDS_MAX = 0xffff_ffff;
const SUBSCRIPTION_IDENTIFIER_MAX = 268_435_455;
/** What a Date can hold. */
const DATE_MAX_MS = 8.64e15;
