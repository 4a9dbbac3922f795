import { readFileSync } from 'node:fs';
import { UsageError } from '../command-line/usage-error.ts';
import { readAll } from '../terminal/standard-input.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { PayloadSource } from './publish-options.ts';

/**
 * The payload that one of the options names.
 *
 * @throws {UsageError} when the file cannot be read.
 */
export async function readPayload(
  source: Exclude<PayloadSource, { readonly kind: 'lines' }>,
  terminal: Terminal,
): Promise<Uint8Array> {
  switch (source.kind) {
    case 'text':
      return new TextEncoder().encode(source.text);
    case 'file':
      return readFile(source.path);
    case 'stdin':
      return readAll(terminal.stdin);
    case 'empty':
    default:
      return new Uint8Array(0);
  }
}

function readFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`-f: ${path} cannot be read: ${error instanceof Error ? error.message : ''}.`);
  }
}
