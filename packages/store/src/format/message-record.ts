import type { Message, MessageProperties, WillRecord } from '@skua/broker';
import type { RecordReader } from './record-reader.ts';
import type { RecordWriter } from './record-writer.ts';

type UserProperty = readonly [name: string, value: string];

/** Writes a message. */
export function writeMessage(writer: RecordWriter, message: Message): void {
  const { properties, expiresAt } = message;
  const present = presentProperties(properties);
  writer.byte(
    message.qos |
      (message.retain ? Flag.retain : 0) |
      (expiresAt === undefined ? 0 : Flag.expires) |
      (present === 0 ? 0 : Flag.properties),
  );
  writer.text(message.topicName);
  writer.text(message.publisher);
  writer.number(message.receivedAt);
  if (expiresAt !== undefined) writer.number(expiresAt);
  if (present !== 0) writeProperties(writer, properties, present);
  writer.blob(message.payload);
}

/** Reads a message. Its bytes are its own. @throws {StoreError} when there is none. */
export function readMessage(reader: RecordReader): Message {
  const flags = reader.byte('message flags', Flag.all);
  const qos = flags & Flag.qos;
  if (qos !== 0 && qos !== 1 && qos !== 2) throw reader.wrong('message QoS', qos, '0, 1, 2');
  const topicName = reader.text('topic name');
  const publisher = reader.text('publisher');
  const receivedAt = reader.number('time of receipt');
  const expiresAt = (flags & Flag.expires) === 0 ? undefined : reader.number('time of expiry');
  const properties = (flags & Flag.properties) === 0 ? {} : readProperties(reader);
  const payload = reader.blob('payload');
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was a Topic Name when it was written
    topicName: topicName as Message['topicName'],
    payload,
    qos,
    retain: (flags & Flag.retain) !== 0,
    properties,
    publisher,
    receivedAt,
    expiresAt,
  };
}

/** Writes a will, or that there is none. */
export function writeWill(writer: RecordWriter, will: WillRecord | undefined): void {
  writer.byte(will === undefined ? 0 : will.messageExpiryInterval === undefined ? 1 : 2);
  if (will === undefined) return;
  writer.whole(will.willDelayInterval);
  if (will.messageExpiryInterval !== undefined) writer.whole(will.messageExpiryInterval);
  writeMessage(writer, will.message);
}

/** Reads a will; undefined: there is none. @throws {StoreError} */
export function readWill(reader: RecordReader): WillRecord | undefined {
  const form = reader.byte('form of the will', 2);
  if (form === 0) return undefined;
  const willDelayInterval = reader.whole('will delay interval', FOUR_BYTES_MAX);
  const messageExpiryInterval = form === 1 ? undefined : reader.whole('message expiry interval', FOUR_BYTES_MAX);
  return { willDelayInterval, messageExpiryInterval, message: readMessage(reader) };
}

/** The highest Four Byte Integer. */
export const FOUR_BYTES_MAX = 0xff_ff_ff_ff;

function presentProperties(properties: MessageProperties): number {
  const { payloadFormatIndicator, contentType, responseTopic, correlationData, userProperties } = properties;
  return (
    (payloadFormatIndicator === undefined ? 0 : payloadFormatIndicator === 0 ? Property.bytes : Property.characters) |
    (contentType === undefined ? 0 : Property.contentType) |
    (responseTopic === undefined ? 0 : Property.responseTopic) |
    (correlationData === undefined ? 0 : Property.correlationData) |
    (userProperties === undefined ? 0 : Property.user)
  );
}

function writeProperties(writer: RecordWriter, properties: MessageProperties, present: number): void {
  const { contentType, responseTopic, correlationData, userProperties } = properties;
  writer.byte(present);
  if (contentType !== undefined) writer.text(contentType);
  if (responseTopic !== undefined) writer.text(responseTopic);
  if (correlationData !== undefined) writer.blob(correlationData);
  if (userProperties === undefined) return;
  writer.whole(userProperties.length);
  for (const [name, value] of userProperties) {
    writer.text(name);
    writer.text(value);
  }
}

function readProperties(reader: RecordReader): MessageProperties {
  const present = reader.byte('properties', Property.all);
  const format = present & (Property.bytes | Property.characters);
  if (format === (Property.bytes | Property.characters)) {
    throw reader.wrong('payload format indicator', format, 'one of two values');
  }
  return {
    ...(format === 0 ? {} : { payloadFormatIndicator: format === Property.bytes ? 0 : 1 }),
    ...((present & Property.contentType) === 0 ? {} : { contentType: reader.text('content type') }),
    ...((present & Property.responseTopic) === 0 ? {} : { responseTopic: reader.text('response topic') }),
    ...((present & Property.correlationData) === 0 ? {} : { correlationData: reader.blob('correlation data') }),
    ...((present & Property.user) === 0 ? {} : { userProperties: readUserProperties(reader) }),
  };
}

function readUserProperties(reader: RecordReader): UserProperty[] {
  // Each takes two bytes at least: a length that claims more is not followed.
  const count = reader.whole('user properties', reader.left >>> 1);
  const userProperties: UserProperty[] = [];
  for (let index = 0; index < count; index++) {
    const name = reader.text('user property name');
    userProperties.push([name, reader.text('user property value')]);
  }
  return userProperties;
}

const Flag = { qos: 3, retain: 4, expires: 8, properties: 16, all: 31 } as const;
const Property = {
  bytes: 1,
  characters: 2,
  contentType: 4,
  responseTopic: 8,
  correlationData: 16,
  user: 32,
  all: 63,
} as const;
