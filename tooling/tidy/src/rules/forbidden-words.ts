import { findingAt, type Finding, type Repository } from '../repository.ts';

/** Nothing that is true on one machine only: its paths, and the host that packages happened to come from. */
export function forbiddenWords(repository: Repository): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [file, text] of repository) {
    if (file.startsWith('tooling/tidy/')) continue;
    for (const match of text.matchAll(FORBIDDEN)) findings.push(findingAt(file, text, match.index, match[0]));
  }
  return findings;
}

const FORBIDDEN =
  /(?<![\w.-])\/(?:work|root)\/|\/tmp\/skua\b|\bregistry\.(?:npmjs\.org|yarnpkg\.com)|\bnpm\.jsr\.io|\bdeb\.debian\.org/g;
