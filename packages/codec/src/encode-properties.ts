import { EncodeError } from './errors.ts';
import { VARIABLE_BYTE_INTEGER_MAX, variableByteIntegerLength, type ByteWriter } from './byte-writer.ts';
import { measureBinary, measureString, measureTopicName } from './measure-fields.ts';
import {
  propertyByName,
  PropertyPlace,
  PropertyType,
  rangeRule,
  responseTopicStatement,
  type Property,
  type PropertyPlaceName,
} from './property-table.ts';

/**
 * The bytes of the properties, without their Property Length. Checks each of them: name, place, type and range.
 *
 * `prefix` is put before the name in the {@link EncodeError}.
 */
export function measureProperties(
  properties: object,
  place: PropertyPlaceName,
  writer: ByteWriter,
  prefix: string = 'properties.',
): number {
  assertBag(properties);
  const placeBit = PropertyPlace[place];
  let length = 0;
  // The caller's own order is kept; it has no meaning (section 2.2.2.2).
  for (const name in properties) {
    const value = properties[name];
    if (value === undefined) continue;
    const property = propertyByName(name);
    if (property === undefined || (property.places & placeBit) === 0) {
      throw misplaced(prefix + name, value, place);
    }
    if ((property.listPlaces & placeBit) === 0) {
      if (name !== property.name) throw misplaced(prefix + name, value, place);
      length += 1 + measureValue(value, property, place, writer, prefix);
    } else {
      if (name !== property.listName || !Array.isArray(value)) throw misplaced(prefix + name, value, place);
      for (const each of value) length += 1 + measureValue(each, property, place, writer, prefix);
    }
  }
  return length;
}

/** Writes the Property Length and the properties that {@link measureProperties} has measured. */
export function encodeProperties(properties: object, length: number, writer: ByteWriter): void {
  writer.variableByteInteger(length);
  if (length === 0) return;
  assertBag(properties);
  for (const name in properties) {
    const value = properties[name];
    if (value === undefined) continue;
    const property = propertyByName(name)!;
    if (name !== property.name && Array.isArray(value)) {
      for (const each of value) encodeValue(each, property, writer);
    } else {
      encodeValue(value, property, writer);
    }
  }
}

/** Properties by name, of which nothing is known yet. */
type Bag = Readonly<Record<string, unknown>>;

function assertBag(_properties: object): asserts _properties is Bag {}

function measureValue(
  value: unknown,
  property: Property,
  place: PropertyPlaceName,
  writer: ByteWriter,
  prefix: string,
): number {
  const { name } = property;
  switch (property.type) {
    case PropertyType.bit:
      return measureInteger(value, 1, 1, property, place, prefix);
    case PropertyType.boolean:
      if (typeof value === 'boolean') return 1;
      throw outOfRange(value, 'true or false', property, place, prefix);
    case PropertyType.twoByteInteger:
      return measureInteger(value, 0xffff, 2, property, place, prefix);
    case PropertyType.fourByteInteger:
      return measureInteger(value, 0xffffffff, 4, property, place, prefix);
    case PropertyType.variableByteInteger:
      return measureInteger(value, VARIABLE_BYTE_INTEGER_MAX, 0, property, place, prefix);
    case PropertyType.string:
      return measureString(value, prefix, name, writer);
    case PropertyType.topicName: {
      const statement = responseTopicStatement(place);
      return measureTopicName(value, prefix, name, writer, statement, statement);
    }
    case PropertyType.binary:
      return measureBinary(value, prefix, name);
    case PropertyType.stringPair:
    default:
      return measurePair(value, property, writer, prefix);
  }
}

function measureInteger(
  value: unknown,
  maximum: number,
  bytes: number,
  property: Property,
  place: PropertyPlaceName,
  prefix: string,
): number {
  const { minimum } = property;
  if (typeof value !== 'number' || !(value >= minimum && value <= maximum) || !Number.isInteger(value)) {
    throw outOfRange(value, `a whole number, ${minimum} to ${maximum}`, property, place, prefix);
  }
  return bytes === 0 ? variableByteIntegerLength(value) : bytes;
}

// [MQTT-1.5.7-1]
function measurePair(value: unknown, property: Property, writer: ByteWriter, prefix: string): number {
  const { listName } = property;
  if (!Array.isArray(value) || value.length !== 2) {
    const allowed = 'pairs of a name and a value';
    throw new EncodeError({ field: prefix + listName, found: value, allowed, statement: 'MQTT-1.5.7-1' });
  }
  return measureString(value[0], prefix, listName, writer) + measureString(value[1], prefix, listName, writer);
}

// What has been measured is known to fit its property, so the value itself says how it is written.
function encodeValue(value: unknown, property: Property, writer: ByteWriter): void {
  writer.byte(property.identifier);
  if (typeof value === 'string') writer.string(value, property.type === PropertyType.topicName);
  else if (typeof value === 'number') encodeInteger(value, property, writer);
  else if (typeof value === 'boolean') writer.byte(value ? 1 : 0);
  else if (value instanceof Uint8Array) writer.binary(value);
  else if (Array.isArray(value)) {
    writer.string(value[0]);
    writer.string(value[1]);
  }
}

function encodeInteger(value: number, { type }: Property, writer: ByteWriter): void {
  if (type === PropertyType.twoByteInteger) writer.twoByteInteger(value);
  else if (type === PropertyType.fourByteInteger) writer.fourByteInteger(value);
  else if (type === PropertyType.variableByteInteger) writer.variableByteInteger(value);
  else writer.byte(value);
}

function outOfRange(
  found: unknown,
  allowed: string,
  property: Property,
  place: PropertyPlaceName,
  prefix: string,
): EncodeError {
  const { statement } = rangeRule(property, place);
  return new EncodeError({ field: prefix + property.name, found, allowed, statement });
}

function misplaced(field: string, found: unknown, place: PropertyPlaceName): EncodeError {
  return new EncodeError({ field, found, allowed: `the properties of ${place}`, statement: 'U-2.2.2.2-1' });
}
