import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { PacketReaderOptions, ProtocolVersion, Role } from '../src/index.ts';
import { arbitraryStream } from './arbitrary-packet.ts';
import { cutAt, cuts, encodeAll, pushThenRead, readAll, type Reading } from './read-all.ts';

// Thousands of runs take seconds, and many of them on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const CASES: readonly (readonly [ProtocolVersion, Role])[] = [3, 4, 5].flatMap((version) =>
  (['server', 'client'] as const).map((role) => [version === 3 ? 3 : version === 4 ? 4 : 5, role] as const),
);

describe.each(CASES)('version %i, %s', (version, role) => {
  const options: PacketReaderOptions = { role, protocolVersion: role === 'client' ? version : undefined };

  test('any cutting of a right stream gives the same packets', () => {
    fc.assert(
      fc.property(arbitraryStream(version, role), cuts, (packets, places) => {
        const bytes = encodeAll(packets, version);
        const whole = readAll(options, [bytes]);
        expect(whole.error).toBeUndefined();
        expect(whole.packets.length).toBe(packets.length);
        const parts = cutAt(bytes, places);
        expect(readAll(options, parts)).toEqual(whole);
        expect(pushThenRead(options, parts)).toEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  test('any cutting of a damaged stream gives the same packets and the same error', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(arbitraryStream(version, role), damage, cuts, (packets, edits, places) => {
        const bytes = encodeAll(packets, version);
        for (const [place, value] of edits) bytes[place % bytes.length] = value;
        const whole = readAll(options, [bytes]);
        const parts = cutAt(bytes, places);
        expect(readAll(options, parts)).toEqual(whole);
        expectPrefix(pushThenRead(options, parts), whole);
      }),
      { numRuns: 500 },
    );
  });

  test('every single place to cut, and byte by byte', () => {
    const [packets] = fc.sample(arbitraryStream(version, role), { seed: 20_190_307, numRuns: 1 });
    const bytes = encodeAll(packets ?? [], version);
    const whole = readAll(options, [bytes]);
    for (let place = 0; place <= bytes.length; place += 1) {
      expect(readAll(options, cutAt(bytes, [place])), `cut at ${place}`).toEqual(whole);
    }
    const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect(readAll(options, single)).toEqual(whole);
    expect(pushThenRead(options, single)).toEqual(whole);
  });
});

/** A reader that finds an error while it is being filled may stop before it gave the packets before it. */
function expectPrefix(actual: Reading, whole: Reading): void {
  expect(actual.error).toBe(whole.error);
  if (whole.error === undefined) expect(actual.packets).toEqual(whole.packets);
  else expect(whole.packets.slice(0, actual.packets.length)).toEqual(actual.packets);
}
