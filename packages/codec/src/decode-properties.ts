import type { ByteReader } from './byte-reader.ts';
import { DISCONNECT, PUBLISH, type PropertyPlace } from './property-place.ts';
import {
  onceStatement,
  findProperty,
  rangeStatement,
  responseTopicStatement,
  TOPIC_ALIAS,
  type Property,
} from './property-table.ts';

/** Reads a Property Length and the properties (section 2.2.2). 3.1.1 has neither. */
export function decodeProperties<T extends object>(reader: ByteReader, place: PropertyPlace<T>): T {
  if (!reader.format.hasProperties) return place.none;
  const offset = reader.position;
  const length = reader.variableByteInteger('Property Length');
  if (length === 0) return place.none;
  const packetEnd = reader.end;
  const end = reader.position + length;
  if (end > packetEnd) throw reader.truncated('Property Length', offset);
  const properties = place.create();
  // No property can read beyond the Property Length.
  reader.end = end;
  assertBag(properties);
  decodeEach(reader, place.bit, properties);
  reader.end = packetEnd;
  return properties;
}

/** Properties by name, while they are being read. */
type Bag = Record<string, unknown>;

function assertBag(_properties: object): asserts _properties is Bag {}

function decodeEach(reader: ByteReader, place: number, target: Bag): void {
  let seen = 0;
  while (reader.position < reader.end) {
    const offset = reader.position;
    const identifier = reader.variableByteInteger('Property Identifier');
    const property = findProperty(identifier);
    if (property === undefined || (property.places & place) === 0) {
      const found = property?.name ?? identifier;
      throw reader.malformed('Property Identifier', found, 'those of this packet', offset, 'U-2.2.2.2-1');
    }
    checkSender(reader, property, place, offset);
    if ((property.listPlaces & place) !== 0) {
      const list = target[property.listName];
      const value = decodeValue(reader, property, place);
      if (Array.isArray(list)) list.push(value);
      else target[property.listName] = [value];
    } else {
      if ((seen & property.bit) !== 0) {
        throw reader.forbidden(property.name, 'there again', 'once', offset, onceStatement(property, place));
      }
      seen |= property.bit;
      target[property.name] = decodeValue(reader, property, place);
    }
  }
}

function decodeValue(reader: ByteReader, property: Property, place: number): unknown {
  const { name, type, minimum } = property;
  if (type === 'topicName') return reader.topicName(name, responseTopicStatement(place), '');
  const offset = reader.position;
  const isBit = type === 'bit' || type === 'boolean';
  const value = reader[isBit ? 'byte' : type](name);
  if (typeof value === 'number' && (value < minimum || (isBit && value > 1))) {
    const reasonCode = property.identifier === TOPIC_ALIAS ? 0x94 : undefined; // Topic Alias invalid [U-3.3.4-3]
    const allowed = isBit ? '0 or 1' : '1 or more';
    throw reader.forbidden(name, value, allowed, offset, rangeStatement(property, place), reasonCode);
  }
  return type === 'boolean' ? value === 1 : value;
}

/** Two properties are for one side only, in a packet that both send. */
function checkSender(reader: ByteReader, property: Property, place: number, offset: number): void {
  if (place === PUBLISH) {
    if (property.listPlaces === place && reader.role === 'server') {
      throw reader.forbidden(property.name, 'of a client', 'of a server', offset, 'MQTT-3.3.4-6');
    }
  } else if (place === DISCONNECT) {
    if (property.type === 'fourByteInteger' && reader.role === 'client') {
      throw reader.forbidden(property.name, 'of a server', 'of a client', offset, 'MQTT-3.14.2-2');
    }
  }
}
