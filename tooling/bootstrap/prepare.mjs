import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runChild } from './child.mjs';
import { buildFingerprint, installFingerprint } from './fingerprint.mjs';

/** The top folder of the repository. */
export const root = resolve(import.meta.dirname, '../..');

const stampFile = join(root, 'node_modules/.skua-bootstrap.json');

/**
 * Brings node_modules and every dist/ up to date, or finds that they are and does nothing. Ends the process when that
 * fails or is interrupted. Only npm is needed: it fetches the pnpm that package.json names.
 */
export async function prepare() {
  const stamp = readStamp();
  const needed = [];
  if (stamp.install !== installFingerprint(root) || !existsSync(join(root, 'node_modules/.modules.yaml'))) {
    needed.push('install', 'build');
  } else if (stamp.build !== buildFingerprint(root)) {
    needed.push('build');
  }
  if (needed.length === 0) return;

  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (needed.includes('install')) say(`fetching ${packageManager}`);
  const { code, interrupted } = await runNpx(
    packageManager,
    `node tooling/bootstrap/install-and-build.mjs ${needed.join(' ')}`,
  );
  if (code !== 0 || interrupted) process.exit(code === 0 ? 130 : code);
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stampFile, JSON.stringify({ install: installFingerprint(root), build: buildFingerprint(root) }));
}

/**
 * One line of progress. It goes to standard error: standard output belongs to the program that is started.
 *
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`skua: ${text}\n`);
}

// One call for all the work with pnpm: npx takes half a second for itself every time. `node` is the first on PATH,
// which after an install is the pinned one.
function runNpx(packageManager, command) {
  const args = ['exec', '--yes', '--prefer-offline', '--package', packageManager, '--call', command];
  const quiet = { npm_config_update_notifier: 'false', npm_config_fund: 'false', npm_config_audit: 'false' };
  const env = { npm_config_loglevel: 'error', ...process.env, ...quiet };
  const npmScript = process.env.npm_execpath;
  return npmScript === undefined || !/\.c?js$/.test(npmScript)
    ? runChild('npm', args, { cwd: root, env })
    : runChild(process.execPath, [npmScript, ...args], { cwd: root, env });
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}
