import { expect, test } from 'vitest';
import { CODEC_BROTLI_BYTES_MAX, codecSize } from './codec-size.ts';

test('decode plus encode fit the promised size', async () => {
  const { minified, brotli } = await codecSize();
  // A bundle that came out empty would fit as well.
  expect(minified).toBeGreaterThan(10_000);
  expect(brotli).toBeLessThanOrEqual(CODEC_BROTLI_BYTES_MAX);
});
