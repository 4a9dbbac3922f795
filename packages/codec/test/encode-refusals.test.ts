import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  EncodeError,
  encodePacket,
  PacketReader,
  type EncodablePacket,
  type ProtocolVersion,
  type Role,
} from '../src/index.ts';
import { arbitraryConnect, arbitraryPacket } from './arbitrary-packet.ts';
import { attempt, snapshot } from './read-all.ts';

// Thousands of runs take seconds, and many of them on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const STREAMS: readonly (readonly [ProtocolVersion, Role])[] = [
  [3, 'server'],
  [3, 'client'],
  [4, 'server'],
  [4, 'client'],
  [5, 'server'],
  [5, 'client'],
];

/** Values that are wrong in some fields and right in others, by the type of the field. */
const NUMBERS = [
  -1,
  0,
  1,
  2,
  3,
  4,
  0x7f,
  0x80,
  0xff,
  256,
  65_535,
  65_536,
  268_435_455,
  268_435_456,
  4_294_967_295,
  4_294_967_296,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
];
const STRINGS = [
  '',
  'a',
  '\0',
  'a\0b',
  '\uD800',
  'a\uDC00',
  '\uD83D\uDE00',
  '#',
  '+',
  'a/#',
  'a/#/b',
  'a+',
  '$share/g/a',
  '$share/g',
  '$share//a',
  'x'.repeat(65_535),
  'x'.repeat(65_536),
  '\u00E4'.repeat(32_768),
];
const SIZES = [0, 1, 65_535, 65_536, 70_000];

describe.each(STREAMS)('version %i, to a %s', (version, role) => {
  const right: fc.Arbitrary<EncodablePacket> =
    role === 'server'
      ? fc.oneof(arbitraryConnect(version), arbitraryPacket(version, role))
      : arbitraryPacket(version, role);

  test('a packet with one value changed is refused, or is one that the receiver takes and that comes back the same', () => {
    let refused = 0;
    for (const packet of fc.sample(right, { seed: 20_190_307, numRuns: 60 })) {
      for (const changed of allWithOneLeafChanged(packet, version)) {
        if (!encodesOrRefuses(changed, version, role)) refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});

/** False when the encoder refuses the packet; otherwise the receiver must take it and see the same. */
function encodesOrRefuses(packet: EncodablePacket, version: ProtocolVersion, role: Role): boolean {
  let bytes: Uint8Array;
  try {
    bytes = encodePacket(packet, version);
  } catch (error) {
    expect(error).toBeInstanceOf(EncodeError);
    return false;
  }
  const reader = new PacketReader({ role, protocolVersion: packet.type === 'connect' ? undefined : version });
  let decoded: unknown;
  const failed = attempt(() => {
    reader.push(bytes);
    decoded = reader.next();
  });
  if (failed !== undefined || normal(decoded) !== normal(packet)) {
    expect(failed, normal(packet).slice(0, 300)).toBeUndefined();
    expect(decoded).toEqual(packet);
  }
  return true;
}

type Path = readonly string[];

/** The packet with each number, string, list and byte field in turn replaced by each other value of the same type. */
function* allWithOneLeafChanged(packet: EncodablePacket, version: ProtocolVersion): Generator<EncodablePacket> {
  // Before 5.0 Retain Handling is not sent, so whatever it says is left out.
  const dropped = version === 5 ? '' : 'retainHandling';
  for (const path of leavesOf(packet, [])) {
    const isCodes = path.length === 1 && path[0] === 'reasonCodes';
    if ((KEPT.has(path[0]) && !isCodes) || path.at(-1) === dropped) continue;
    for (const value of replacements(leafAt(packet, path))) {
      const changed = replaced(packet, path, value);
      assertPacket(changed, packet);
      yield changed;
    }
  }
}

/** A packet of another type is another packet, and who may send a Reason Code the encoder is not told. */
const KEPT: ReadonlySet<string | undefined> = new Set(['type', 'protocolVersion', 'reasonCode', 'reasonCodes']);

function leavesOf(node: unknown, path: Path): readonly Path[] {
  if (node instanceof Uint8Array || typeof node === 'number' || typeof node === 'string') return [path];
  if (typeof node !== 'object' || node === null) return [];
  const below = Object.entries(node).flatMap(([key, child]) => leavesOf(child, [...path, key]));
  return Array.isArray(node) ? [path, ...below] : below;
}

function leafAt(node: unknown, path: Path): unknown {
  return path.reduce((parent: unknown, key) => Reflect.get(Object(parent), key), node);
}

function replaced(node: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const copy: object = Array.isArray(node) ? [...node] : { ...Object(node) };
  Reflect.set(copy, key, replaced(Reflect.get(copy, key), rest, value));
  return copy;
}

function replacements(leaf: unknown): readonly unknown[] {
  if (typeof leaf === 'number') return NUMBERS;
  if (typeof leaf === 'string') return STRINGS;
  return Array.isArray(leaf) ? [[]] : SIZES.map((size) => new Uint8Array(size));
}

function assertPacket(changed: unknown, original: EncodablePacket): asserts changed is EncodablePacket {
  expect(changed).toHaveProperty('type', original.type);
}

/** As text, without what is undefined and without empty lists of properties, which are not sent. */
function normal(packet: unknown): string {
  const plain: unknown = JSON.parse(snapshot(packet), (_name, value: unknown) =>
    Array.isArray(value) && value.length === 0 ? undefined : value,
  );
  return JSON.stringify(sorted(plain));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, sorted(field)]));
}
