// `npm test`: installs, builds and runs every test. Arguments after `--` are vitest's.
import { join } from 'node:path';
import { runChild } from './child.mjs';
import { nodeBinary, withoutNpmVariables } from './environment.mjs';
import { prepare, root, say } from './prepare.mjs';

const unprepared = await prepare('build-all');
// One package that does not build must not hide what the tests of the others say. The run is red all the same.
if (unprepared !== 0) say('testing without a whole build');

const node = nodeBinary();
say(`testing with ${node}`);
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const { code } = await runChild(node, [vitest, 'run', ...process.argv.slice(2)], {
  cwd: root,
  env: withoutNpmVariables(process.env),
});
process.exitCode = code || unprepared;
