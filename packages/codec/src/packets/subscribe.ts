import type { SubscriptionFilter } from '@skua/topics';
import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties } from '../encode-properties.ts';
import { refusal } from '../encode-refusal.ts';
import { SUBSCRIBE, propertyPlace, type PropertyPlace } from '../property-place.ts';
import { qosFromBits, type QoS } from '../quality-of-service.ts';
import type { UserProperty } from '../user-property.ts';
import {
  OPTIONS_NO_LOCAL,
  OPTIONS_QOS,
  OPTIONS_RESERVED,
  OPTIONS_RETAIN_AS_PUBLISHED,
  RETAIN_HANDLING_SHIFT,
} from './packet-flags.ts';
import type { Encodable } from './packet.ts';
import { decodeTopicFilter, encodeTopicFilter } from './topic-filter-field.ts';
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
  const properties = decodeProperties(reader, PROPERTIES);
  if (reader.position === reader.end) {
    const statement = cite(format, 'MQTT-3.8.3-2', 'v3 MQTT-3.8.3-3'); // [U-3.8.3-1]
    throw reader.forbidden('Topic Filters', 'empty', ONE_OR_MORE, reader.position, statement);
  }
  const subscriptions: Subscription[] = [];
  while (reader.position < reader.end) {
    const topicFilter = decodeTopicFilter(reader);
    subscriptions.push(decodeOptions(reader, topicFilter));
  }
  return { type: 'subscribe', packetIdentifier, subscriptions, properties };
}

/** The bytes of a SUBSCRIBE; in 3.1.1 the options other than QoS are left out. */
export function encodeSubscribe(packet: Encodable<SubscribePacket>, writer: ByteWriter): Uint8Array {
  const { subscriptions, properties } = packet;
  const { format } = writer;
  if (subscriptions.length === 0) {
    throw refusal('subscriptions', 'empty', ONE_OR_MORE, cite(format, 'MQTT-3.8.3-2', 'v3 MQTT-3.8.3-3'));
  }
  writer.begin(0x82);
  writer.packetIdentifier(packet.packetIdentifier);
  encodeProperties(properties, PROPERTIES, writer);
  for (let i = 0; i < subscriptions.length; i++) {
    const subscription = subscriptions[i]!;
    encodeTopicFilter(subscription.topicFilter, writer, 'subscriptions', i, '.topicFilter');
    checkOptions(subscription, i, format);
    writer.byte(format.hasProperties ? encodeOptions(subscription) : subscription.qos);
  }
  return writer.finish();
}

function decodeOptions(reader: ByteReader, topicFilter: SubscriptionFilter): Subscription {
  const { format, position } = reader;
  const options = reader.byte('Subscription Options');
  const qos = options & OPTIONS_QOS;
  const retainHandling = (options >> RETAIN_HANDLING_SHIFT) & 3;
  const noLocal = (options & OPTIONS_NO_LOCAL) !== 0;
  if (!format.hasProperties) {
    if (options > 2) throw reader.malformed('Requested QoS', options, QOS_ALLOWED, position, 'v3 MQTT-3.8.3-4');
  } else if (options >= OPTIONS_RESERVED) {
    throw reader.malformed('Reserved bits', options >> 6, 0, position, 'MQTT-3.8.3-5');
  } else if (qos === 3) {
    throw reader.forbidden('Maximum QoS', 3, QOS_ALLOWED, position, 'U-3.8.3.1-1');
  } else if (retainHandling === 3) {
    throw reader.forbidden('Retain Handling', 3, QOS_ALLOWED, position, 'U-3.8.3.1-2');
  } else if (noLocal && topicFilter.startsWith(SHARE_PREFIX)) {
    throw reader.forbidden('No Local', 1, NO_LOCAL_ALLOWED, position, 'MQTT-3.8.3-4');
  }
  return {
    topicFilter,
    qos: qosFromBits(qos),
    noLocal,
    retainAsPublished: (options & OPTIONS_RETAIN_AS_PUBLISHED) !== 0,
    retainHandling: qosFromBits(retainHandling),
  };
}

function checkOptions(subscription: Encodable<Subscription>, index: number, format: WireFormat): void {
  const { qos, noLocal, retainHandling } = subscription;
  const field = (name: string): string => `subscriptions[${index}].${name}`;
  if (qos !== 0 && qos !== 1 && qos !== 2) {
    throw refusal(field('qos'), qos, QOS_ALLOWED, cite(format, 'U-3.8.3.1-1', 'v3 MQTT-3.8.3-4'));
  }
  if (!format.hasProperties) return;
  if (retainHandling !== 0 && retainHandling !== 1 && retainHandling !== 2) {
    throw refusal(field('retainHandling'), retainHandling, QOS_ALLOWED, 'U-3.8.3.1-2');
  }
  if (noLocal && subscription.topicFilter.startsWith(SHARE_PREFIX)) {
    throw refusal(field('noLocal'), noLocal, NO_LOCAL_ALLOWED, 'MQTT-3.8.3-4');
  }
}

function encodeOptions(subscription: Encodable<Subscription>): number {
  return (
    subscription.qos |
    (subscription.noLocal ? OPTIONS_NO_LOCAL : 0) |
    (subscription.retainAsPublished ? OPTIONS_RETAIN_AS_PUBLISHED : 0) |
    (subscription.retainHandling << RETAIN_HANDLING_SHIFT)
  );
}

function createProperties(): SubscribeProperties {
  return { subscriptionIdentifier: undefined, userProperties: undefined };
}

const PROPERTIES: PropertyPlace<SubscribeProperties> = propertyPlace(SUBSCRIBE, createProperties);
const ONE_OR_MORE = 'one or more';
const QOS_ALLOWED = '0, 1 or 2';
const NO_LOCAL_ALLOWED = 'false on a Shared Subscription';
const SHARE_PREFIX = '$share/';
