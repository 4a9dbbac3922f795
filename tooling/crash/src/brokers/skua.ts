import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { BrokerKind } from './broker-kind.ts';

/**
 * The built `skua-broker` with `persistence true`.
 *
 * @param lines - More lines of its configuration.
 */
export function skua(lines: readonly string[] = []): BrokerKind {
  return {
    name: 'Skua',
    settings: ['persistence true', ...lines].join(', '),
    command(port, folder) {
      const file = join(folder, 'skua.conf');
      writeFileSync(file, [...configuration(port, folder), ...lines, ''].join('\n'));
      return { program: process.execPath, argv: [PROGRAM, '-c', file] };
    },
  };
}

function configuration(port: number, folder: string): string[] {
  return [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence true',
    `persistence_location ${folder}/`,
    // A queue that drops by its limit keeps its promise to the operator, not to the subscriber.
    'max_queued_messages 0',
  ];
}

const PROGRAM = join(dirname(createRequire(import.meta.url).resolve('skua-broker/package.json')), 'bin/skua-broker');
