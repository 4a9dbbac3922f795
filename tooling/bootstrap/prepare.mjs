import { readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { runChild } from './child.mjs';
import { buildFingerprint, installFingerprint } from './fingerprint.mjs';

/** The top folder of the repository. */
export const root = resolve(import.meta.dirname, '../..');

const stampFile = join(root, 'node_modules/.skua-bootstrap.json');

/**
 * Brings node_modules and dist/ up to date, or finds that they are and does nothing. Ends the process when it is
 * interrupted or the install fails. Only npm is needed: it fetches the pnpm that package.json names.
 *
 * @param {'build-broker' | 'build-all'} build what has to be built
 * @returns {Promise<number>} the exit code of the build, 0 when all is well
 */
export async function prepare(build) {
  const steps = [];
  if (!isDone('install')) steps.push('install', build);
  else if (!isDone('build-all') && !isDone(build)) steps.push(build);
  if (steps.length === 0) return 0;

  if (steps.includes('install')) say(`fetching ${packageManager()}`);
  const command = `node tooling/bootstrap/install-and-build.mjs ${steps.join(' ')}`;
  const { code, interrupted } = await runWithPnpm(command);
  if (interrupted) process.exit(Math.max(code, 128 + constants.signals.SIGINT));
  if (code !== 0 && !isDone('install')) process.exit(code);
  return code;
}

/**
 * Notes that a step is done with the files as they are now.
 *
 * @param {'install' | 'build-broker' | 'build-all'} step
 */
export function markDone(step) {
  writeFileSync(stampFile, JSON.stringify({ ...readStamp(), [step]: fingerprint(step) }));
}

function isDone(step) {
  return readStamp()[step] === fingerprint(step);
}

function fingerprint(step) {
  return step === 'install' ? installFingerprint(root) : buildFingerprint(root);
}

/**
 * One line of progress. It goes to standard error: standard output belongs to the program that is started.
 *
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`skua: ${text}\n`);
}

/**
 * Runs a shell command with the pinned pnpm on PATH. `npm exec` takes half a second for itself every time, so work that
 * belongs together is one call. `node` is the first on PATH, which after an install is the pinned one.
 *
 * @param {string} command
 */
export function runWithPnpm(command) {
  const args = ['exec', '--yes', '--prefer-offline', '--package', packageManager(), '--call', command];
  const quiet = { npm_config_update_notifier: 'false', npm_config_progress: 'false' };
  const env = { npm_config_loglevel: 'error', ...process.env, ...quiet };
  const npmScript = process.env.npm_execpath;
  return npmScript === undefined || !/\.c?js$/.test(npmScript)
    ? runChild('npm', args, { cwd: root, env })
    : runChild(process.execPath, [npmScript, ...args], { cwd: root, env });
}

function packageManager() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager;
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}
