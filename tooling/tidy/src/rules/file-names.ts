import type { Finding, Repository } from '../repository.ts';
import { isCode } from '../source-code.ts';

/** Files and folders are kebab-case (a folder may be named for a version, 5.0), and code is named for what it holds. */
export function fileNames(repository: Repository): readonly Finding[] {
  const findings: Finding[] = [];
  for (const file of repository.keys()) {
    if (!/^(?:packages|apps|tooling)\//.test(file)) continue;
    const segments = file.split('/');
    const name = segments.at(-1) ?? '';
    const wrong = segments.slice(0, -1).find((segment) => !KEBAB_CASE.test(segment) && !VERSION.test(segment));
    if (wrong !== undefined) findings.push({ file, message: `the folder ${wrong} is not kebab-case` });
    if (
      !CONVENTIONAL.has(name) &&
      !name
        .replace(/^\./, '')
        .split('.')
        .every((part) => KEBAB_CASE.test(part))
    ) {
      findings.push({ file, message: 'is not kebab-case' });
    }
    if (isCode(file) && HOMELESS.has(name.split('.')[0] ?? '')) {
      findings.push({ file, message: 'says nothing of what is in it' });
    }
  }
  return findings;
}

const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const VERSION = /^\d+(?:\.\d+)+$/;
const CONVENTIONAL: ReadonlySet<string> = new Set(['README.md', 'CHANGELOG.md', 'LICENSE', 'NOTICE']);
const HOMELESS: ReadonlySet<string> = new Set([
  'util',
  'utils',
  'type',
  'types',
  'common',
  'helper',
  'helpers',
  'misc',
]);
