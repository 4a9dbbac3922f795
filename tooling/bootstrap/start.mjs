// `npm start`: installs, builds and runs the broker. Arguments after `--` are the broker's.
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { nodeBinary, withoutNpmVariables } from './environment.mjs';
import { prepare, root } from './prepare.mjs';

const unprepared = await prepare('build-broker');
if (unprepared !== 0) process.exit(unprepared);
const broker = join(root, 'apps/broker/bin/skua-broker');
const { code } = await runChild(nodeBinary(), [broker, ...process.argv.slice(2)], {
  cwd: process.env.INIT_CWD ?? process.cwd(), // a configuration file's path is the caller's
  env: withoutNpmVariables(process.env),
});
process.exitCode = code;
