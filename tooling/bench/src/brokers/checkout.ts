import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrokerUnderTest } from './broker-under-test.ts';
import { skua } from './skua.ts';

/** A commit of Skua that was checked out and built. */
export interface Checkout {
  readonly broker: BrokerUnderTest;
  /** Removes the folder; nothing for the present one. */
  remove(): void;
}

/**
 * Builds the broker of a commit in a worktree under the system's temporary folder. A path (`.`, `../other`) is a
 * checkout that has been built already.
 *
 * @throws {Error} when there is no such commit, or it cannot be installed and built
 */
export function checkOut(reference: string): Checkout {
  if (/^[./]/.test(reference)) {
    const folder = resolve(reference === '.' ? REPOSITORY : reference);
    return { broker: skua(folder, reference === '.' ? 'Skua' : `Skua in ${folder}`), remove: () => undefined };
  }
  const commit = git('rev-parse', '--short', '--verify', `${reference}^{commit}`).trim();
  const folder = mkdtempSync(join(tmpdir(), 'skua-bench-commit-'));
  git('worktree', 'add', '--detach', '--force', folder, commit);
  const remove = (): void => {
    git('worktree', 'remove', '--force', folder);
  };
  try {
    install(folder);
  } catch (error) {
    remove();
    throw error;
  }
  return { broker: skua(folder, `Skua ${commit}`), remove };
}

/** The commit that a checkout is at. */
export function commitOf(folder: string): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim();
}

/** Only what the broker and its build need; a lockfile that is behind is no obstacle to measuring. */
function install(folder: string): void {
  const wanted = ['--filter', 'skua', '--filter', 'skua-broker...'];
  const pnpm = ['tooling/bootstrap/with-pnpm.mjs', 'pnpm', 'install', '--no-frozen-lockfile', '--prefer-offline'];
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  execFileSync(process.execPath, [...pnpm, ...wanted], { cwd: folder, stdio: [...stdio] });
  execFileSync(join(folder, 'node_modules/.bin/tsc'), ['-b', 'apps/broker'], { cwd: folder, stdio: [...stdio] });
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: REPOSITORY, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The root of this checkout. */
export const REPOSITORY: string = fileURLToPath(new URL('../../../..', import.meta.url));
