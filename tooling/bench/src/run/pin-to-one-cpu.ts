import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

/**
 * Lets all threads of a process run on the machine's last CPU only.
 *
 * @throws {Error} where util-linux's taskset is missing
 */
export function pinToOneCpu(pid: number): void {
  const last = String(cpus().length - 1);
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', last, String(pid)], { stdio: [...stdio] });
}
