import { fromHex, toHex } from './bytes.ts';
import type { Json, VectorPacket } from './vector.ts';

/** A packet of the codec in the form that the corpus has it: bytes as hex, fields that are undefined left out. */
export function packetToJson(value: unknown): Json {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map((element) => packetToJson(element));
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter((field) => field[1] !== undefined);
    return Object.fromEntries(fields.map(([name, field]) => [name, packetToJson(field)]));
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null)
    return value;
  throw new TypeError(`a packet holds a ${typeof value}`);
}

/** The other way: the byte fields become `Uint8Array`s again. The caller knows that the result is a packet. */
export function packetFromJson(packet: VectorPacket): unknown {
  return revive(packet, false);
}

function revive(value: Json, isBytes: boolean): unknown {
  if (isBytes && typeof value === 'string') return fromHex(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((element) => revive(element, false));
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, revive(field, BYTE_FIELDS.has(name))]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

const BYTE_FIELDS: ReadonlySet<string> = new Set(['payload', 'password', 'correlationData', 'authenticationData']);
