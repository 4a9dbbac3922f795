import { findingAt, type Finding, type Repository } from '../repository.ts';
import { isCode, isTest, withoutComments } from '../source-code.ts';

/**
 * Nothing half done: no notes to oneself, no test alone or switched off, no silenced compiler. A test that cannot run
 * on this machine is skipped under a title that ends with the reason, `tls: openssl is not installed`.
 */
export function unfinishedWork(repository: Repository): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [file, text] of repository) {
    if (!isCode(file) || file.startsWith('tooling/tidy/')) continue;
    for (const match of text.matchAll(NOTE)) findings.push(findingAt(file, text, match.index, match[0]));
    if (!isTest(file)) continue;
    const code = withoutComments(text, { blankStrings: true });
    for (const match of code.matchAll(SWITCHED_OFF)) {
      const saysWhy = match[0].endsWith('.skip') && REASON.test(text.slice(match.index + match[0].length));
      if (!saysWhy) findings.push(findingAt(file, text, match.index, match[0]));
    }
  }
  return findings;
}

const NOTE = /\b(?:TODO|FIXME|XXX|HACK)\b|@ts-(?:ignore|nocheck)\b/g;
// An opening parenthesis and a title with a colon.
const REASON = /^\(\s*(['"`])(?:(?!\1).)*: /;
const SWITCHED_OFF = /\b(?:test|it|describe|suite|bench)(?:\.\w+)*\.(?:skip|only|todo|fails)\b|\bdebugger\b/g;
