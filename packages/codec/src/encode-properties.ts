import type { ByteWriter } from './byte-writer.ts';
import { checkWhole, refusal } from './encode-refusal.ts';
import type { PropertyPlace } from './property-place.ts';
import { findProperty, rangeStatement, responseTopicStatement, type Property } from './property-table.ts';

/**
 * Writes the Property Length and the properties, each checked: name, place, type and range. 3.1.1 has neither.
 *
 * `prefix` is put before the name in the EncodeError.
 */
export function encodeProperties<T extends object>(
  properties: T,
  place: PropertyPlace<T>,
  writer: ByteWriter,
  prefix: string = 'properties.',
): void {
  if (!writer.format.hasProperties) return;
  const offset = writer.position;
  writer.byte(0);
  if (properties === place.none) return;
  assertBag(properties);
  // The caller's own order is kept; it has no meaning (section 2.2.2.2).
  for (const name in properties) {
    const value = properties[name];
    if (value !== undefined) encodeNamed(name, value, place.bit, writer, prefix);
  }
  writer.lengthAt(offset);
}

/** A guess at the bytes of a packet's properties: one for their length when there are none. */
export function estimateProperties<T extends object>(
  properties: T,
  place: PropertyPlace<T>,
  writer: ByteWriter,
): number {
  if (!writer.format.hasProperties) return 0;
  return properties === place.none || !hasAny(properties) ? 1 : PROPERTIES_BYTES_ESTIMATE;
}

/** Properties by name, of which nothing is known yet. */
type Bag = Readonly<Record<string, unknown>>;

function assertBag(_properties: object): asserts _properties is Bag {}

function hasAny(properties: object): boolean {
  assertBag(properties);
  for (const name in properties) if (properties[name] !== undefined) return true;
  return false;
}

function encodeNamed(name: string, value: unknown, place: number, writer: ByteWriter, prefix: string): void {
  const property = findProperty(name);
  if (property !== undefined && (property.places & place) !== 0) {
    if ((property.listPlaces & place) === 0) {
      if (name === property.name) return encodeValue(value, property, place, writer, prefix);
    } else if (name === property.listName && Array.isArray(value)) {
      for (const each of value) encodeValue(each, property, place, writer, prefix);
      return;
    }
  }
  throw refusal(prefix + name, value, 'a property of this packet', 'U-2.2.2.2-1');
}

function encodeValue(value: unknown, property: Property, place: number, writer: ByteWriter, prefix: string): void {
  const { name, type, minimum } = property;
  writer.byte(property.identifier);
  if (type === 'topicName') return writer.topicName(value, prefix, name, responseTopicStatement(place), '');
  if (type === 'string' || type === 'binary') return writer[type](value, prefix, name);
  if (type === 'stringPair') return writer.stringPair(value, prefix, property.listName);
  const statement = rangeStatement(property, place);
  if (type !== 'boolean') {
    const checked = checkWhole(value, minimum, MAXIMA[type], prefix + name, statement);
    return writer[type === 'bit' ? 'byte' : type](checked);
  }
  if (typeof value !== 'boolean') throw refusal(prefix + name, value, 'true or false', statement);
  return writer.byte(value ? 1 : 0);
}

const MAXIMA = { bit: 1, twoByteInteger: 0xffff, fourByteInteger: 0xffffffff, variableByteInteger: 0xfffffff };
const PROPERTIES_BYTES_ESTIMATE = 64;
