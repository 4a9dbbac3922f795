import type { PublishProperties } from '@skua/codec';
import { isTopicName, type TopicName } from '@skua/topics';
import type { PrintedMessage } from '../output/printed-message.ts';

/** A message as one line of JSON has it: what `sub --json`, `record` and `retained export` write and the others read. */
export interface MessageLine {
  /** ISO 8601 in UTC with microseconds. */
  readonly time: string;
  readonly topic: TopicName;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly payload: Uint8Array;
  readonly properties: PublishProperties;
}

/** A line that cannot be read: which, and why. */
export class MessageLineError extends Error {
  override readonly name = 'MessageLineError';
}

/** A message as one line of JSON without its end. Payloads that are no UTF-8 text are `payloadBase64`. */
export function formatMessageLine(message: PrintedMessage): string {
  const { topicName, qos, retain, payload, receivedAt } = message;
  const seconds = receivedAt.date.toISOString().slice(0, 19);
  const microseconds = `${Math.floor(receivedAt.nanoseconds / 1000)}`.padStart(6, '0');
  const properties = formatProperties(message.properties);
  return JSON.stringify({
    time: `${seconds}.${microseconds}Z`,
    topic: topicName,
    qos,
    retain,
    ...textOrBase64('payload', payload),
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
  });
}

/**
 * Reads what {@link formatMessageLine} writes.
 *
 * @throws {MessageLineError} that says what was found and what is allowed.
 */
export function parseMessageLine(line: string): MessageLine {
  const record = asRecord(parseJson(line), 'the line');
  const topic = record['topic'];
  if (typeof topic !== 'string') throw new MessageLineError(`topic is ${describe(topic)}; allowed: a text`);
  if (!isTopicName(topic)) throw new MessageLineError(`topic is ${describe(topic)}; allowed: a Topic Name`);
  const qos = record['qos'] ?? 0;
  if (qos !== 0 && qos !== 1 && qos !== 2) throw new MessageLineError(`qos is ${describe(qos)}; allowed: 0, 1, 2`);
  const retain = record['retain'] ?? false;
  if (typeof retain !== 'boolean') throw new MessageLineError(`retain is ${describe(retain)}; allowed: true, false`);
  const time = record['time'] ?? '';
  if (typeof time !== 'string') throw new MessageLineError(`time is ${describe(time)}; allowed: a text`);
  return {
    time,
    topic,
    qos,
    retain,
    payload: bytesOf(record, 'payload') ?? new Uint8Array(0),
    properties: parseProperties(record['properties']),
  };
}

/** The time of a line in milliseconds since 1970 with a fraction; undefined when it has none. */
export function timeOf(line: MessageLine): number | undefined {
  const milliseconds = Date.parse(line.time);
  if (Number.isNaN(milliseconds)) return undefined;
  const fraction = /\.(\d+)/.exec(line.time)?.[1] ?? '';
  return Math.floor(milliseconds / 1000) * 1000 + Number(`0.${fraction || '0'}`) * 1000;
}

function formatProperties(properties: PublishProperties): Readonly<Record<string, unknown>> {
  const { correlationData, userProperties, ...rest } = properties;
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    ...(correlationData === undefined ? {} : textOrBase64('correlationData', correlationData)),
    ...(userProperties === undefined || userProperties.length === 0 ? {} : { userProperties }),
  };
}

function parseProperties(found: unknown): PublishProperties {
  if (found === undefined) return {};
  const record = asRecord(found, 'properties');
  const { userProperties, responseTopic } = record;
  const correlationData = bytesOf(record, 'correlationData');
  const indicator = record['payloadFormatIndicator'];
  return {
    ...(indicator === 0 || indicator === 1 ? { payloadFormatIndicator: indicator } : {}),
    ...(typeof record['messageExpiryInterval'] === 'number'
      ? { messageExpiryInterval: record['messageExpiryInterval'] }
      : {}),
    ...(typeof record['contentType'] === 'string' ? { contentType: record['contentType'] } : {}),
    ...(typeof responseTopic === 'string' && isTopicName(responseTopic) ? { responseTopic } : {}),
    ...(correlationData === undefined ? {} : { correlationData }),
    ...(Array.isArray(userProperties) ? { userProperties: userProperties.map(asPair) } : {}),
  };
}

function asPair(found: unknown): readonly [string, string] {
  if (Array.isArray(found) && typeof found[0] === 'string' && typeof found[1] === 'string') return [found[0], found[1]];
  throw new MessageLineError(`a user property is ${describe(found)}; allowed: ["name", "value"]`);
}

function textOrBase64(name: string, bytes: Uint8Array): Readonly<Record<string, string>> {
  try {
    return { [name]: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { [`${name}Base64`]: Buffer.from(bytes).toString('base64') };
  }
}

function bytesOf(record: Readonly<Record<string, unknown>>, name: string): Uint8Array | undefined {
  const text = record[name];
  if (typeof text === 'string') return new TextEncoder().encode(text);
  const base64 = record[`${name}Base64`];
  if (typeof base64 === 'string') return Buffer.from(base64, 'base64');
  if (text === undefined && base64 === undefined) return undefined;
  throw new MessageLineError(`${name} is ${describe(text ?? base64)}; allowed: a text`);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new MessageLineError(`found "${line.slice(0, 40)}"; allowed: one JSON object`);
  }
}

function asRecord(found: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) return { ...found };
  throw new MessageLineError(`${what} is ${describe(found)}; allowed: an object`);
}

function describe(found: unknown): string {
  return found === undefined ? 'missing' : JSON.stringify(found).slice(0, 40);
}
