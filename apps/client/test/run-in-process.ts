import { Readable } from 'node:stream';
import { runProgram } from '../src/run-program.ts';

/** What a command line gave. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly error: string;
}

/** Runs a command line in this process, with texts for the streams; for what needs no signals and no terminal. */
export async function runInProcess(argv: readonly string[], input: string | Uint8Array = ''): Promise<Outcome> {
  const written: Uint8Array[] = [];
  let error = '';
  const code = await runProgram(argv, '1.2.3', {
    write: (chunk) => {
      written.push(typeof chunk === 'string' ? Buffer.from(chunk) : Uint8Array.from(chunk));
    },
    writeError: (text) => {
      error += text;
    },
    flush: () => {},
    stdin: Object.assign(Readable.from([Buffer.from(input)]), { isTTY: false }),
    isTerminal: false,
    showsProgress: false,
    size: () => ({ columns: 100, rows: 40 }),
    environment: {},
  });
  return { code, output: Buffer.concat(written).toString('utf8'), error };
}
