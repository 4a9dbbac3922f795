import type { SubscriptionFilter } from '@skua/topics';
import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties } from '../encode-properties.ts';
import { refusal } from '../encode-refusal.ts';
import { UNSUBSCRIBE, propertyPlace, type PropertyPlace } from '../property-place.ts';
import type { UserProperty } from '../user-property.ts';
import type { Encodable } from './packet.ts';
import { decodeTopicFilter, encodeTopicFilter } from './topic-filter-field.ts';
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
  const packetIdentifier = reader.packetIdentifier('MQTT-2.2.1-3', 'v3 MQTT-2.3.1-1');
  const properties = decodeProperties(reader, PROPERTIES);
  if (reader.position === reader.end) {
    const statement = cite(reader.format, 'MQTT-3.10.3-2', 'v3 MQTT-3.10.3-2'); // [U-3.10.3-2]
    throw reader.forbidden('Topic Filters', 'empty', ONE_OR_MORE, reader.position, statement);
  }
  const topicFilters: SubscriptionFilter[] = [];
  while (reader.position < reader.end) topicFilters.push(decodeTopicFilter(reader));
  return { type: 'unsubscribe', packetIdentifier, topicFilters, properties };
}

/** The bytes of an UNSUBSCRIBE. */
export function encodeUnsubscribe(packet: Encodable<UnsubscribePacket>, writer: ByteWriter): Uint8Array {
  const { topicFilters, properties } = packet;
  if (topicFilters.length === 0) {
    const statement = cite(writer.format, 'MQTT-3.10.3-2', 'v3 MQTT-3.10.3-2');
    throw refusal('topicFilters', 'empty', ONE_OR_MORE, statement);
  }
  writer.begin(0xa2);
  writer.packetIdentifier(packet.packetIdentifier);
  encodeProperties(properties, PROPERTIES, writer);
  for (let i = 0; i < topicFilters.length; i++) encodeTopicFilter(topicFilters[i], writer, 'topicFilters', i, '');
  return writer.finish();
}

function createProperties(): UnsubscribeProperties {
  return { userProperties: undefined };
}

const PROPERTIES: PropertyPlace<UnsubscribeProperties> = propertyPlace(UNSUBSCRIBE, createProperties);
const ONE_OR_MORE = 'one or more';
