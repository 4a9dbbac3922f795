import type { SubscriptionFilter } from '@skua/topics';
import type { ByteReader } from '../byte-reader.ts';
import { variableByteIntegerLength, type ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties, measureProperties } from '../encode-properties.ts';
import { EncodeError } from '../errors.ts';
import { checkPacketIdentifier } from '../measure-fields.ts';
import { qosFromBits, type QoS } from '../quality-of-service.ts';
import type { UserProperty } from '../user-property.ts';
import type { Encodable } from './packet.ts';
import { decodeTopicFilter, measureTopicFilter } from './topic-filter-field.ts';
import { cite, type WireFormat } from './wire-format.ts';

/** A request to create or replace one or more subscriptions (section 3.8). */
export interface SubscribePacket {
  readonly type: 'subscribe';
  /** 1 to 65,535. */
  readonly packetIdentifier: number;
  /** At least one. */
  readonly subscriptions: readonly Subscription[];
  /** Empty for 3.1.1 and 3.1. */
  readonly properties: SubscribeProperties;
}

/** One Topic Filter with its Subscription Options (section 3.8.3.1). */
export interface Subscription {
  /** As it was received: a Topic Filter, or `$share/{ShareName}/{filter}`. */
  readonly topicFilter: SubscriptionFilter;
  /** The maximum QoS that the subscriber asks for. */
  readonly qos: QoS;
  /** False in 3.1.1 and 3.1. */
  readonly noLocal: boolean;
  /** False in 3.1.1 and 3.1. */
  readonly retainAsPublished: boolean;
  /** 0: retained messages are sent, 1: only if the subscription is new, 2: never. 0 in 3.1.1 and 3.1. */
  readonly retainHandling: 0 | 1 | 2;
}

/** The properties of SUBSCRIBE (section 3.8.2.1). */
export interface SubscribeProperties {
  /** 1 to 268,435,455. */
  readonly subscriptionIdentifier?: number | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
}

/** Reads what follows the fixed header of a SUBSCRIBE. */
export function decodeSubscribe(reader: ByteReader): SubscribePacket {
  const { format } = reader;
  const packetIdentifier = reader.packetIdentifier('MQTT-2.2.1-3', 'v3 MQTT-2.3.1-1');
  const properties = format.hasProperties
    ? decodeProperties(reader, 'subscribe', NO_PROPERTIES, createProperties)
    : NO_PROPERTIES;
  if (reader.position === reader.end) {
    const statement = cite(format, 'MQTT-3.8.3-2', 'v3 MQTT-3.8.3-3'); // [U-3.8.3-1]
    throw reader.forbidden('SUBSCRIBE has no Topic Filter; allowed: one or more', reader.position, statement);
  }
  const subscriptions: Subscription[] = [];
  while (reader.position < reader.end) {
    const topicFilter = decodeTopicFilter(reader);
    subscriptions.push(format.hasProperties ? decodeOptions(reader, topicFilter) : decodeQos(reader, topicFilter));
  }
  return { type: 'subscribe', packetIdentifier, subscriptions, properties };
}

/** The Remaining Length of a SUBSCRIBE; checks it. */
export function measureSubscribe(packet: Encodable<SubscribePacket>, writer: ByteWriter): number {
  const { format } = writer;
  const { subscriptions } = packet;
  checkPacketIdentifier(packet.packetIdentifier, format);
  if (subscriptions.length === 0) {
    const statement = cite(format, 'MQTT-3.8.3-2', 'v3 MQTT-3.8.3-3');
    throw new EncodeError({ field: 'subscriptions', found: 'an empty list', allowed: 'one or more', statement });
  }
  let length = 2;
  if (format.hasProperties) {
    writer.propertyLength = measureProperties(packet.properties, 'subscribe', writer);
    length += variableByteIntegerLength(writer.propertyLength) + writer.propertyLength;
  }
  for (let i = 0; i < subscriptions.length; i++) {
    const subscription = subscriptions[i]!;
    length += measureTopicFilter(subscription.topicFilter, writer, 'subscriptions', i, '.topicFilter') + 1;
    checkOptions(subscription, i, format);
  }
  return length;
}

