import { expect, test } from 'vitest';
import { SlabPool } from './slab-pool.ts';

test('sizes are powers of two between 1 KiB and 256 KiB, and exact beyond', () => {
  const pool = new SlabPool(1_000_000);
  const sizes = [1, 1024, 1025, 2048, 2049, 40_000, 65_536, 262_145, 300_000];
  expect(sizes.map((size) => pool.take(size).length)).toEqual([
    1024, 1024, 2048, 2048, 4096, 65_536, 65_536, 262_145, 300_000,
  ]);
});

test('a slab that was given back is taken again, large ones are not kept', () => {
  const pool = new SlabPool(1_000_000);
  const slab = pool.take(5000);
  const large = pool.take(270_000);
  expect(pool.usedBytes).toBe(8192 + 270_000);
  pool.give(slab);
  pool.give(large);
  expect([pool.usedBytes, pool.pooledBytes]).toEqual([0, 8192]);
  expect(pool.take(1000)).not.toBe(slab);
  expect(pool.take(8000)).toBe(slab);
  expect(pool.pooledBytes).toBe(0);
});

test('the pool is bounded', () => {
  const pool = new SlabPool(3000);
  for (const slab of [1, 2, 3, 4].map(() => pool.take(1000))) pool.give(slab);
  expect([pool.usedBytes, pool.pooledBytes]).toEqual([0, 2048]);
});
