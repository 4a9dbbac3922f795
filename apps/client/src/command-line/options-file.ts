import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Option } from './option.ts';
import { parseOptions } from './parse-options.ts';
import { UsageError } from './usage-error.ts';

/**
 * Applies the options of a file: `-o FILE` of the command line, or the defaults in `$XDG_CONFIG_HOME` or `~/.config`, of
 * which `skua_<command>` comes before `mosquitto_<command>`. One option a line, its values after it; a line that begins
 * with `#` is a comment.
 *
 * @throws {UsageError} for a wrong line, and when the file of `-o` cannot be read.
 */
export function applyOptionsFile<S>(
  command: string,
  argv: readonly string[],
  options: readonly Option<S>[],
  settings: S,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const named = namedFile(argv);
  if (named !== undefined) {
    applyLines(named, readNamed(named), options, settings);
    return;
  }
  const folder = environment['XDG_CONFIG_HOME'] ?? join(environment['HOME'] ?? '', '.config');
  for (const program of ['skua', 'mosquitto']) {
    const path = join(folder, `${program}_${command}`);
    const text = readOptional(path);
    if (text !== undefined) {
      applyLines(path, text, options, settings);
      return;
    }
  }
}

function namedFile(argv: readonly string[]): string | undefined {
  const places = argv.flatMap((word, index) => (NAMES.has(word) ? [index] : []));
  const [place, second] = places;
  if (place === undefined) return undefined;
  // A value that looks like -o is not one: -m -o. Only a doubt stops here.
  if (second !== undefined && second !== place + 1) throw new UsageError('-o was given twice; one file is read.');
  const path = argv[place + 1];
  if (path === undefined) throw new UsageError('-o needs FILE after it.');
  return path;
}

function readNamed(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`The options file ${path} cannot be read: ${error instanceof Error ? error.message : ''}.`);
  }
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function applyLines<S>(path: string, text: string, options: readonly Option<S>[], settings: S): void {
  text.split('\n').forEach((raw, index) => {
    const line = raw.replace(/\r+$/, '');
    if (line.startsWith('#') || line.trim() === '') return;
    const words = lineWords(line, options);
    try {
      const rest = parseOptions(words, options, settings);
      if (rest.length > 0) throw new UsageError(`found "${rest[0]}"; allowed: an option and its value.`);
    } catch (error) {
      if (error instanceof UsageError) throw new UsageError(`${path}, line ${index + 1}: ${error.message}`);
      throw error;
    }
  });
}

/** The option, and the rest of the line as its value, so that a value may have blanks; several values are blank-separated. */
function lineWords<S>(line: string, options: readonly Option<S>[]): readonly string[] {
  const [, name = '', rest = ''] = /^\s*(\S+)(?: (.*))?$/.exec(line) ?? [];
  if (rest === '') return [name];
  const option = options.find((candidate) => candidate.names.includes(name));
  if (option === undefined) return [name, rest];
  const count = option.count?.(rest.split(' ')) ?? option.values.length;
  const words: string[] = [];
  let left = rest;
  for (let taken = 1; taken < count && left.includes(' '); taken++) {
    const blank = left.indexOf(' ');
    words.push(left.slice(0, blank));
    left = left.slice(blank + 1);
  }
  return [name, ...words, left];
}

const NAMES: ReadonlySet<string> = new Set(['-o', '--options-file']);
