import type { ByteReader } from './byte-reader.ts';
import {
  onceStatement,
  propertyByIdentifier,
  PropertyPlace,
  PropertyType,
  rangeRule,
  responseTopicStatement,
  type Property,
  type PropertyPlaceName,
} from './property-table.ts';

/**
 * Reads a Property Length and the properties (section 2.2.2). They are stored in what `create` gives, an object that has
 * all properties of the place in one order, so that the packets of a type have one shape.
 *
 * `none` is given back when there are no properties.
 */
export function decodeProperties<T extends object>(
  reader: ByteReader,
  place: PropertyPlaceName,
  none: T,
  create: () => T,
): T {
  const offset = reader.position;
  const length = reader.variableByteInteger('Property Length');
  if (length === 0) return none;
  const packetEnd = reader.end;
  const end = reader.position + length;
  if (end > packetEnd) {
    const message = `Property Length is ${length}; allowed: ${packetEnd - reader.position}, the bytes that are left`;
    throw reader.malformed(message, offset, reader.format.statements.unreadable);
  }
  const properties = create();
  // No property can read beyond the Property Length.
  reader.end = end;
  assertBag(properties);
  decodeEach(reader, place, properties);
  reader.end = packetEnd;
  return properties;
}

/** Properties by name, while they are being read. */
type Bag = Record<string, unknown>;

function assertBag(_properties: object): asserts _properties is Bag {}

function decodeEach(reader: ByteReader, place: PropertyPlaceName, target: Bag): void {
  const placeBit = PropertyPlace[place];
  let seen = 0;
  while (reader.position < reader.end) {
    const offset = reader.position;
    const identifier = reader.variableByteInteger('Property Identifier');
    const property = propertyByIdentifier(identifier);
    if (property === undefined || (property.places & placeBit) === 0) {
      const found = property === undefined ? `0x${identifier.toString(16)}` : property.name;
      throw reader.malformed(`${found} is no property of ${place}`, offset, 'U-2.2.2.2-1');
    }
    if ((property.listPlaces & placeBit) !== 0) {
      if (placeBit === PropertyPlace.publish && property.type === PropertyType.variableByteInteger) {
        checkSubscriptionIdentifierSender(reader, offset);
      }
      const list = target[property.listName];
      const value = decodeValue(reader, property, place);
      if (Array.isArray(list)) list.push(value);
      else target[property.listName] = [value];
    } else {
      if ((seen & property.bit) !== 0) {
        throw reader.forbidden(`${property.name} is there twice`, offset, onceStatement(property, place));
      }
      seen |= property.bit;
      if (placeBit === PropertyPlace.disconnect) checkDisconnectSender(reader, property, offset);
      target[property.name] = decodeValue(reader, property, place);
    }
  }
}

function decodeValue(reader: ByteReader, property: Property, place: PropertyPlaceName): unknown {
  const { name } = property;
  switch (property.type) {
    case PropertyType.bit:
      return inRange(reader, property, place, reader.byte(name), 1);
    case PropertyType.boolean:
      return inRange(reader, property, place, reader.byte(name), 1) === 1;
    case PropertyType.twoByteInteger:
      return inRange(reader, property, place, reader.twoByteInteger(name), 0xffff);
    case PropertyType.fourByteInteger:
      return inRange(reader, property, place, reader.fourByteInteger(name), 0xffffffff);
    case PropertyType.variableByteInteger:
      return inRange(reader, property, place, reader.variableByteInteger(name), 0xfffffff);
    case PropertyType.string:
      return reader.string(name);
    case PropertyType.topicName:
      return reader.topicName(name, responseTopicStatement(place), '');
    case PropertyType.binary:
      return reader.binary(name);
    case PropertyType.stringPair:
    default:
      // [MQTT-1.5.7-1]
      return [reader.string(name), reader.string(name)];
  }
}

function inRange(
  reader: ByteReader,
  property: Property,
  place: PropertyPlaceName,
  value: number,
  maximum: number,
): number {
  if (value >= property.minimum && value <= maximum) return value;
  const message = `${property.name} is ${value}; allowed: ${property.minimum} to ${maximum}`;
  // The value is the last thing read, and only bytes and non-zero integers can be out of range.
  const offset =
    reader.position -
    (property.type === PropertyType.twoByteInteger ? 2 : property.type === PropertyType.fourByteInteger ? 4 : 1);
  const { statement, reasonCode } = rangeRule(property, place);
  throw reader.forbidden(message, offset, statement, reasonCode);
}

function checkSubscriptionIdentifierSender(reader: ByteReader, offset: number): void {
  if (reader.role === 'server') {
    const message = 'subscriptionIdentifier is in a PUBLISH of a client; only a server sends it';
    throw reader.forbidden(message, offset, 'MQTT-3.3.4-6');
  }
}

function checkDisconnectSender(reader: ByteReader, property: Property, offset: number): void {
  if (reader.role === 'client' && property.type === PropertyType.fourByteInteger) {
    const message = 'sessionExpiryInterval is in a DISCONNECT of a server; only a client sends it';
    throw reader.forbidden(message, offset, 'MQTT-3.14.2-2');
  }
}
