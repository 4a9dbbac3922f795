import { expect, test } from 'vitest';
import { fileLength } from './file-length.ts';

const count = (file: string, lines: number): number => fileLength(new Map([[file, 'x\n'.repeat(lines)]])).length;

test('the limits are exact, and higher for tests', () => {
  expect(count('packages/codec/src/a.ts', 500)).toBe(0);
  expect(count('packages/codec/src/a.ts', 501)).toBe(1);
  expect(count('packages/codec/src/a.test.ts', 800)).toBe(0);
  expect(count('packages/codec/src/a.test.ts', 801)).toBe(1);
  expect(count('packages/codec/README.md', 5000)).toBe(0);
});
