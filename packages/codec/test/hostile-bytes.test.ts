import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { PacketReader, type PacketReaderOptions, type ProtocolVersion, type Role } from '../src/index.ts';
import { arbitraryConnect, arbitraryPacket } from './arbitrary-packet.ts';
import { attempt, encodeAll, joined, readAll } from './read-all.ts';

// Thousands of runs take seconds, and many of them on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const READERS: readonly PacketReaderOptions[] = [
  { role: 'server' },
  ...([3, 4, 5] as const).flatMap((protocolVersion) =>
    (['server', 'client'] as const).map((role) => ({ role, protocolVersion })),
  ),
];

describe.each(READERS)('a reader with %o', (options) => {
  test('random bytes give packets or one of the two errors', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const reading = readAll(options, [bytes]);
        // The smallest packet has two bytes, so a reader that does not move on is found here.
        expect(reading.packets.length).toBeLessThanOrEqual(bytes.length / 2);
      }),
      { numRuns: 2000 },
    );
  });

  test('random bodies behind a right fixed header give packets or one of the two errors', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 100 }), (firstByte, body) => {
        readAll(options, [joined(Uint8Array.of(firstByte, body.length), body)]);
      }),
      { numRuns: 5000 },
    );
  });

  test('a reader that has failed stays failed with the same error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 60 }), fc.uint8Array({ maxLength: 20 }), (bytes, more) => {
        const reader = new PacketReader(options);
        const failed = attempt(() => drain(reader, bytes));
        expect(reader.failed).toBe(failed !== undefined);
        fc.pre(failed !== undefined);
        for (let round = 0; round < 3; round += 1) {
          // Whether push reports it as well is not said; that no packet ever comes again is.
          expect([undefined, failed]).toContain(attempt(() => reader.push(more)));
          expect(attempt(() => reader.next())).toBe(failed);
        }
      }),
    );
  });
});

const STREAMS: readonly (readonly [ProtocolVersion, Role])[] = [
  [3, 'server'],
  [3, 'client'],
  [4, 'server'],
  [4, 'client'],
  [5, 'server'],
  [5, 'client'],
];

describe.each(STREAMS)('version %i, %s', (version, role) => {
  const right =
    role === 'server'
      ? fc.oneof(arbitraryConnect(version), arbitraryPacket(version, role))
      : arbitraryPacket(version, role);

  test('a right packet with some bytes changed, inserted or removed gives packets or one of the two errors', () => {
    fc.assert(
      fc.property(right, fc.array(edit, { minLength: 1, maxLength: 4 }), (packet, edits) => {
        const bytes = Array.from(encodeAll([packet], version));
        for (const { place, remove, insert } of edits) bytes.splice(place % bytes.length, remove, ...insert);
        const isConnect = packet.type === 'connect';
        readAll({ role, protocolVersion: isConnect ? undefined : version }, [Uint8Array.from(bytes)]);
      }),
      { numRuns: 3000 },
    );
  });

  test('what follows a packet never changes what it is', () => {
    fc.assert(
      fc.property(
        right,
        fc.array(edit, { maxLength: 2 }),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        (packet, edits, rest) => {
          const bytes = encodeAll([packet], version);
          // Only bytes of the body change here: the Remaining Length stays honest and the packet stays complete.
          const header = bytes.length < 130 ? 2 : 3;
          for (const { place, insert } of edits) {
            const index = header + (place % Math.max(1, bytes.length - header));
            if (index < bytes.length) bytes[index] = insert[0] ?? 0xff;
          }
          const options = { role, protocolVersion: packet.type === 'connect' ? undefined : version };
          const alone = first(options, bytes);
          expect(first(options, joined(bytes, rest))).toBe(alone);
          expect(alone, 'the packet is complete').not.toBe('nothing');
        },
      ),
      { numRuns: 2000 },
    );
  });
});

const edit = fc.record({
  place: fc.nat(),
  remove: fc.integer({ min: 0, max: 2 }),
  insert: fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)), {
    maxLength: 3,
  }),
});

function drain(reader: PacketReader, bytes: Uint8Array): void {
  reader.push(bytes);
  while (reader.next() !== undefined);
}

/** The first packet or the first error. */
function first(options: PacketReaderOptions, bytes: Uint8Array): string {
  const reader = new PacketReader(options);
  let result = 'nothing';
  const error = attempt(() => {
    reader.push(bytes);
    result = JSON.stringify(reader.next() ?? 'nothing');
  });
  return error ?? result;
}
