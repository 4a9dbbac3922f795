import { expect, test } from 'vitest';
import { packageManifests } from './package-manifests.ts';

const GOOD = {
  name: '@skua/codec',
  description: 'Packets',
  license: 'Apache-2.0',
  repository: {},
  type: 'module',
  sideEffects: false,
  exports: {},
  files: [],
  engines: { node: '>=20.19' },
};
const findings = (
  manifest: object,
  files: Readonly<Record<string, string>> = { 'packages/codec/README.md': '' },
): readonly string[] =>
  packageManifests(new Map(Object.entries({ 'packages/codec/package.json': JSON.stringify(manifest), ...files }))).map(
    ({ message }) => message,
  );

test('a whole manifest passes', () => {
  expect(findings(GOOD)).toEqual([]);
});

test.each(Object.keys(GOOD))('%s is needed', (field) => {
  expect(findings({ ...GOOD, [field]: undefined })).toHaveLength(1);
});

test('a value that differs', () => {
  expect(findings({ ...GOOD, sideEffects: true })).toEqual(['sideEffects has to be false']);
});

test('a README', () => {
  expect(findings(GOOD, {})).toEqual(['has no README.md beside it']);
});
