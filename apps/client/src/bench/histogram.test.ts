import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from './histogram.ts';

test('percentiles are those of the sorted list, to 1.6 %', () => {
  const durations = fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(durations, fc.constantFrom(0.5, 0.9, 0.99, 1), (list, share) => {
      const histogram = new Histogram();
      for (const duration of list) histogram.record(duration);
      const exact = list.toSorted((a, b) => a - b)[Math.ceil(share * list.length) - 1]!;
      expect(histogram.percentile(share)).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
      expect(histogram.percentile(share)).toBeLessThanOrEqual(exact * 1.016 + 0.001);
    }),
  );
});

test('two that are added are as one', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100_000)), fc.array(fc.nat(100_000)), (first, second) => {
      const [left, right, all] = [new Histogram(), new Histogram(), new Histogram()];
      for (const value of first) left.record(value / 100);
      for (const value of second) right.record(value / 100);
      for (const value of [...first, ...second]) all.record(value / 100);
      left.add(right);
      const rounded = (histogram: Histogram) =>
        JSON.stringify(histogram.percentiles(), (_, value: unknown) =>
          typeof value === 'number' ? Number(value.toPrecision(9)) : value,
        );
      expect(rounded(left)).toBe(rounded(all));
    }),
  );
});

test('ranges, and nothing at all', () => {
  const histogram = new Histogram();
  expect(histogram.percentiles()).toBeUndefined();
  expect(histogram.percentile(0.5)).toBe(0);
  for (const value of [0.4, 0.5, 5, 5000]) histogram.record(value);
  expect(histogram.ranges([1, 10, 100])).toEqual([2, 1, 0, 1]);
  histogram.record(-3);
  expect(histogram.percentiles()?.min).toBe(0);
  histogram.clear();
  expect(histogram.count).toBe(0);
});
