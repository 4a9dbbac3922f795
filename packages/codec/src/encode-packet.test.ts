import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryConnect, arbitraryPacket } from '../test/arbitrary-packet.ts';
import { decode, hex } from '../test-support/packet-cases.ts';
import { encodedLength, encodePacket, type EncodablePacket, type ProtocolVersion, type Role } from './index.ts';

const streams: readonly [ProtocolVersion, Role][] = [
  [3, 'server'],
  [3, 'client'],
  [4, 'server'],
  [4, 'client'],
  [5, 'server'],
  [5, 'client'],
];

describe.each(streams)('version %i for a %s', (version, role) => {
  const packets: fc.Arbitrary<EncodablePacket> =
    role === 'server'
      ? fc.oneof(arbitraryPacket(version, role), arbitraryConnect(version))
      : arbitraryPacket(version, role);

  test('what is encoded decodes to the same, in the length that was announced', () => {
    fc.assert(
      fc.property(packets, (packet) => {
        const found = encodePacket(packet, version);
        expect(encodedLength(packet, version)).toBe(found.length);
        expect(decode(hex(found), version, role)).toEqual(packet);
      }),
      { numRuns: 300 },
    );
  });

  test('a frozen packet encodes: nothing of it is changed', () => {
    fc.assert(
      fc.property(packets, (packet) => {
        const before = structuredClone(packet);
        encodePacket(deepFreeze(packet), version);
        expect(packet).toEqual(before);
      }),
    );
  });
});

test('each call gives bytes of its own', () => {
  const packet: EncodablePacket = { type: 'puback', packetIdentifier: 1, reasonCode: 0, properties: {} };
  const first = encodePacket(packet, 4);
  first.fill(0);
  expect(hex(encodePacket(packet, 4))).toBe('40020001');
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    Object.values(value).forEach((each) => void deepFreeze(each));
    Object.freeze(value);
  }
  return value;
}
