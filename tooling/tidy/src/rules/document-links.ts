import { posix } from 'node:path';
import { findingAt, type Finding, type Repository } from '../repository.ts';

/** Every relative link in a document leads to a file or folder that exists, and its `#anchor` to a heading there. */
export function documentLinks(repository: Repository): readonly Finding[] {
  const folders = new Set([...repository.keys()].flatMap(foldersOf));
  const findings: Finding[] = [];
  for (const [file, text] of repository) {
    if (!file.endsWith('.md')) continue;
    const prose = text.replace(CODE, (code) => code.replace(/[^\n]/g, ' '));
    for (const match of prose.matchAll(LINK)) {
      const link = match[1] ?? match[2] ?? '';
      if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(link)) continue;
      const [path = '', anchor] = link.split('#', 2);
      const target = path === '' ? file : posix.normalize(posix.join(posix.dirname(file), path)).replace(/\/$/, '');
      const content = repository.get(target);
      if (content === undefined && !folders.has(target)) {
        findings.push(findingAt(file, text, match.index, `${link} leads nowhere`));
      } else if (anchor !== undefined && content !== undefined && !anchorsOf(content).has(anchor)) {
        findings.push(findingAt(file, text, match.index, `${link}: no such heading`));
      }
    }
  }
  return findings;
}

function foldersOf(file: string): readonly string[] {
  const segments = file.split('/');
  return segments.map((_, index) => segments.slice(0, index).join('/'));
}

// The way GitHub makes anchors of headings.
function anchorsOf(document: string): ReadonlySet<string> {
  return new Set(
    [...document.matchAll(/^#{1,6} +(.+)$/gm)].map((match) =>
      (match[1] ?? '')
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replace(/[^\p{Letter}\p{Number}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  );
}

const CODE = /^(`{3,})[\s\S]*?^\1|`[^`\n]*`/gm;
const LINK = /\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s+<?([^\s>]+)>?/gm;
