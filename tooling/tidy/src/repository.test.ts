import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import statements from '../statements.json' with { type: 'json' };
import { readRepository, type Rule } from './repository.ts';
import { changesets } from './rules/changesets.ts';
import { citedStatements } from './rules/cited-statements.ts';
import { docstrings } from './rules/docstrings.ts';
import { documentLinks } from './rules/document-links.ts';
import { fileLength } from './rules/file-length.ts';
import { fileNames } from './rules/file-names.ts';
import { forbiddenWords } from './rules/forbidden-words.ts';
import { importDirections } from './rules/import-directions.ts';
import { packageManifests } from './rules/package-manifests.ts';
import { protocolVersion } from './rules/protocol-version.ts';
import { purePackages } from './rules/pure-packages.ts';
import { unfinishedWork } from './rules/unfinished-work.ts';

const repository = readRepository(fileURLToPath(new URL('../../..', import.meta.url)));

const RULES: Readonly<Record<string, Rule>> = {
  'imports go one way': importDirections,
  'pure packages are pure': purePackages,
  'only packets test the protocol version': protocolVersion,
  'cited statements exist': (files) => citedStatements(files, statements),
  'exports have docstrings': docstrings,
  'files are named well': fileNames,
  'files are short': fileLength,
  'nothing is half done': unfinishedWork,
  'no word of one machine': forbiddenWords,
  'links lead somewhere': documentLinks,
  'changesets can be released': changesets,
  'manifests are alike': packageManifests,
};

test('the repository is read', () => {
  expect(repository.size).toBeGreaterThan(100);
});

test.each(Object.entries(RULES))('%s', (_name, rule) => {
  const findings = rule(repository).map(
    ({ file, line, message }) => `${file}${line === undefined ? '' : `:${line}`}: ${message}`,
  );
  expect(findings, findings.join('\n')).toEqual([]);
});
