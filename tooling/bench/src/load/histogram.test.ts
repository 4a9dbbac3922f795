import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Histogram } from './histogram.ts';

const VALUES = fc.array(fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 0x7fffffff })), { minLength: 1, maxLength: 200 });

it('gives the percentile of the sorted values, within a bucket above them', () => {
  fc.assert(
    fc.property(VALUES, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
      const histogram = new Histogram();
      for (const value of values) histogram.record(value);
      const sorted = values.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(1, Math.ceil(values.length * share)) - 1] ?? NaN;
      const found = histogram.percentile(share);
      expect(found).toBeGreaterThanOrEqual(exact);
      expect(found - exact).toBeLessThanOrEqual(exact < 128 ? 0 : exact / 64);
      expect(found).toBeLessThanOrEqual(histogram.maximum);
    }),
  );
});

it('counts, keeps the exact maximum, and forgets', () => {
  fc.assert(
    fc.property(VALUES, (values) => {
      const histogram = new Histogram();
      for (const value of values) histogram.record(value);
      expect(histogram.total).toBe(values.length);
      expect(histogram.maximum).toBe(Math.max(...values));
      histogram.clear();
      expect([histogram.total, histogram.maximum, histogram.percentile(0.5)]).toEqual([0, 0, 0]);
    }),
  );
});

it('moves what is out of range to its ends', () => {
  const histogram = new Histogram();
  histogram.record(-5);
  histogram.record(2 ** 40);
  expect(histogram.percentile(0)).toBe(0);
  expect(histogram.percentile(1)).toBe(0x7fffffff);
});
