import type { SubscriptionFilter } from '@skua/topics';
import type { ByteReader } from '../byte-reader.ts';
import { variableByteIntegerLength, type ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties, measureProperties } from '../encode-properties.ts';
import { EncodeError } from '../errors.ts';
import { checkPacketIdentifier } from '../measure-fields.ts';
import type { UserProperty } from '../user-property.ts';
import type { Encodable } from './packet.ts';
import { decodeTopicFilter, measureTopicFilter } from './topic-filter-field.ts';
import { cite } from './wire-format.ts';

/** A request to delete one or more subscriptions (section 3.10). */
export interface UnsubscribePacket {
  readonly type: 'unsubscribe';
  /** 1 to 65,535. */
  readonly packetIdentifier: number;
  /** At least one; each a Topic Filter, or `$share/{ShareName}/{filter}`. */
  readonly topicFilters: readonly SubscriptionFilter[];
  /** Empty for 3.1.1 and 3.1. */
  readonly properties: UnsubscribeProperties;
}

/** The properties of UNSUBSCRIBE (section 3.10.2.1). */
export interface UnsubscribeProperties {
  readonly userProperties?: readonly UserProperty[] | undefined;
}

/** Reads what follows the fixed header of an UNSUBSCRIBE. */
export function decodeUnsubscribe(reader: ByteReader): UnsubscribePacket {
  const { format } = reader;
  const packetIdentifier = reader.packetIdentifier('MQTT-2.2.1-3', 'v3 MQTT-2.3.1-1');
  const properties = format.hasProperties
    ? decodeProperties(reader, 'unsubscribe', NO_PROPERTIES, createProperties)
    : NO_PROPERTIES;
  if (reader.position === reader.end) {
    const statement = cite(format, 'MQTT-3.10.3-2', 'v3 MQTT-3.10.3-2'); // [U-3.10.3-2]
    throw reader.forbidden('UNSUBSCRIBE has no Topic Filter; allowed: one or more', reader.position, statement);
  }
  const topicFilters: SubscriptionFilter[] = [];
  while (reader.position < reader.end) topicFilters.push(decodeTopicFilter(reader));
  return { type: 'unsubscribe', packetIdentifier, topicFilters, properties };
}

/** The Remaining Length of an UNSUBSCRIBE; checks it. */
export function measureUnsubscribe(packet: Encodable<UnsubscribePacket>, writer: ByteWriter): number {
  const { format } = writer;
  const { topicFilters } = packet;
  checkPacketIdentifier(packet.packetIdentifier, format);
  if (topicFilters.length === 0) {
    const statement = cite(format, 'MQTT-3.10.3-2', 'v3 MQTT-3.10.3-2');
    throw new EncodeError({ field: 'topicFilters', found: 'an empty list', allowed: 'one or more', statement });
  }
  let length = 2;
  if (format.hasProperties) {
    writer.propertyLength = measureProperties(packet.properties, 'unsubscribe', writer);
    length += variableByteIntegerLength(writer.propertyLength) + writer.propertyLength;
  }
  for (let i = 0; i < topicFilters.length; i++) {
    length += measureTopicFilter(topicFilters[i], writer, 'topicFilters', i, '');
  }
  return length;
}

/** Checks and writes an UNSUBSCRIBE. */
export function encodeUnsubscribe(packet: Encodable<UnsubscribePacket>, writer: ByteWriter): void {
  writer.begin(0xa2, measureUnsubscribe(packet, writer));
  writer.twoByteInteger(packet.packetIdentifier);
  if (writer.format.hasProperties) encodeProperties(packet.properties, writer.propertyLength, writer);
  for (const topicFilter of packet.topicFilters) writer.string(topicFilter);
}

function createProperties(): UnsubscribeProperties {
  return { userProperties: undefined };
}

const NO_PROPERTIES: UnsubscribeProperties = Object.freeze(createProperties());
