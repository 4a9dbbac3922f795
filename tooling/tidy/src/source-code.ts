/** True for the code that users of a package get: under src/ of a package or program and not a test. */
export function isShippedSource(path: string): boolean {
  return /^(?:packages|apps)\/[^/]+\/src\/.*\.ts$/.test(path) && !isTest(path);
}

/** True for a test, wherever it lies. */
export function isTest(path: string): boolean {
  return /\.(?:test|bench)\.(?:ts|mjs)$/.test(path) || /\/test\//.test(path);
}

/** True for a file of TypeScript or JavaScript. */
export function isCode(path: string): boolean {
  return /\.(?:ts|mts|js|mjs)$/.test(path);
}

/**
 * The code of a file with every comment blanked, and on request the insides of strings and regular
 * expressions as well. Offsets and line
 * numbers stay as they were. Code inside a template literal's `${}` counts as string.
 */
export function withoutComments(text: string, options: { blankStrings?: boolean } = {}): string {
  return text.replace(TOKEN, (token: string, before: string | undefined) => {
    if (token.startsWith('//') || token.startsWith('/*')) return blank(token);
    if (options.blankStrings !== true) return token;
    return before === undefined
      ? token.charAt(0) + blank(token.slice(1, -1)) + token.charAt(0)
      : before + blank(token.slice(before.length));
  });
}

/** One import or re-export of a file. */
export interface Import {
  readonly specifier: string;
  /** True when nothing of it is left at run time. */
  readonly typeOnly: boolean;
  readonly offset: number;
}

/** Every static and dynamic import and re-export in a file's text. */
export function importsOf(text: string): readonly Import[] {
  const code = withoutComments(text);
  const imports: Import[] = [];
  for (const match of code.matchAll(STATIC_IMPORT)) {
    const [, clause = '', specifier = ''] = match;
    imports.push({ specifier, typeOnly: isTypeOnly(clause), offset: match.index });
  }
  for (const match of code.matchAll(DYNAMIC_IMPORT)) {
    imports.push({ specifier: match[1] ?? '', typeOnly: false, offset: match.index });
  }
  return imports;
}

function isTypeOnly(clause: string): boolean {
  if (/^\s*type\b(?!\s*,|\s+from\b)/.test(clause)) return true;
  const named = /^\s*\{([^}]*)\}\s*$/.exec(clause.replace(/\bfrom\s*$/, ''));
  if (named === null) return false;
  const names = (named[1] ?? '').split(',').filter((name) => name.trim() !== '');
  return names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

// Comments, strings, and regular expressions (told from a division by what stands before them), whichever comes first.
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`|([=(,:[!&|?{};]\s*|\breturn\s+)\/(?![/*])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//g;
const STATIC_IMPORT = /^[ \t]*(?:import|export)\b((?:[^'";=(]*?\bfrom)?)\s*['"]([^'"]+)['"]/gm;
const DYNAMIC_IMPORT = /\bimport\s*\(\s*['"]([^'"]+)['"]/g;
