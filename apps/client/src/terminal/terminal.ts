import { writeSync } from 'node:fs';

/** Stdin, of which a keyboard can do more. */
export interface TerminalInput extends AsyncIterable<Uint8Array | string> {
  readonly isTTY?: boolean;
  /** Of a keyboard only. */
  setRawMode?(on: boolean): unknown;
  on(event: 'data', listener: (keys: Uint8Array | string) => void): unknown;
  off(event: 'data', listener: (keys: Uint8Array | string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** What a command writes to and reads from. */
export interface Terminal {
  /** To stdout; what is written in one turn of the event loop leaves together. */
  readonly write: (chunk: string | Uint8Array) => void;
  /** To stderr, at once. */
  readonly writeError: (text: string) => void;
  /** Stdout as far as it was written. */
  readonly flush: () => void;
  readonly stdin: TerminalInput;
  /** Whether stdout is a terminal: only then may a view draw. */
  readonly isTerminal: boolean;
  /** Whether stderr is one: only then is progress shown. */
  readonly showsProgress: boolean;
  /** Its size, asked for anew each time. */
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The streams of this process. A reader that goes away, as `head` does, ends the program without an error. */
export function processTerminal(): Terminal {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  const flush = (): void => {
    if (pending.length === 0) return;
    const chunk = pending.length === 1 ? pending[0]! : Buffer.concat(pending);
    pending = [];
    pendingBytes = 0;
    process.stdout.write(chunk);
  };
  process.stdout.on('error', endQuietly);
  process.stderr.on('error', endQuietly);
  process.on('exit', flush);
  return {
    write: (chunk) => {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      if (bytes.length === 0) return;
      if (pending.length === 0) setImmediate(flush);
      pending.push(bytes);
      pendingBytes += bytes.length;
      if (pendingBytes >= FLUSH_BYTES) flush();
    },
    writeError: (text) => {
      process.stderr.write(text);
    },
    flush,
    stdin: process.stdin,
    isTerminal: process.stdout.isTTY,
    showsProgress: process.stderr.isTTY,
    size: () => ({ columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 }),
    environment: process.env,
  };
}

function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}

/** Writes to the terminal in the last moment of the process, when streams are no longer served. */
export function writeAtExit(text: string): void {
  try {
    writeSync(1, text);
  } catch {
    // There is nobody left to tell.
  }
}

/** A message of a few kilobytes leaves in one piece, and a flood does not pile up. */
const FLUSH_BYTES = 65_536;