/** Checks and writes a SUBSCRIBE; in 3.1.1 the options other than QoS are left out. */
export function encodeSubscribe(packet: Encodable<SubscribePacket>, writer: ByteWriter): void {
  const { hasProperties } = writer.format;
  writer.begin(0x82, measureSubscribe(packet, writer));
  writer.twoByteInteger(packet.packetIdentifier);
  if (hasProperties) encodeProperties(packet.properties, writer.propertyLength, writer);
  for (const subscription of packet.subscriptions) {
    writer.string(subscription.topicFilter);
    writer.byte(hasProperties ? encodeOptions(subscription) : subscription.qos);
  }
}

function decodeOptions(reader: ByteReader, topicFilter: SubscriptionFilter): Subscription {
  const offset = reader.position;
  const options = reader.byte('Subscription Options');
  if ((options & OPTIONS_RESERVED) !== 0) {
    throw reader.malformed('reserved bits of the Subscription Options are set', offset, 'MQTT-3.8.3-5');
  }
  const qos = options & OPTIONS_QOS;
  if (qos === 3) throw reader.forbidden('Maximum QoS is 3; allowed: 0, 1 and 2', offset, 'U-3.8.3.1-1');
  const retainHandling = options >> 4;
  if (retainHandling === 3) throw reader.forbidden('Retain Handling is 3; allowed: 0, 1 and 2', offset, 'U-3.8.3.1-2');
  const noLocal = (options & OPTIONS_NO_LOCAL) !== 0;
  if (noLocal && topicFilter.startsWith(SHARE_PREFIX)) {
    throw reader.forbidden('No Local is set on a Shared Subscription', offset, 'MQTT-3.8.3-4');
  }
  return {
    topicFilter,
    qos: qosFromBits(qos),
    noLocal,
    retainAsPublished: (options & OPTIONS_RETAIN_AS_PUBLISHED) !== 0,
    retainHandling: qosFromBits(retainHandling),
  };
}

function decodeQos(reader: ByteReader, topicFilter: SubscriptionFilter): Subscription {
  const offset = reader.position;
  const qos = reader.byte('Requested QoS');
  if (qos > 2) throw reader.malformed(`Requested QoS is ${qos}; allowed: 0, 1 and 2`, offset, 'v3 MQTT-3.8.3-4');
  return { topicFilter, qos: qosFromBits(qos), noLocal: false, retainAsPublished: false, retainHandling: 0 };
}

function checkOptions(subscription: Encodable<Subscription>, index: number, format: WireFormat): void {
  const { qos, retainHandling } = subscription;
  if (qos !== 0 && qos !== 1 && qos !== 2) {
    throw refusal(index, 'qos', qos, cite(format, 'U-3.8.3.1-1', 'v3 MQTT-3.8.3-4'));
  }
  if (!format.hasProperties) return;
  if (retainHandling !== 0 && retainHandling !== 1 && retainHandling !== 2) {
    throw refusal(index, 'retainHandling', retainHandling, 'U-3.8.3.1-2');
  }
  if (subscription.noLocal && subscription.topicFilter.startsWith(SHARE_PREFIX)) {
    const field = `subscriptions[${index}].noLocal`;
    const allowed = 'false on a Shared Subscription';
    throw new EncodeError({ field, found: true, allowed, statement: 'MQTT-3.8.3-4' });
  }
}

function refusal(index: number, option: string, found: unknown, statement: string): EncodeError {
  return new EncodeError({ field: `subscriptions[${index}].${option}`, found, allowed: '0, 1 or 2', statement });
}

function encodeOptions(subscription: Encodable<Subscription>): number {
  return (
    subscription.qos |
    (subscription.noLocal ? OPTIONS_NO_LOCAL : 0) |
    (subscription.retainAsPublished ? OPTIONS_RETAIN_AS_PUBLISHED : 0) |
    (subscription.retainHandling << 4)
  );
}

function createProperties(): SubscribeProperties {
  return { subscriptionIdentifier: undefined, userProperties: undefined };
}

const NO_PROPERTIES: SubscribeProperties = Object.freeze(createProperties());
const OPTIONS_QOS = 0x03;
const OPTIONS_NO_LOCAL = 0x04;
const OPTIONS_RETAIN_AS_PUBLISHED = 0x08;
const OPTIONS_RESERVED = 0xc0;
const SHARE_PREFIX = '$share/';
