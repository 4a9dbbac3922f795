import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { PacketIdentifiers } from './packet-identifiers.ts';

function allocateMany(identifiers: PacketIdentifiers, count: number): (number | undefined)[] {
  return Array.from({ length: count }, () => identifiers.allocate());
}

describe('PacketIdentifiers', () => {
  test('starts at 1 and counts', () => {
    expect(allocateMany(new PacketIdentifiers(), 3)).toEqual([1, 2, 3]);
  });

  test('gives out all 65,535 once, then none, then the one that is freed', () => {
    const identifiers = new PacketIdentifiers();
    const all = allocateMany(identifiers, 65_535);
    expect(new Set(all).size).toBe(65_535);
    expect(all.every((identifier = 0) => identifier >= 1 && identifier <= 65_535)).toBe(true);
    expect(identifiers.isExhausted).toBe(true);
    expect(identifiers.allocate()).toBeUndefined();
    identifiers.release(4711);
    expect(identifiers.isExhausted).toBe(false);
    expect(identifiers.allocate()).toBe(4711);
    expect(identifiers.allocate()).toBeUndefined();
  });

  test('walks through all 65,535 when one at a time is in use, and never gives 0', () => {
    const identifiers = new PacketIdentifiers();
    const seen: (number | undefined)[] = [];
    for (let round = 0; round < 65_537; round += 1) {
      const identifier = identifiers.allocate() ?? 0;
      seen.push(identifier);
      identifiers.release(identifier);
    }
    expect(new Set(seen).size).toBe(65_535);
    expect(seen.slice(65_533)).toEqual([65_534, 65_535, 1, 2]);
  });

  test('does not reuse an identifier before 64 others were given out', () => {
    const identifiers = new PacketIdentifiers();
    const [held] = allocateMany(identifiers, 1);
    const lastUse = new Map<number, number>();
    for (let turn = 0; turn < 1000; turn += 1) {
      const identifier = identifiers.allocate() ?? 0;
      expect(identifier).not.toBe(held);
      expect(turn - (lastUse.get(identifier) ?? -1000)).toBeGreaterThan(64);
      lastUse.set(identifier, turn);
      identifiers.release(identifier);
    }
    // One delivery that is never acknowledged does not make the memory grow: the others are taken in turn.
    expect(lastUse.size).toBeLessThan(70);
  });

  test.each([0, 65_536, -1, 7, Number.NaN])('refuses to release %s, which is certainly not in use', (identifier) => {
    const identifiers = new PacketIdentifiers();
    allocateMany(identifiers, 3);
    expect(() => identifiers.release(identifier)).toThrow(RangeError);
    expect(identifiers.size).toBe(3);
  });

  test('refuses a release when nothing is in use', () => {
    const identifiers = new PacketIdentifiers();
    expect(() => identifiers.release(1)).toThrow(RangeError);
    identifiers.release(identifiers.allocate() ?? 0);
    expect(() => identifiers.release(1)).toThrow(RangeError);
  });

  test.each([[[0]], [[65_536]], [[1.5]], [[3, 3]]])('refuses to restore %j', (identifiers) => {
    expect(() => new PacketIdentifiers().restore(identifiers)).toThrow(RangeError);
  });

  test('refuses to restore while identifiers are in use', () => {
    const identifiers = new PacketIdentifiers();
    identifiers.allocate();
    expect(() => identifiers.restore([5])).toThrow('none is in use');
  });

  test('restores across the turn of the counter', () => {
    const identifiers = new PacketIdentifiers();
    identifiers.restore([2, 65_534, 1]);
    expect(identifiers.size).toBe(3);
    expect(allocateMany(identifiers, 2)).toEqual([3, 4]);
    identifiers.release(65_534);
    identifiers.release(1);
    identifiers.release(2);
    expect(identifiers.size).toBe(2);
  });

  test('goes on behind the last identifier of a restored session', () => {
    const identifiers = new PacketIdentifiers();
    identifiers.restore([20, 10]);
    expect(identifiers.allocate()).toBe(21);
  });

  test('restores all 65,535', () => {
    const identifiers = new PacketIdentifiers();
    identifiers.restore(Array.from({ length: 65_535 }, (_, index) => index + 1));
    expect(identifiers.allocate()).toBeUndefined();
    identifiers.release(9);
    expect(identifiers.allocate()).toBe(9);
  });

  test(
    'never doubles an identifier, always finds one if there is one (property, against a set)',
    { timeout: 60_000 },
    () => {
      const starts = fc.uniqueArray(
        fc.oneof(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 65_400, max: 65_535 })),
        {
          maxLength: 40,
        },
      );
      // A number is the index of the one to release, `bursts` are allocations.
      const steps = fc.array(
        fc.oneof(fc.record({ allocate: fc.nat(120) }), fc.record({ release: fc.nat(120), pick: fc.nat() })),
      );
      fc.assert(
        fc.property(starts, steps, (restored, script) => {
          const identifiers = new PacketIdentifiers();
          identifiers.restore(restored);
          const inUse = new Set(restored);
          for (const step of script) {
            if ('allocate' in step) {
              for (let count = 0; count < step.allocate; count += 1) {
                const identifier = identifiers.allocate();
                expect(identifier).toBeDefined();
                expect(inUse.has(identifier ?? 0)).toBe(false);
                inUse.add(identifier ?? 0);
              }
            } else {
              for (let count = 0; count < step.release && inUse.size > 0; count += 1) {
                const identifier = [...inUse][step.pick % inUse.size] ?? 0;
                identifiers.release(identifier);
                inUse.delete(identifier);
              }
            }
            expect(identifiers.size).toBe(inUse.size);
            expect(Math.min(1, ...inUse)).toBe(1);
            expect(Math.max(65_535, ...inUse)).toBe(65_535);
          }
        }),
      );
    },
  );

  test('never doubles an identifier when nearly all are in use (property, against a set)', { timeout: 60_000 }, () => {
    const steps = fc.array(fc.record({ release: fc.nat(30), picks: fc.nat(), allocate: fc.nat(35) }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(steps, (script) => {
        const identifiers = new PacketIdentifiers();
        const inUse = new Set<number>();
        for (let count = 0; count < 65_530; count += 1) {
          inUse.add(identifiers.allocate() ?? 0);
        }
        for (const step of script) {
          for (let count = 0; count < step.release; count += 1) {
            const identifier = ((step.picks + count * 7919) % 65_535) + 1;
            if (inUse.delete(identifier)) {
              identifiers.release(identifier);
            }
          }
          for (let count = 0; count < step.allocate; count += 1) {
            const identifier = identifiers.allocate();
            expect(identifier === undefined).toBe(inUse.size === 65_535);
            if (identifier !== undefined) {
              expect(inUse.has(identifier)).toBe(false);
              inUse.add(identifier);
            }
          }
          expect(identifiers.size).toBe(inUse.size);
        }
      }),
      { numRuns: 20 },
    );
  });
});
