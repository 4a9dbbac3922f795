import { expect, test } from 'vitest';
import { fileNames } from './file-names.ts';

const count = (file: string): number => fileNames(new Map([[file, '']])).length;

test.each([
  'packages/codec/src/packetReader.ts',
  'packages/codec/src/Packet/reader.ts',
  'packages/codec/src/snake_case.test.ts',
  'packages/codec/src/utils.ts',
  'apps/broker/src/types.ts',
  'tooling/tidy/src/helpers.test.ts',
])('%s is refused', (file) => {
  expect(count(file)).toBe(1);
});

test.each([
  'packages/codec/src/packet-reader.test.ts',
  'packages/codec/README.md',
  'LICENSE',
  'packages/conformance/src/5.0/section-4.ts',
  'apps/broker/bin/skua-broker',
])('%s passes', (file) => {
  expect(count(file)).toBe(0);
});
