import type { Finding, Repository } from '../repository.ts';
import { isCode, isTest } from '../source-code.ts';

const SOURCE_LINES_MAX = 500;
const TEST_LINES_MAX = 800;

/** A file that no longer fits in the head is split by concept. */
export function fileLength(repository: Repository): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [file, text] of repository) {
    if (!isCode(file)) continue;
    const lines = text.split('\n').length - 1;
    const max = isTest(file) ? TEST_LINES_MAX : SOURCE_LINES_MAX;
    if (lines > max) findings.push({ file, message: `has ${lines} lines, at most ${max} are allowed` });
  }
  return findings;
}
