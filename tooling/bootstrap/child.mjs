import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
// The wait between a polite signal and SIGKILL. Longer than a broker needs to say goodbye to its clients.
const GRACE_MS = 10_000;
// A Ctrl-C arrives twice, from the terminal and from npm. Who presses it again after that means it.
const ECHO_MS = 500;
const POLL_MS = 100;

/**
 * Runs one program to its end and passes signals on. The program gets a process group of its own, so that it hears
 * each signal once (a terminal sends Ctrl-C to a whole group) and so that whatever it started is ended with it.
 *
 * Where npm is killed outright, or leaves a shell between itself and this process, no signal arrives, but this process
 * gets another parent: that counts as SIGTERM.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<{ code: number, interrupted: boolean }>} the exit code, or 128 + N when signal N ended it
 */
export async function runChild(command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  let endedAt; // when the first signal was passed on

  const end = (signal) => {
    // A terminal that goes away ends what runs in it; to a daemon, SIGHUP itself says something else.
    if (endedAt === undefined) signalGroup(child, signal === 'SIGHUP' ? 'SIGTERM' : signal);
    else if (performance.now() - endedAt > ECHO_MS) signalGroup(child, 'SIGKILL');
    endedAt ??= performance.now();
  };
  for (const signal of SIGNALS) process.on(signal, end);
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (endedAt === undefined && process.ppid !== parent) end('SIGTERM');
    if (endedAt !== undefined && performance.now() - endedAt > GRACE_MS) signalGroup(child, 'SIGKILL');
  }, POLL_MS);

  try {
    const code = await exitCode(child);
    const interrupted = endedAt !== undefined;
    if (!interrupted) signalGroup(child, 'SIGTERM');
    endedAt ??= performance.now();
    while (signalGroup(child, 0)) await delay(POLL_MS / 4);
    return { code, interrupted };
  } finally {
    clearInterval(timer);
    for (const signal of SIGNALS) process.off(signal, end);
  }
}

function exitCode(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

// False when the group has no process any more.
function signalGroup(child, signal) {
  if (child.pid === undefined) return false;
  try {
    process.kill(-child.pid, signal);
    return true;
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    throw error;
  }
}
