import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process whose output lines can be waited for. Ends with {@link RunningProgram.stopAll} at the latest. */
export class RunningProgram {
  static readonly #running = new Set<RunningProgram>();

  /** Settles when the process has ended and its output is complete. */
  readonly exited: Promise<Exit>;
  readonly #command: string;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #stdout: string[] = [];
  readonly #stderr: string[] = [];
  readonly #watchers = new Set<() => void>();
  #exit: Exit | undefined;

  constructor(file: string, argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#command = [file, ...argv].join(' ');
    this.#child = spawn(file, argv, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    RunningProgram.#running.add(this);
    collectLines(this.#child.stdout, this.#stdout, () => this.#handleProgress());
    collectLines(this.#child.stderr, this.#stderr, () => this.#handleProgress());
    this.exited = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code, signal) => {
        this.#exit = { code, signal };
        RunningProgram.#running.delete(this);
        this.#handleProgress();
        resolve(this.#exit);
      });
    });
    // A test that does not wait for the end must not fail by it.
    this.exited.catch(() => {});
  }

  /** Kills what is still running and waits for its end: for afterAll. */
  static async stopAll(): Promise<void> {
    const running = [...RunningProgram.#running];
    for (const program of running) program.kill('SIGKILL');
    await Promise.allSettled(running.map((program) => program.exited));
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`${this.#command} did not start`);
    return pid;
  }

  /** The complete lines that stdout has so far. */
  get outputLines(): readonly string[] {
    return this.#stdout;
  }

  /** The complete lines that stderr has so far. */
  get errorLines(): readonly string[] {
    return this.#stderr;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The first line of stdout or stderr that matches, also one that came before the call. */
  line(pattern: RegExp): Promise<string> {
    const matches = (line: string): boolean => pattern.test(line);
    return this.until(`a line like ${pattern}`, () => this.#stdout.find(matches) ?? this.#stderr.find(matches));
  }

  /** The first `count` lines of stdout that match, as soon as there are as many. */
  lines(pattern: RegExp, count: number): Promise<readonly string[]> {
    return this.until(`${count} lines like ${pattern}`, () => {
      const found = this.#stdout.filter((line) => pattern.test(line));
      return found.length < count ? undefined : found.slice(0, count);
    });
  }

  /** Looks again at each new line until there is a result; fails when the process ends or the deadline passes first. */
  until<T>(what: string, look: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (): boolean => {
        const found = look();
        if (found !== undefined) resolve(found);
        else if (this.#exit !== undefined) reject(this.#failure(`ended without ${what}`));
        else return false;
        clearTimeout(timer);
        this.#watchers.delete(settle);
        return true;
      };
      const timer = setTimeout(() => {
        this.#watchers.delete(settle);
        reject(this.#failure(`did not print ${what} within ${DEADLINE_MS} ms`));
      }, DEADLINE_MS);
      if (!settle()) this.#watchers.add(settle);
    });
  }

  #handleProgress(): void {
    for (const watcher of this.#watchers) watcher();
  }

  #failure(what: string): Error {
    const ended = this.#exit === undefined ? '' : ` (${JSON.stringify(this.#exit)})`;
    const output = [...this.#stdout.map((line) => `out: ${line}`), ...this.#stderr.map((line) => `err: ${line}`)];
    return new Error(`${this.#command} ${what}${ended}\n${output.join('\n')}`);
  }
}

/** Runs a program to its end. */
export async function run(
  file: string,
  argv: readonly string[],
): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> {
  const program = new RunningProgram(file, argv);
  const { code } = await program.exited;
  return { code, output: program.outputLines.join('\n'), errors: program.errorLines.join('\n') };
}

function collectLines(stream: Readable, lines: string[], onLine: () => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    onLine();
  });
  stream.on('end', () => {
    if (rest !== '') lines.push(rest);
  });
}

/** Long enough for a loaded machine; passes only when something is broken. */
const DEADLINE_MS = 20_000;
