import { readFileSync } from 'node:fs';
import type { Configuration } from './configuration.ts';
import { ConfigurationError } from './configuration-error.ts';
import { parseConfiguration } from './parse-configuration.ts';

/**
 * Reads a configuration file.
 *
 * @throws {@link ConfigurationError} with every problem of the file, also when it cannot be read or is no UTF-8 text.
 */
export function loadConfiguration(file: string): Configuration {
  return parseConfiguration(readText(file), file);
}

function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const text = error instanceof TypeError ? 'is not UTF-8 text' : `cannot be read: ${reasonOf(error)}`;
    throw new ConfigurationError([{ file, line: undefined, text }]);
  }
}

/** Why a call of node:fs failed, in words for operators. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS.get(code) ?? (error instanceof Error ? error.message : String(error));
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file or folder'],
  ['EACCES', 'this user may not open it'],
  ['EISDIR', 'it is a folder'],
  ['ENOTDIR', 'a part of the path is not a folder'],
  ['EEXIST', 'there is a file already'],
]);
