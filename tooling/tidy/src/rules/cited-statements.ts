import { findingAt, type Finding, type Repository } from '../repository.ts';

/** The identifiers of the normative statements, by version of the specification. */
export type Statements = Readonly<Record<'5.0' | '3.1.1', readonly string[]>>;

/**
 * Every statement that is cited exists: `MQTT-4.3.2-4` in 5.0, `v3 MQTT-4.3.2-2` in 3.1.1 (both versions use the same
 * numbers for different things), `U-2.2.2.2-1` and `v3 U-3.1.2.4-1` for the rules that the specifications do not number.
 */
export function citedStatements(repository: Repository, statements: Statements): readonly Finding[] {
  const known = new Set([...statements['5.0'], ...statements['3.1.1'].map((id) => `v3 ${id}`)]);
  const findings: Finding[] = [];
  for (const [file, text] of repository) {
    if (!/\.(?:ts|mts|js|mjs|json|md)$/.test(file) || EXEMPT.test(file)) continue;
    const list = statementList(text);
    for (const match of text.matchAll(CITATION)) {
      const exists =
        list === undefined ? known.has(match[0]) : list.some((id) => id.endsWith(match[0]) && known.has(id));
      if (!exists) findings.push(findingAt(file, text, match.index, `no statement ${match[0]}`));
    }
  }
  return findings;
}

// A list in JSON, by version, gives the identifiers bare: {"5.0": ["MQTT-4.3.2-4"], "3.1.1": ["MQTT-4.3.2-2"]}.
function statementList(text: string): readonly string[] | undefined {
  if (!/^\{\s*"(?:5\.0|3\.1\.1)":/.test(text)) return undefined;
  const list: Partial<Statements> = JSON.parse(text);
  return [...(list['5.0'] ?? []), ...(list['3.1.1'] ?? []).map((id) => `v3 ${id}`)];
}

const CITATION = /\b(?:v3 )?(?:MQTT|U)-\d+(?:\.\d+)*-\d+\b|(?<=\[)(?:v3 )?(?:MQTT|U)-\d[^\]\s,;]*/g;
// The list itself, and this rule's own test.
const EXEMPT = /^tooling\/tidy\/(?:statements\.json|src\/rules\/cited-statements\.(?:test\.)?ts)$/;
