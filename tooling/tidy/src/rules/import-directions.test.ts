import { describe, expect, test } from 'vitest';
import { importDirections } from './import-directions.ts';

const findings = (files: Readonly<Record<string, string>>): readonly string[] =>
  importDirections(new Map(Object.entries(files))).map(({ message }) => message);

const manifest = (...names: readonly string[]): string =>
  JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, '1.0.0'])) });

describe('sources', () => {
  const inCodec = (source: string): readonly string[] =>
    findings({ 'packages/codec/package.json': manifest('@skua/topics'), 'packages/codec/src/packets/a.ts': source });

  test('what the table allows passes', () => {
    expect(inCodec("import { a } from '@skua/topics';\nimport { b } from '../b.ts';")).toEqual([]);
  });

  test('an import against the direction', () => {
    expect(inCodec("import { Sender } from '@skua/session';")).toEqual(['may not import @skua/session']);
    expect(inCodec("import { Sender } from '@skua/session/deep';")).toEqual(['may not import @skua/session']);
  });

  test('an import that leaves the package', () => {
    expect(inCodec("import { a } from '../../../topics/src/a.ts';")).toEqual([
      '../../../topics/src/a.ts leaves the package',
    ]);
  });

  test('Node.js in a package for any runtime', () => {
    expect(inCodec("import fs from 'node:fs';")).toEqual(['node:fs in a package for any runtime']);
  });

  test('a dependency that is not declared', () => {
    expect(inCodec("import x from 'left-pad';")).toEqual(['left-pad is not among the dependencies']);
  });

  test('a value where only types may be used', () => {
    const inStore = (source: string): readonly string[] =>
      findings({ 'packages/store/package.json': manifest('@skua/broker'), 'packages/store/src/a.ts': source });
    expect(inStore("import type { JournalEntry } from '@skua/broker';")).toEqual([]);
    expect(inStore("import { Broker } from '@skua/broker';")).toEqual(['may import only types from @skua/broker']);
  });

  test('tests may import what they like', () => {
    expect(findings({ 'packages/codec/src/a.test.ts': "import 'node:fs';" })).toEqual([]);
  });
});

test('manifests', () => {
  expect(findings({ 'packages/topics/package.json': manifest('@skua/codec') })).toEqual([
    'may not depend on @skua/codec',
  ]);
});

test('a package without a row', () => {
  expect(findings({ 'packages/novel/package.json': '{}' })).toEqual(['packages/novel has no row in the layer table']);
});
