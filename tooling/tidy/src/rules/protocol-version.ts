import { findingAt, type Finding, type Repository } from '../repository.ts';
import { isShippedSource, withoutComments } from '../source-code.ts';

/**
 * Only the packets' encoders and decoders test the protocol version. Elsewhere the packet model is version-free, and
 * where the versions behave differently a VersionRules value is asked; version-rules.ts is where it is chosen.
 */
export function protocolVersion(repository: Repository): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [file, text] of repository) {
    if (!isShippedSource(file) || ALLOWED.some((pattern) => pattern.test(file))) continue;
    const code = withoutComments(text, { blankStrings: true });
    for (const match of code.matchAll(VERSION_TEST)) {
      findings.push(findingAt(file, text, match.index, `tests the protocol version: ${match[0].trim()}`));
    }
  }
  return findings;
}

const ALLOWED: readonly RegExp[] = [
  /^packages\/codec\/src\/packets\//,
  /^packages\/session\/src\/version-rules\.ts$/,
  // The suite's very subject is what each version demands.
  /^packages\/conformance\//,
  /^apps\//,
];
const COMPARISON = String.raw`(?:[=!]==?|[<>]=?)`;
const VERSION_TEST = new RegExp(
  [
    String.raw`\b\w*[vV]ersion\s*${COMPARISON}\s*(?!undefined\b|null\b|=)[\w.]+`,
    String.raw`\b(?:[345]|ProtocolVersion\.\w+)\s*${COMPARISON}\s*[\w.]*[vV]ersion\b`,
    String.raw`\bswitch\s*\([\w.]*[vV]ersion\)`,
    String.raw`\bcase\s+ProtocolVersion\.\w+`,
  ].join('|'),
  'g',
);
