// Run by prepare.mjs inside `npm exec`, with pnpm on PATH (which turbo needs as well). Everything stays in one process
// group, so that a signal reaches each program by itself.
import { spawnSync } from 'node:child_process';
import { withoutNpmVariables } from './environment.mjs';
import { markDone, root, say } from './prepare.mjs';

const BUILD = ['pnpm', 'exec', 'turbo', 'run', 'build', '--continue', '--output-logs=errors-only', '--ui=stream'];
const STEPS = {
  install: {
    title: 'installing dependencies',
    // The Node.js binaries of the test matrix are half a gigabyte that neither the broker nor the tests need.
    command: ['pnpm', 'install', '--frozen-lockfile', '--reporter=append-only', '--filter', '!@skua/runtimes'],
  },
  'build-broker': { title: 'building the broker', command: [...BUILD, '--filter=skua-broker'], quiet: true },
  'build-all': { title: 'building', command: BUILD, quiet: true },
};

for (const name of process.argv.slice(2)) {
  const { title, command, quiet } = STEPS[name];
  const [program, ...args] = command;
  say(title);
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    env: { ...withoutNpmVariables(process.env), TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
    encoding: 'utf8',
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
  });
  if (status !== 0) {
    process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
    say(`${title}: failed${error === undefined ? '' : ` (${error.message})`}`);
    process.exit(status ?? 1);
  }
  markDone(name);
  say(`${title}: done in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
