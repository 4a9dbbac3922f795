import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readStamp, STAMP_BYTES, writeStamp } from './message-stamp.ts';
import { Pacer } from './pacer.ts';
import { SequenceCheck } from './sequence-check.ts';
import { compileTemplate } from './text-template.ts';

test('messages that are missing between others are counted, of each sender', () => {
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(fc.nat(50), { minLength: 1 }), { minLength: 1, maxLength: 4 }), (senders) => {
      const check = new SequenceCheck();
      let expected = 0;
      senders.forEach((numbers, client) => {
        const sorted = numbers.toSorted((a, b) => a - b);
        expected += sorted.at(-1)! - sorted[0]! + 1 - sorted.length;
        for (const number of sorted) check.add({ run: 1, client, number, sentAt: 0 });
      });
      expect(check.missing).toBe(expected);
      expect(check.repeated).toBe(0);
    }),
  );
});

test('one that comes late is missing no longer, one that comes twice is repeated', () => {
  const check = new SequenceCheck();
  for (const number of [0, 1, 3, 2, 3]) check.add({ run: 1, client: 1, number, sentAt: 0 });
  expect([check.missing, check.repeated]).toEqual([0, 1]);
});

test('stamps are read as they were written, and only stamps', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.nat(),
      fc.nat(),
      fc.double({ noNaN: true }),
      fc.nat(20),
      (run, client, number, sentAt, more) => {
        const payload = new Uint8Array(STAMP_BYTES + more);
        expect(readStamp(payload)).toBeUndefined();
        writeStamp(payload, { run, client, number, sentAt });
        expect(readStamp(payload)).toEqual({ run, client, number, sentAt });
        expect(readStamp(payload.subarray(0, STAMP_BYTES - 1))).toBeUndefined();
      },
    ),
  );
});

test('a pacer reaches its rate along the ramp and never takes a message back', () => {
  const pacer = new Pacer(100, 10);
  expect([0, 5, 10, 11, 20].map((seconds) => pacer.due(seconds))).toEqual([0, 125, 500, 600, 1500]);
  expect(new Pacer(100, 0).due(2)).toBe(200);
  expect(new Pacer(Number.POSITIVE_INFINITY, 5).due(0)).toBe(Number.POSITIVE_INFINITY);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 100, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true }), (a, b) => {
      expect(pacer.due(Math.max(a, b))).toBeGreaterThanOrEqual(pacer.due(Math.min(a, b)));
    }),
  );
});

test('templates', () => {
  const values = { client: 3, message: 7, random: () => 0.5 };
  expect(compileTemplate('-m', 'a%c/%i %r%%')(values)).toBe('a3/7 500000%');
  expect(compileTemplate('-m', '%n')(values)).toMatch(/^\d{13}$/);
  expect(() => compileTemplate('-m', 'a%z')).toThrow('-m: found "%z"; allowed: %c %i %n %r %u %%.');
  expect(() => compileTemplate('-m', 'a%')).toThrow('found "%"');
});
