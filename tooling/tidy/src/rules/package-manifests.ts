import type { Finding, Repository } from '../repository.ts';

/** Every package that is published says the same things in the same way, and has a README. */
export function packageManifests(repository: Repository): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [file, text] of repository) {
    const folder = /^packages\/([^/]+)\/package\.json$/.exec(file)?.[1];
    if (folder === undefined) continue;
    if (!repository.has(`packages/${folder}/README.md`)) findings.push({ file, message: 'has no README.md beside it' });
    const manifest: Readonly<Record<string, unknown>> = JSON.parse(text);
    const expected: Readonly<Record<string, unknown>> = {
      name: `@skua/${folder}`,
      license: 'Apache-2.0',
      type: 'module',
      sideEffects: false,
      engines: { node: '>=20.19' },
    };
    for (const [field, value] of Object.entries(expected)) {
      if (JSON.stringify(manifest[field]) !== JSON.stringify(value)) {
        findings.push({ file, message: `${field} has to be ${JSON.stringify(value)}` });
      }
    }
    for (const field of ['description', 'repository', 'exports', 'files']) {
      if (manifest[field] === undefined) findings.push({ file, message: `${field} is missing` });
    }
  }
  return findings;
}
