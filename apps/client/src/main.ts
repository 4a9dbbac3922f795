import { answerCommandLine } from './answer-command-line.ts';
import { programVersion } from './version.ts';

const [command, ...rest] = process.argv.slice(2);
if (command === 'check') {
  // Loaded when it is asked for: the other answers need none of it.
  const { check } = await import('./check.ts');
  process.exitCode = await check(rest, {
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
  });
} else {
  const { output, error, exitCode } = answerCommandLine(process.argv.slice(2), programVersion());
  process.stdout.write(output);
  process.stderr.write(error);
  process.exitCode = exitCode;
}
