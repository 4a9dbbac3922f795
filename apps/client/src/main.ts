import { answerCommandLine } from './answer-command-line.ts';
import { programVersion } from './version.ts';

const { output, error, exitCode } = answerCommandLine(process.argv.slice(2), programVersion());
process.stdout.write(output);
process.stderr.write(error);
process.exitCode = exitCode;
