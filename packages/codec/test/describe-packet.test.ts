import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  describePacket,
  encodePacket,
  PacketReader,
  type EncodablePacket,
  type PacketDescription,
  type ProtocolVersion,
  type Role,
} from '../src/index.ts';
import { arbitraryConnect, arbitraryPacket } from './arbitrary-packet.ts';
import { attempt, joined, snapshot } from './read-all.ts';

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

describe.each(STREAMS)('version %i, %s', (version, role) => {
  const right: fc.Arbitrary<EncodablePacket> =
    role === 'server'
      ? fc.oneof(arbitraryConnect(version), arbitraryPacket(version, role))
      : arbitraryPacket(version, role);

  test('the fields of a right packet cover every byte exactly once', () => {
    fc.assert(
      fc.property(right, (packet) => {
        const bytes = encodePacket(packet, version);
        const description = describePacket(bytes, { role, version });
        expect(description.error).toBeUndefined();
        expect(snapshot(description.packet)).toBe(decoded(bytes, packet, version, role));
        expect(uncovered(description, bytes.length)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('what follows the packet is not described', () => {
    fc.assert(
      fc.property(right, fc.uint8Array({ minLength: 1, maxLength: 20 }), (packet, rest) => {
        const bytes = encodePacket(packet, version);
        const alone = describePacket(bytes, { role, version });
        expect(snapshot(describePacket(joined(bytes, rest), { role, version }))).toBe(snapshot(alone));
      }),
    );
  });

  test('a damaged packet is described up to the damage, with the error of the reader', () => {
    fc.assert(
      fc.property(right, fc.nat(), fc.integer({ min: 0, max: 255 }), (packet, place, value) => {
        const bytes = encodePacket(packet, version);
        // The fixed header stays right: what is incomplete or has another type is not this packet any more.
        const header = bytes.length < 130 ? 2 : 3;
        fc.pre(bytes.length > header);
        bytes[header + (place % (bytes.length - header))] = value;
        const reader = new PacketReader({ role, protocolVersion: packet.type === 'connect' ? undefined : version });
        const error = attempt(() => {
          reader.push(bytes);
          reader.next();
        });
        const description = describePacket(bytes, { role, version: packet.type === 'connect' ? undefined : version });
        const described = attempt(() => {
          if (description.error !== undefined) throw description.error;
        });
        expect(described).toBe(error);
        expect(description.packet === undefined).toBe(error !== undefined);
        for (const field of description.fields) expect(field.offset + field.length).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 1000 },
    );
  });
});

/**
 * The bytes that are in no field or in more than one. Fields of a few bits stand in the same byte: such a byte counts
 * once when each of its fields is just this byte.
 */
function uncovered(description: PacketDescription, length: number): readonly number[] {
  const owners = Array.from({ length }, (): Set<string> => new Set());
  for (const field of description.fields) {
    const place = field.length === 1 ? 'bits' : `${field.field} at ${field.offset}`;
    for (let index = field.offset; index < field.offset + field.length; index += 1) owners[index]?.add(place);
  }
  return owners.flatMap((found, index) => (found.size === 1 ? [] : [index]));
}

function decoded(bytes: Uint8Array, packet: EncodablePacket, version: ProtocolVersion, role: Role): string {
  const reader = new PacketReader({ role, protocolVersion: packet.type === 'connect' ? undefined : version });
  reader.push(bytes);
  return snapshot(reader.next());
}
