import { findingAt, type Finding, type Repository } from '../repository.ts';
import { isShippedSource } from '../source-code.ts';

/**
 * Every exported declaration has a docstring. So has every public method of a class that users of the package get,
 * unless the class implements an interface, which is where its methods are described.
 */
export function docstrings(repository: Repository): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [file, text] of repository) {
    if (!isShippedSource(file) || file.startsWith('apps/')) continue;
    const index = repository.get(file.replace(/\/src\/.*/, '/src/index.ts')) ?? '';
    for (const { name, offset } of [...undocumented(text, EXPORT), ...undocumentedMethods(text, index)]) {
      findings.push(findingAt(file, text, offset, `${name} has no docstring`));
    }
  }
  return findings;
}

interface Declaration {
  readonly name: string;
  readonly offset: number;
}

// The overloads of a function are documented once, before the first.
function undocumented(text: string, pattern: RegExp, from = 0): readonly Declaration[] {
  const seen = new Set<string>();
  const declarations: Declaration[] = [];
  for (const match of text.matchAll(pattern)) {
    const name = match[1] ?? '';
    const documented = /\*\/\s*$/.test(text.slice(0, match.index));
    if (!documented && !seen.has(name)) declarations.push({ name, offset: from + match.index });
    seen.add(name);
  }
  return declarations;
}

// A class ends at the first line that is a closing brace alone: the formatter sees to it.
function undocumentedMethods(text: string, index: string): readonly Declaration[] {
  return [...text.matchAll(EXPORTED_CLASS)]
    .filter((match) => new RegExp(`\\b${match[1] ?? ''}\\b`).test(index))
    .flatMap((match) => undocumented(match[0], METHOD, match.index));
}

const EXPORT =
  /^export (?:declare )?(?:abstract class|class|(?:async )?function\*?|const enum|const|let|interface|type|enum) ([\w$]+)/gm;
const EXPORTED_CLASS = /^export (?:abstract )?class (\w+)(?![^{]*\bimplements\b)[\s\S]*?^\}/gm;
const METHOD =
  /^ {2}(?!constructor\b|private |protected |override |#)(?:(?:static|async|get|set|abstract) )*\*?([a-z][\w$]*)(?=[<(])/gm;
