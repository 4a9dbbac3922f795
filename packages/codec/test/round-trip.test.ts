import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { encodedLength, encodePacket, PacketReader, type EncodablePacket, type ProtocolVersion } from '../src/index.ts';
import { arbitraryConnect, arbitraryPacket } from './arbitrary-packet.ts';
import { snapshot } from './read-all.ts';

// Thousands of runs take seconds, and many of them on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

describe.each([3, 4, 5] as const)('version %i', (version) => {
  test('a CONNECT comes back as it was', () => {
    fc.assert(
      fc.property(arbitraryConnect(version), (packet) => {
        const reader = new PacketReader({ role: 'server' });
        expect(roundTrip(packet, version, reader)).toEqual(canonical(packet));
      }),
    );
  });

  test.each(['server', 'client'] as const)('any other packet that a %s receives comes back as it was', (role) => {
    fc.assert(
      fc.property(arbitraryPacket(version, role), (packet) => {
        const reader = new PacketReader({ role, protocolVersion: version });
        expect(roundTrip(packet, version, reader)).toEqual(canonical(packet));
      }),
      { numRuns: 500 },
    );
  });

  test('the length is known before encoding', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryConnect(version), arbitraryPacket(version, 'client')), (packet) => {
        expect(encodedLength(packet, version)).toBe(encodePacket(packet, version).length);
      }),
    );
  });

  test('encoding leaves the packet as it was', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryConnect(version), arbitraryPacket(version, 'server')), (packet) => {
        const before = snapshot(packet);
        const first = encodePacket(deepFreeze(packet), version);
        expect(encodePacket(packet, version)).toEqual(first);
        expect(snapshot(packet)).toBe(before);
      }),
    );
  });
});

test('packets with a Remaining Length of every size come back as they were', () => {
  for (const remaining of [127, 128, 16_383, 16_384, 2_097_151, 2_097_152]) {
    const payload = new Uint8Array(remaining - 4).fill(0x55);
    const packet: EncodablePacket = {
      type: 'publish',
      dup: false,
      qos: 0,
      retain: false,
      topicName: 'a',
      packetIdentifier: 0,
      payload,
      properties: {},
    };
    const bytes = encodePacket(packet, 5);
    const digits = remaining < 128 ? 1 : remaining < 16_384 ? 2 : remaining < 2_097_152 ? 3 : 4;
    expect(bytes.length).toBe(1 + digits + remaining);
    const reader = new PacketReader({ role: 'client', protocolVersion: 5 });
    reader.push(bytes);
    const decoded = reader.next();
    expect(decoded?.type === 'publish' && decoded.payload.length).toBe(payload.length);
    expect(reader.next()).toBeUndefined();
  }
});

function roundTrip(packet: EncodablePacket, version: ProtocolVersion, reader: PacketReader): unknown {
  reader.push(encodePacket(packet, version));
  const decoded = reader.next();
  expect(reader.next()).toBeUndefined();
  return canonical(decoded);
}

/** The packet without fields that are undefined, bytes as plain arrays, so that views and copies compare equal. */
function canonical(packet: unknown): unknown {
  return JSON.parse(snapshot(packet));
}

function deepFreeze<T>(value: T): T {
  // Views cannot be frozen; that their bytes do not change is checked by the snapshot.
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    Object.values(value).forEach((part) => deepFreeze(part));
    Object.freeze(value);
  }
  return value;
}
