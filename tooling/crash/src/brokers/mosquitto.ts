import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrokerKind } from './broker-kind.ts';

/**
 * Debian's mosquitto with `persistence true`. Its program may be missing: then undefined.
 *
 * @param autosave - `seconds`: the whole state is saved every second, the shortest interval that there is; `changes`: after
 *   every change.
 */
export function mosquitto(autosave: 'seconds' | 'changes'): BrokerKind | undefined {
  const version = mosquittoVersion();
  if (version === undefined) return undefined;
  const lines = ['autosave_interval 1', `autosave_on_changes ${autosave === 'changes'}`];
  return {
    name: `mosquitto ${version}`,
    settings: ['persistence true', ...lines].join(', '),
    command(port, folder) {
      const file = join(folder, 'mosquitto.conf');
      writeFileSync(file, [...configuration(port, folder), ...lines, ''].join('\n'));
      return { program: 'mosquitto', argv: ['-c', file] };
    },
  };
}

function configuration(port: number, folder: string): string[] {
  return [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence true',
    `persistence_location ${folder}/`,
    'max_queued_messages 0',
    // Started by root it would give up the right to write into the folder.
    'user root',
  ];
}

function mosquittoVersion(): string | undefined {
  try {
    execFileSync('mosquitto', ['-h'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return undefined;
  } catch (error) {
    // It prints its help and ends with 3.
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    return /version (\S+)/.exec(output)?.[1];
  }
}
