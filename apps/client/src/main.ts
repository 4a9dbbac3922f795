import { runProgram } from './run-program.ts';
import { processTerminal } from './terminal/terminal.ts';
import { programVersion } from './version.ts';

const argv = process.argv.slice(2);
try {
  process.exitCode = await runProgram(argv, programVersion(), processTerminal());
} catch (error) {
  // A fault of the program itself: one sentence, and the stack for whoever asks.
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  const wantsStack = argv.includes('--debug') || argv.includes('-d');
  process.stderr.write(`Error: ${wantsStack ? (stack ?? message) : message}\n`);
  process.exitCode = 1;
}
// An input that nobody reads to its end must not keep the program alive.
process.stdin.destroy();
