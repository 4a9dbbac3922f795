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
    fc.assert(
      fc.property(right, fc.nat(), fc.nat(), (packet, which, value) => {
        const changed = withOneLeafChanged(packet, version, which, value);
        let bytes: Uint8Array;
        try {
          bytes = encodePacket(changed, version);
        } catch (error) {
          expect(error).toBeInstanceOf(EncodeError);
          return;
        }
        const reader = new PacketReader({ role, protocolVersion: changed.type === 'connect' ? undefined : version });
        let decoded: unknown;
        const failed = attempt(() => {
          reader.push(bytes);
          decoded = reader.next();
        });
        expect(failed, snapshot(changed).slice(0, 300)).toBeUndefined();
        expect(normal(decoded)).toEqual(normal(changed));
        expect(reader.next()).toBeUndefined();
      }),
      { numRuns: 1500 },
    );
  });
});

type Path = readonly string[];

/** The packet with one number, string or byte field replaced by another value of the same type. */
function withOneLeafChanged(
  packet: EncodablePacket,
  version: ProtocolVersion,
  which: number,
  value: number,
): EncodablePacket {
  // Before 5.0 Retain Handling is not sent, so whatever it says is left out.
  const dropped = version === 5 ? '' : 'retainHandling';
  const leaves = leavesOf(packet, []).filter((path) => !KEPT.has(path[0]) && path.at(-1) !== dropped);
  const path = leaves[which % Math.max(1, leaves.length)];
  if (path === undefined) return packet;
  const changed = replaced(packet, path, value);
  assertPacket(changed, packet);
  return changed;
}

/** A packet of another type is another packet, and who may send a Reason Code the encoder is not told. */
const KEPT: ReadonlySet<string | undefined> = new Set(['type', 'protocolVersion', 'reasonCode', 'reasonCodes']);

function leavesOf(node: unknown, path: Path): readonly Path[] {
  if (node instanceof Uint8Array || typeof node === 'number' || typeof node === 'string') return [path];
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, child]) => leavesOf(child, [...path, key]));
}

function replaced(node: unknown, path: Path, value: number): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement(node, value);
  const copy: object = Array.isArray(node) ? [...node] : { ...Object(node) };
  Reflect.set(copy, key, replaced(Reflect.get(copy, key), rest, value));
  return copy;
}

function replacement(leaf: unknown, value: number): unknown {
  if (typeof leaf === 'number') return NUMBERS[value % NUMBERS.length];
  if (typeof leaf === 'string') return STRINGS[value % STRINGS.length];
  return new Uint8Array(SIZES[value % SIZES.length] ?? 0);
}

function assertPacket(changed: unknown, original: EncodablePacket): asserts changed is EncodablePacket {
  expect(changed).toHaveProperty('type', original.type);
}

/** As plain values, without what is undefined. */
function normal(packet: unknown): unknown {
  return JSON.parse(snapshot(packet));
}
