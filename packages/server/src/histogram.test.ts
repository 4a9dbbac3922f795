import { expect, test } from 'vitest';
import { Histogram } from './histogram.ts';

test('a value is counted in the first bucket whose bound it does not exceed', () => {
  const histogram = new Histogram([1, 10]);
  for (const value of [0, 1, 1.5, 10, 11, 500]) histogram.observe(value);
  expect(histogram.snapshot()).toEqual({ bounds: [1, 10], counts: [2, 2, 2], count: 6, sum: 523.5, max: 500 });
});
