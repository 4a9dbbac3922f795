import type { Finding, Repository } from '../repository.ts';

/** Every changeset names packages that are published, says how far their versions rise, and tells users why. */
export function changesets(repository: Repository): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [file, text] of repository) {
    if (!/^\.changeset\/(?!README\.md).*\.md$/.test(file)) continue;
    const parts = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text);
    if (parts === null) {
      findings.push({ file, message: 'does not begin with packages between two lines of ---' });
      continue;
    }
    const [, header = '', summary = ''] = parts;
    if (summary.trim() === '') findings.push({ file, message: 'says nothing to users' });
    for (const line of header.split('\n')) {
      const release = /^['"](@skua\/([a-z-]+))['"]: (?:major|minor|patch)$/.exec(line);
      if (release === null) findings.push({ file, message: `cannot be read: ${line}` });
      else if (!isPublished(repository, release[2] ?? ''))
        findings.push({ file, message: `${release[1]} is not published` });
    }
  }
  return findings;
}

function isPublished(repository: Repository, folder: string): boolean {
  const manifest = repository.get(`packages/${folder}/package.json`);
  return manifest !== undefined && !/"private": true/.test(manifest);
}
